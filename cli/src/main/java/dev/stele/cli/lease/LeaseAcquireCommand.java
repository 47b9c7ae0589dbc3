// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.lease;

import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Json;
import dev.stele.client.LeaseGrant;
import dev.stele.client.LeaseOptions;
import dev.stele.client.StoreClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code stele lease acquire}. */
@Command(
    name = "acquire",
    header = "Acquire a lease and print its token.",
    description =
        "Nothing renews it afterwards but 'stele lease renew'. To run a command under a lease use"
            + " 'stele lease hold'. Without a NAME the store chooses one.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele lease acquire controllers/scheduler --holder scheduler-2 --ttl 30s",
      "  stele lease acquire controllers/scheduler --holder scheduler-2 --ttl 30s --wait 5m",
      "  token=$(stele lease acquire jobs/nightly --ttl 10m -o json | jq .token)"
    })
public final class LeaseAcquireCommand extends StoreCommand {
  @Parameters(
      paramLabel = "NAME",
      arity = "0..1",
      defaultValue = "",
      description = "The lease, without the kind.")
  private String name = "";

  @Mixin private HoldingOptions holding = new HoldingOptions();

  private LeaseOptions options = LeaseOptions.ttl(java.time.Duration.ZERO);

  /** For this terminal. */
  public LeaseAcquireCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected void prepare() {
    options = holding.options();
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    LeaseGrant grant = await(client.leases().grant(name, options));
    if (isJson()) {
      var document = Json.object().put("name", grant.lease().name());
      options.holder().ifPresent(holder -> document.put("holder", holder));
      print(
          document
              .put("token", grant.lease().token())
              .put("ttlMillis", grant.ttl().toMillis())
              .put("duplicate", grant.duplicate()));
    } else {
      print("token " + grant.lease().token() + " of " + grant.lease().name());
    }
    return ExitCode.OK;
  }
}

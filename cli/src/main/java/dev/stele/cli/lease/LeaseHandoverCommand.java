// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.lease;

import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Json;
import dev.stele.client.LeaseChange;
import dev.stele.client.LeaseRef;
import dev.stele.client.StoreClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code stele lease handover}. */
@Command(
    name = "handover",
    header = "Give a lease to another holder, under a new token.",
    description =
        "Prints the token, for the next holder to renew with, who has the whole TTL for that. What"
            + " is bound to the lease stays bound. The old token is fenced from then on.",
    footerHeading = "%nExample:%n",
    footer = "  stele lease handover controllers/scheduler --token 41 --to scheduler-3")
public final class LeaseHandoverCommand extends StoreCommand {
  @Mixin private TokenOption token = new TokenOption();

  @Option(
      names = "--to",
      paramLabel = "HOLDER",
      required = true,
      description = "The next holder's name.")
  private String to = "";

  private LeaseRef lease = new LeaseRef("", 1);

  /** For this terminal. */
  public LeaseHandoverCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected void prepare() {
    lease = token.lease();
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    LeaseChange change = await(client.leases().handOver(lease, to));
    if (isJson()) {
      print(
          Json.object()
              .put("name", lease.name())
              .put("holder", to)
              .put("token", change.lease().token())
              .put("duplicate", change.duplicate()));
    } else {
      print("token " + change.lease().token() + " of " + lease.name());
    }
    return ExitCode.OK;
  }
}

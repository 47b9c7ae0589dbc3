// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.lease;

import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Durations;
import dev.stele.cli.output.Json;
import dev.stele.client.LeaseRef;
import dev.stele.client.StoreClient;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code stele lease renew}. */
@Command(
    name = "renew",
    header = "Renew a lease once.",
    description =
        "The TTL counts from some moment after this command began. Refused as FENCED when the lease"
            + " is not held with this token: then stop acting.",
    footerHeading = "%nExample:%n",
    footer = "  stele lease renew controllers/scheduler --token 41")
public final class LeaseRenewCommand extends StoreCommand {
  @Mixin private TokenOption token = new TokenOption();

  private LeaseRef lease = new LeaseRef("", 1);

  /** For this terminal. */
  public LeaseRenewCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected void prepare() {
    lease = token.lease();
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    Duration ttl = await(client.leases().renew(lease));
    if (isJson()) {
      print(
          Json.object()
              .put("name", lease.name())
              .put("token", lease.token())
              .put("ttlMillis", ttl.toMillis()));
    } else {
      print("renewed for " + Durations.show(ttl));
    }
    return ExitCode.OK;
  }
}

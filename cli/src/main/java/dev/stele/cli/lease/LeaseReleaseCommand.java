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

/** {@code stele lease release}. */
@Command(
    name = "release",
    header = "Give a lease up.",
    description =
        "What is bound to it is deleted, or marked, as the policy of its kind says, in the same"
            + " revision.",
    footerHeading = "%nExample:%n",
    footer = "  stele lease release controllers/scheduler --token 41")
public final class LeaseReleaseCommand extends StoreCommand {
  @Mixin private TokenOption token = new TokenOption();

  private LeaseRef lease = new LeaseRef("", 1);

  /** For this terminal. */
  public LeaseReleaseCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected void prepare() {
    lease = token.lease();
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    LeaseChange change = await(client.leases().release(lease));
    if (isJson()) {
      print(
          Json.object()
              .put("revision", change.revision())
              .put("key", "lease/" + lease.name())
              .put("duplicate", change.duplicate()));
    } else {
      print("revision " + change.revision());
    }
    return ExitCode.OK;
  }
}

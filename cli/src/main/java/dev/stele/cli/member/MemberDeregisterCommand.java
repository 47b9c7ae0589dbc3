// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.member;

import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Json;
import dev.stele.client.LeaseChange;
import dev.stele.client.LeaseRef;
import dev.stele.client.StoreClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code stele member deregister}. */
@Command(
    name = "deregister",
    header = "End the life of a member in order.",
    description =
        "The member and its endpoints are deleted, and its claims go as their pools say, in one"
            + " revision. Whoever kept it alive is told that its lease is lost.",
    footerHeading = "%nExample:%n",
    footer = "  stele member deregister rack1/node7 --token 41")
public final class MemberDeregisterCommand extends StoreCommand {
  @Mixin private LifeOption life = new LifeOption();

  private LeaseRef lease = new LeaseRef("", 1);

  /** For this terminal. */
  public MemberDeregisterCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected void prepare() {
    lease = life.lease();
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    LeaseChange change = await(client.members().deregister(lease));
    if (isJson()) {
      print(
          Json.object()
              .put("revision", change.revision())
              .put("key", "member/" + life.name())
              .put("duplicate", change.duplicate()));
    } else {
      print("revision " + change.revision());
    }
    return ExitCode.OK;
  }
}

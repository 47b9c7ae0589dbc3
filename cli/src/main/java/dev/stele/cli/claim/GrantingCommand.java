// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.claim;

import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.facts.LeaseArgument;
import dev.stele.client.ClaimGrant;
import dev.stele.client.LeaseRef;
import dev.stele.client.StoreClient;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Option;

/** A command that takes a claim under a lease. */
abstract class GrantingCommand extends StoreCommand {
  @Option(
      names = "--lease",
      paramLabel = "LEASE:TOKEN",
      required = true,
      converter = LeaseArgument.class,
      description = "What it is owned under, by that lease's holder.")
  private LeaseRef lease = new LeaseRef("", 1);

  GrantingCommand(Terminal terminal) {
    super(terminal);
  }

  /** Takes it. */
  abstract CompletableFuture<ClaimGrant> take(StoreClient client, LeaseRef under);

  @Override
  protected final int run(StoreClient client) throws Exception {
    ClaimGrant grant = await(take(client, lease));
    if (isJson()) {
      print(ClaimView.json(grant));
    } else {
      String epoch = Long.toUnsignedString(grant.epoch());
      print(grant.key() + " is " + grant.owner() + "'s at epoch " + epoch);
      print("revision " + grant.revision());
    }
    return ExitCode.OK;
  }
}

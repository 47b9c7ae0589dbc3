// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.claim;

import dev.stele.cli.Terminal;
import dev.stele.cli.UnsignedArgument;
import dev.stele.cli.facts.LeaseArgument;
import dev.stele.client.FactKey;
import dev.stele.client.LeaseRef;
import dev.stele.client.StoreClient;
import dev.stele.client.kind.Claim;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code stele claim release}. */
@Command(
    name = "release",
    header = "Give a claim back.",
    description = "It becomes idle, for the next one, or retired, for nobody.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele claim release shards/7 --epoch 4 --lease member/node7:41",
      "  stele claim release vms/3 --epoch 1 --lease member/node7:41 --retire"
    })
public final class ClaimReleaseCommand extends ChangingCommand {
  @Option(
      names = "--epoch",
      paramLabel = "E",
      required = true,
      converter = UnsignedArgument.class,
      description = "The epoch that it is owned at.")
  private long epoch;

  @Option(
      names = "--lease",
      paramLabel = "LEASE:TOKEN",
      required = true,
      converter = LeaseArgument.class,
      description = "What it is owned under.")
  private LeaseRef lease = new LeaseRef("", 1);

  @Option(names = "--retire", description = "It is never to be used again.")
  private boolean retire;

  /** For this terminal. */
  public ClaimReleaseCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  CompletableFuture<Long> change(StoreClient client, FactKey<Claim> which) {
    return client.claims().release(which, epoch, lease, retire);
  }
}

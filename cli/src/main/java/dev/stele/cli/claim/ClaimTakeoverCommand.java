// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.claim;

import dev.stele.cli.Terminal;
import dev.stele.cli.UnsignedArgument;
import dev.stele.client.ClaimGrant;
import dev.stele.client.FactKey;
import dev.stele.client.Keys;
import dev.stele.client.LeaseRef;
import dev.stele.client.StoreClient;
import dev.stele.client.kind.Claim;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stele claim takeover}. */
@Command(
    name = "takeover",
    header = "Take one claim whose owner is gone.",
    description =
        "Ends with 1 while its owner's lease is held, when it stands at another epoch, and when it"
            + " is retired: what was touched is never handed on.",
    footerHeading = "%nExample:%n",
    footer = "  stele claim takeover shards/7 --epoch 3 --lease member/node8:52")
public final class ClaimTakeoverCommand extends GrantingCommand {
  @Parameters(
      paramLabel = "CLAIM",
      converter = ClaimArgument.class,
      description = "POOL/ITEM, or the whole key.")
  private FactKey<Claim> claim = Keys.claim("");

  @Option(
      names = "--epoch",
      paramLabel = "E",
      required = true,
      converter = UnsignedArgument.class,
      description = "The epoch that it stands at; it becomes one more.")
  private long epoch;

  /** For this terminal. */
  public ClaimTakeoverCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  CompletableFuture<ClaimGrant> take(StoreClient client, LeaseRef under) {
    return client.claims().takeover(claim, epoch, under);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.claim;

import dev.stele.cli.CliException;
import dev.stele.cli.Terminal;
import dev.stele.client.FactKey;
import dev.stele.client.StoreClient;
import dev.stele.client.kind.Claim;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code stele claim drain}. */
@Command(
    name = "drain",
    header = "Ask the owner of a claim to give it back.",
    description =
        "The owner is told by watch, and is to begin nothing new. After the deadline the claim goes"
            + " as if the owner were lost. A drain that is under way gets the new deadline.",
    footerHeading = "%nExample:%n",
    footer = "  stele claim drain shards/7 --deadline 30s")
public final class ClaimDrainCommand extends ChangingCommand {
  private static final Duration MAX = Duration.ofHours(24);

  @Option(
      names = "--deadline",
      paramLabel = "DURATION",
      required = true,
      description = "How long the owner may take, 1ms to 24h, counted from now on.")
  private Duration deadline = Duration.ZERO;

  @Option(
      names = "--epoch",
      paramLabel = "E",
      description = "Only the owner at this epoch; whoever it is otherwise.")
  private @Nullable Long epoch;

  /** For this terminal. */
  public ClaimDrainCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected void prepare() {
    if (deadline.isZero() || deadline.compareTo(MAX) > 0) {
      throw CliException.badInput("--deadline", "1ms to 24h from now is allowed");
    }
  }

  @Override
  CompletableFuture<Long> change(StoreClient client, FactKey<Claim> which) {
    return epoch == null
        ? client.claims().drain(which, deadline)
        : client.claims().drain(which, epoch, deadline);
  }
}

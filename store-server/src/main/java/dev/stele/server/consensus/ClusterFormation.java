// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.FormCluster;
import dev.stele.server.core.kind.KindPolicy;
import dev.stele.server.core.model.ClusterIdentity;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.CommandLog;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.Origin;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.Ticker;
import java.time.Duration;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a new cluster its identity before anything else gets into its log. Each ready leader that
 * finds none proposes one; which of them stands is decided where all commands are.
 */
final class ClusterFormation implements CommandLog {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterFormation.class);
  private static final Duration ATTEMPT = Duration.ofSeconds(5);
  private static final Duration RETRY_AFTER = Duration.ofMillis(200);

  private final CommandLog log;
  private final Leadership leadership;
  private final Supplier<StoreMeta> meta;
  private final SortedMap<String, KindPolicy> kinds;
  private final Ticker ticker;
  private final AtomicBoolean proposing = new AtomicBoolean();
  private volatile boolean formed;

  /**
   * @param log where commands go once there is an identity
   * @param meta of the state after the last applied entry
   * @param kinds policies that the cluster begins with
   */
  ClusterFormation(
      CommandLog log,
      Leadership leadership,
      Supplier<StoreMeta> meta,
      SortedMap<String, KindPolicy> kinds,
      Ticker ticker) {
    this.kinds = kinds;
    this.log = log;
    this.leadership = leadership;
    this.meta = meta;
    this.ticker = ticker;
  }

  @Override
  public CompletableFuture<Proposal> propose(Command command, long deadlineNanos) {
    return propose(command, deadlineNanos, Origin.STORE);
  }

  @Override
  public CompletableFuture<Proposal> propose(Command command, long deadlineNanos, Origin origin) {
    if (isFormed()) {
      return log.propose(command, deadlineNanos, origin);
    }
    return CompletableFuture.completedFuture(
        new Proposal.NotProposed(
            Reason.NO_QUORUM, "the cluster has not been formed yet", RETRY_AFTER));
  }

  /** Proposes an identity if it is this node's turn. Called now and then; never blocks. */
  void tend() {
    if (isFormed() || !leadership.standing().ready() || !proposing.compareAndSet(false, true)) {
      return;
    }
    ClusterIdentity identity = new ClusterIdentity(UUID.randomUUID().toString(), 0);
    FormCluster form = new FormCluster(identity, Limits.FEATURE_LEVEL_MAX, kinds);
    CompletableFuture<Proposal> unused =
        log.propose(form, ticker.nanos() + ATTEMPT.toNanos())
            .whenComplete(
                (proposal, never) -> {
                  proposing.set(false);
                  LOG.atInfo().addKeyValue("outcome", proposal).log("proposed to form the cluster");
                });
  }

  private boolean isFormed() {
    if (!formed) {
      formed = meta.get().identity().isPresent();
    }
    return formed;
  }
}

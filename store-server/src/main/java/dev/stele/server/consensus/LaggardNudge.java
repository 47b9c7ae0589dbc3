// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import dev.stele.server.core.command.FormCluster;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.CommandLog;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.Ticker;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes a follower that stays behind an idle log (decision 009).
 *
 * <p>When the first appends to a node that is just starting are lost in a certain order, Ratis
 * 3.3.0 goes on with heartbeats that the node answers with INCONSISTENCY, for ever, until there is
 * a new entry to send. So a leader whose log stands still while a member lags proposes an entry
 * that changes nothing; the pause between two of them doubles, for the member may just be dead. One
 * thread.
 */
final class LaggardNudge {
  /** How long the log has to stand still first. */
  static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  /** A dead member costs an idle log one entry in this time. */
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(LaggardNudge.class);

  private final CommandLog log;
  private final Leadership leadership;
  private final Supplier<Map<String, Long>> memberCommits;
  private final Supplier<StoreMeta> meta;
  private final Ticker ticker;
  private long expectedCommit = -1;
  private long pauseNanos = FIRST_PAUSE.toNanos();
  private long dueNanos;

  /**
   * @param memberCommits commit index of each other member, as far as it is known here
   * @param meta of the state after the last applied entry
   */
  LaggardNudge(
      CommandLog log,
      Leadership leadership,
      Supplier<Map<String, Long>> memberCommits,
      Supplier<StoreMeta> meta,
      Ticker ticker) {
    this.log = log;
    this.leadership = leadership;
    this.memberCommits = memberCommits;
    this.meta = meta;
    this.ticker = ticker;
  }

  /** Called now and then; never blocks. */
  void tend() {
    Leadership.Standing standing = leadership.standing();
    long commit = standing.commitIndex();
    long now = ticker.nanos();
    if (!standing.ready() || commit > expectedCommit || !anyBehind(commit)) {
      expectedCommit = commit;
      pauseNanos = FIRST_PAUSE.toNanos();
      dueNanos = now + pauseNanos;
    } else if (now - dueNanos >= 0) {
      pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE.toNanos());
      dueNanos = now + pauseNanos;
      // The nudge itself is no sign of life.
      expectedCommit = commit + 1;
      StoreMeta formed = meta.get();
      formed
          .identity()
          .map(same -> new FormCluster(same, formed.featureLevel(), Collections.emptySortedMap()))
          .ifPresent(same -> nudge(same, now));
    }
  }

  private boolean anyBehind(long commit) {
    return memberCommits.get().values().stream().anyMatch(member -> member < commit);
  }

  private void nudge(FormCluster changesNothing, long now) {
    CompletableFuture<Proposal> unused =
        log.propose(changesNothing, now + DEADLINE.toNanos())
            .whenComplete(
                (proposal, never) ->
                    LOG.atDebug()
                        .addKeyValue("outcome", proposal)
                        .log("a member lags behind an idle log: proposed an entry for it"));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import dev.stele.server.port.Leadership;
import dev.stele.server.port.ReadGate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Whether this node serves what the cluster knows. It does from when it has applied everything that
 * was acknowledged before it was first asked, however long its log takes to replay or to fetch; and
 * afterwards while it hears of a leader and applies what is committed within a second. What is
 * behind is told by time and not by a count of entries: one entry holds anything from one command
 * to hundreds.
 *
 * <p>Thread-safe; never blocks.
 */
public final class Readiness {
  /** A node that has not heard from a leader for longer is not ready. */
  static final Duration MAX_CONTACT_AGE = Duration.ofSeconds(2);

  /** How long what is known to be committed may stay unapplied. */
  static final Duration MAX_UNAPPLIED = Duration.ofSeconds(1);

  /** How long one question for what was acknowledged may stay open before the next. */
  private static final Duration ASK = Duration.ofSeconds(2);

  private final WireContext context;
  private @Nullable CompletableFuture<ReadGate.Admission> asked;
  private boolean joined;

  /** A commit index that this node knew {@link #markNanos}, to be applied by then and a second. */
  private long markIndex;

  private long markNanos;

  public Readiness(WireContext context) {
    this.context = context;
  }

  /** Why this node is not ready, for people; empty when it is. */
  public synchronized Optional<String> obstacle() {
    Leadership.Standing standing = context.leadership().standing();
    if (standing.leader().isEmpty()) {
      return Optional.of("no leader is known");
    }
    if (standing.contactAgeMillis() > MAX_CONTACT_AGE.toMillis()) {
      return Optional.of("the leader was last heard from " + age(standing.contactAgeMillis()));
    }
    if (standing.role() == Leadership.Role.LEADER && !standing.ready()) {
      return Optional.of("leads, and has not applied an entry of its own term yet");
    }
    long now = context.ticker().nanos();
    if (!hasJoined(now)) {
      return Optional.of(
          "has not applied yet what was acknowledged before it came"
              + behind(standing.commitIndex(), context.store().applied().index()));
    }
    if (lags(standing.commitIndex(), now)) {
      return Optional.of(
          "has not applied for %d ms what is committed%s"
              .formatted(
                  Duration.ofNanos(now - markNanos).toMillis(),
                  behind(standing.commitIndex(), context.store().applied().index())));
    }
    if (context.store().meta().identity().isEmpty()) {
      return Optional.of("the cluster is still being formed");
    }
    return Optional.empty();
  }

  /** A linearizable read's admission says it; what is refused is asked again. */
  private boolean hasJoined(long nowNanos) {
    if (joined) {
      return true;
    }
    if (asked == null) {
      asked = context.gate().linearizable(nowNanos + ASK.toNanos());
    }
    if (asked.isDone()) {
      joined = asked.join() instanceof ReadGate.Admitted;
      asked = null;
      markIndex = 0;
      markNanos = nowNanos;
    }
    return joined;
  }

  private boolean lags(long commitIndex, long nowNanos) {
    if (context.store().applied().index() >= markIndex) {
      markIndex = commitIndex;
      markNanos = nowNanos;
    }
    return nowNanos - markNanos > MAX_UNAPPLIED.toNanos();
  }

  private static String behind(long commitIndex, long appliedIndex) {
    return commitIndex > appliedIndex ? ": " + (commitIndex - appliedIndex) + " entries" : "";
  }

  private static String age(long millis) {
    return millis == Long.MAX_VALUE ? "never" : millis + " ms ago";
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.lease;

import dev.stele.client.LeaseLoss;
import dev.stele.client.LeaseState;
import dev.stele.client.LeaseStatus;
import dev.stele.client.internal.time.Timekeeper;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long a lease is safely held, by this machine's monotonic clock. Thread-safe.
 *
 * <p><b>Why nobody else holds it as long as this says HELD or IN_DOUBT.</b> The leader takes a
 * lease away no earlier than TTL after the moment at which it was acquired, or at which the last
 * renewal that it acknowledged arrived (a new leader: TTL after it took over, which is later). Both
 * moments lie behind the sending of the request that was answered. Here the TTL counts from before
 * that sending, and less the margin: so this deadline comes first, as long as the two clocks run
 * apart by less than {@link #DRIFT_PPM} and the {@link #SLACK_NANOS} that stand for reading them.
 *
 * <p>Each method looks at the clock under the same lock. So once anybody was told LOST, no
 * acknowledgement revives it, and none is taken after the deadline even when no timer has noticed.
 * Answers may come in any order: the deadline never comes nearer.
 */
final class Tenure {
  /** How far the clocks of holder and leader may drift apart. */
  static final long DRIFT_PPM = 1_000;

  /** For what is not drift: reading clocks, and being put on and off processors meanwhile. */
  static final long SLACK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long MILLION = 1_000_000;
  private static final LeaseStatus HELD = new LeaseStatus(LeaseState.HELD, Optional.empty(), "");

  private final Timekeeper timekeeper;
  private long ttlNanos;
  private long deadlineNanos;
  private long doubtNanos;
  private String trouble = "";
  private @Nullable LeaseStatus lost;

  /**
   * A lease that was acknowledged.
   *
   * @param sentNanos a moment before the acknowledged request was sent
   */
  Tenure(Timekeeper timekeeper, long ttlMillis, long sentNanos) {
    this.timekeeper = timekeeper;
    this.ttlNanos = TimeUnit.MILLISECONDS.toNanos(ttlMillis);
    this.deadlineNanos = sentNanos + safeNanos(ttlMillis);
    this.doubtNanos = doubtNanos(sentNanos);
  }

  /** For how long from its sending an acknowledged request makes a lease safe. */
  static long safeNanos(long ttlMillis) {
    long ttlNanos = TimeUnit.MILLISECONDS.toNanos(ttlMillis);
    return ttlNanos - ttlNanos / MILLION * DRIFT_PPM - SLACK_NANOS;
  }

  private long doubtNanos(long sentNanos) {
    long nanos = sentNanos + ttlNanos / 3 * 2;
    return nanos - deadlineNanos < 0 ? nanos : deadlineNanos;
  }

  /**
   * A renewal was acknowledged.
   *
   * @param sentNanos a moment before it was sent
   * @return false when it comes too late
   */
  synchronized boolean renewed(long sentNanos, long ttlMillis) {
    if (status().state() == LeaseState.LOST) {
      return false;
    }
    long deadline = sentNanos + safeNanos(ttlMillis);
    if (deadline - deadlineNanos > 0) {
      ttlNanos = TimeUnit.MILLISECONDS.toNanos(ttlMillis);
      deadlineNanos = deadline;
      doubtNanos = doubtNanos(sentNanos);
      trouble = "";
    }
    return true;
  }

  /** What stands in the way of renewals, for whoever is told of a doubt or of the loss. */
  synchronized void troubled(String why) {
    trouble = why;
  }

  /** Ends it; the first reason stands. True when it was this one. */
  synchronized boolean lose(LeaseLoss reason, String why) {
    if (status().state() == LeaseState.LOST) {
      return false;
    }
    lost = new LeaseStatus(LeaseState.LOST, Optional.of(reason), why);
    return true;
  }

  /** How it stands now. */
  synchronized LeaseStatus status() {
    LeaseStatus known = lost;
    if (known != null) {
      return known;
    }
    long now = timekeeper.nanoTime();
    if (now - deadlineNanos >= 0) {
      String why =
          "no renewal was acknowledged in time" + (trouble.isEmpty() ? "" : ": " + trouble);
      known = new LeaseStatus(LeaseState.LOST, Optional.of(LeaseLoss.EXPIRED), why);
      lost = known;
      return known;
    }
    return now - doubtNanos >= 0
        ? new LeaseStatus(LeaseState.IN_DOUBT, Optional.empty(), trouble)
        : HELD;
  }

  synchronized Duration ttl() {
    return Duration.ofNanos(ttlNanos);
  }

  synchronized long ttlNanos() {
    return ttlNanos;
  }

  synchronized Duration remaining() {
    return status().state() == LeaseState.LOST
        ? Duration.ZERO
        : Duration.ofNanos(Math.max(0, deadlineNanos - timekeeper.nanoTime()));
  }

  /** When the state changes by itself: into doubt, then into loss. */
  synchronized long nextChangeNanos() {
    return timekeeper.nanoTime() - doubtNanos < 0 ? doubtNanos : deadlineNanos;
  }
}

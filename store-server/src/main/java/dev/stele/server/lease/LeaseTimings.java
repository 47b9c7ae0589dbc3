// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import java.time.Duration;

/**
 * Paces and patience of a lease clock, in nanoseconds. Tests use smaller ones.
 *
 * @param scanNanos between two looks at deadlines
 * @param stallNanos from which on a gap between two readings of the clock is a stall; more than
 *     {@code scanNanos}
 * @param longTtlNanos leases that live longer have their remaining time written down
 * @param checkpointNanos how long such a lease is not renewed before that
 * @param confirmNanos how long one question for this node's leadership may take
 * @param proposeNanos how long a command may wait to be decided
 * @param retryNanos before a command is proposed again whose outcome is not known
 */
record LeaseTimings(
    long scanNanos,
    long stallNanos,
    long longTtlNanos,
    long checkpointNanos,
    long confirmNanos,
    long proposeNanos,
    long retryNanos) {
  static final LeaseTimings STANDARD =
      new LeaseTimings(
          Duration.ofMillis(50).toNanos(),
          Duration.ofMillis(100).toNanos(),
          Duration.ofSeconds(60).toNanos(),
          Duration.ofSeconds(60).toNanos(),
          Duration.ofSeconds(1).toNanos(),
          Duration.ofSeconds(2).toNanos(),
          Duration.ofSeconds(1).toNanos());
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.lease;

import java.time.Duration;

/**
 * What a run does.
 *
 * @param leases held at a time, or who wait for one: up to {@link #LEASES_MAX}
 * @param ttl of each
 * @param duration measured time
 * @param prefix what their names begin with
 */
public record HoldOptions(int leases, Duration ttl, Duration duration, String prefix) {
  /** The greatest number of leases or waiters. */
  public static final int LEASES_MAX = 100_000;

  /** Checks the ranges; the message of the exception is for people. */
  public HoldOptions {
    if (leases < 1 || leases > LEASES_MAX) {
      throw new IllegalArgumentException(
          "leases: " + leases + " is not between 1 and " + LEASES_MAX);
    }
    if (duration.isZero() || duration.isNegative()) {
      throw new IllegalArgumentException("the duration must be longer than nothing");
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench;

import java.util.concurrent.TimeUnit;

/**
 * When the operations of a steady load are due: number 0 at once, and then one each {@code 1 /
 * rate} seconds. Latencies that count from there hide no stall (coordinated omission).
 *
 * @param beganNanos when the load began, by the clock that is asked later
 * @param rate operations a second, 1 to {@link #RATE_MAX}
 */
public record Schedule(long beganNanos, int rate) {
  /** The most operations a second. */
  public static final int RATE_MAX = 100_000;

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** Checks the rate. */
  public Schedule {
    if (rate < 1 || rate > RATE_MAX) {
      throw new IllegalArgumentException("rate: " + rate + " is not between 1 and " + RATE_MAX);
    }
  }

  /** When the operation {@code number} is due. */
  public long dueNanos(long number) {
    // In two parts, since nanoseconds times a rate would overflow within hours.
    return beganNanos + number / rate * SECOND + number % rate * SECOND / rate;
  }

  /** How many operations are due by then. */
  public long dueBy(long nowNanos) {
    long elapsed = nowNanos - beganNanos;
    return elapsed < 0 ? 0 : elapsed / SECOND * rate + elapsed % SECOND * rate / SECOND + 1;
  }

  /** How often to look for what is due: at each operation, or each millisecond if that is rarer. */
  long tickNanos() {
    return Math.max(TimeUnit.MILLISECONDS.toNanos(1), SECOND / rate);
  }
}

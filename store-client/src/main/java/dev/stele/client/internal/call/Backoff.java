// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.call;

import java.util.concurrent.TimeUnit;

/**
 * Exponential backoff with full jitter (M. Brooker, "Exponential Backoff And Jitter", 2015): a
 * uniform share of a ceiling that doubles.
 */
public final class Backoff {
  /** The first ceiling. */
  public static final long BASE_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

  /** The last ceiling: a new leader is found within a second of its election. */
  public static final long CAP_NANOS = TimeUnit.MILLISECONDS.toNanos(800);

  /** The least delay. */
  public static final long FLOOR_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final int MAX_DOUBLINGS = 5;

  private Backoff() {}

  /**
   * How long to wait.
   *
   * @param waits before this one
   * @param random uniform in [0, 1)
   */
  public static long delayNanos(int waits, double random) {
    long ceiling = Math.min(CAP_NANOS, BASE_NANOS << Math.min(waits, MAX_DOUBLINGS));
    return Math.max(FLOOR_NANOS, (long) (ceiling * random));
  }
}

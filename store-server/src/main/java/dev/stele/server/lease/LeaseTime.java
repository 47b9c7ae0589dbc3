// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.port.Ticker;

/**
 * The time that deadlines are kept in: the node's own, less all stalls. While a process stands
 * still, renewals wait before its door that it would have taken in time; so when it finds that it
 * stood still, it counts as if it had not been so long. It never runs faster than the node's time,
 * so nothing comes early by it.
 *
 * <p>One thread reads; what was given back can be asked by any.
 */
final class LeaseTime {
  private final Ticker ticker;
  private final LeaseTimings timings;
  private long readNanos;
  private volatile long givenBackNanos;

  LeaseTime(Ticker ticker, LeaseTimings timings) {
    this.ticker = ticker;
    this.timings = timings;
    readNanos = ticker.nanos();
  }

  /**
   * Now. Whoever counts reads at least once in {@link LeaseTimings#scanNanos}; a gap that is
   * clearly longer was a stall, and is given back but for that.
   */
  long now() {
    long ticks = ticker.nanos();
    long gap = ticks - readNanos;
    readNanos = ticks;
    if (gap > timings.stallNanos()) {
      giveBack(gap - timings.scanNanos());
    }
    return ticks - givenBackNanos;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // by one thread
  private void giveBack(long nanos) {
    givenBackNanos += nanos;
  }

  /** What the node's ticker showed at the last reading. */
  long ticks() {
    return readNanos;
  }

  /** What all stalls together came to. */
  long givenBackNanos() {
    return givenBackNanos;
  }

  /** Until {@code deadline}; any thread. */
  long until(long deadline) {
    return deadline - (ticker.nanos() - givenBackNanos);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * A time of its own, in which one thing happens after another: all on one thread, decided by a
 * seed.
 */
final class World {
  static final long MILLI = 1_000_000;

  private static final Comparator<Event> BY_TIME =
      Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::sequence);

  final SplittableRandom random;
  private final PriorityQueue<Event> events = new PriorityQueue<>(256, BY_TIME);
  private final Passing passing;
  private long nowNanos;
  private long sequence;

  World(SplittableRandom random, Passing passing) {
    this.random = random;
    this.passing = passing;
  }

  private record Event(long atNanos, long sequence, Runnable step) {}

  /** Is told of the time in which nothing happens. */
  interface Passing {
    void passed(long nanos);
  }

  long nowNanos() {
    return nowNanos;
  }

  void in(long nanos, Runnable step) {
    events.add(new Event(nowNanos + nanos, sequence++, step));
  }

  /** After {@code least} to {@code most} milliseconds. */
  void within(int least, int most, Runnable step) {
    in(between(least, most), step);
  }

  /** So many milliseconds, in nanoseconds. */
  long between(int least, int most) {
    return random.nextLong(least * MILLI, most * MILLI + 1);
  }

  boolean oneIn(int count) {
    return random.nextInt(count) == 0;
  }

  /** Lets everything happen that does so until {@code nanos}. */
  void runUntil(long nanos) {
    while (!events.isEmpty() && events.peek().atNanos() <= nanos) {
      Event next = events.poll();
      passTo(next.atNanos());
      next.step().run();
    }
    passTo(nanos);
  }

  private void passTo(long nanos) {
    if (nanos > nowNanos) {
      passing.passed(nanos - nowNanos);
      nowNanos = nanos;
    }
  }
}

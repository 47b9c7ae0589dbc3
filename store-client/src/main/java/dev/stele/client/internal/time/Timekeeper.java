// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.time;

/** Time and chance. Thread-safe. */
public interface Timekeeper extends AutoCloseable {
  /** Monotonic nanoseconds from an arbitrary start. */
  long nanoTime();

  /** Microseconds of the wall clock, which may jump: to tell processes of one name apart. */
  long wallMicros();

  /** Uniform in [0, 1). */
  double random();

  /** Runs {@code task} once, not before {@code delayNanos} have passed; never once closed. */
  void schedule(long delayNanos, Runnable task);

  /** Drops what has not run yet. */
  @Override
  void close();
}

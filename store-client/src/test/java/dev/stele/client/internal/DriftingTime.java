// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import dev.stele.client.internal.time.Timekeeper;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A process's own clock over simulated time: it runs fast or slow, and its timers come late. */
final class DriftingTime implements Timekeeper {
  private static final double MILLION = 1e6;

  private final SimulatedTime time;
  private final Random random;
  private final double rate;
  private final long originNanos;
  private boolean closed;

  /**
   * A clock.
   *
   * @param ppm how much faster than simulated time; negative: slower
   * @param originNanos what it shows at the beginning
   */
  DriftingTime(SimulatedTime time, Random random, double ppm, long originNanos) {
    this.time = time;
    this.random = random;
    this.rate = 1 + ppm / MILLION;
    this.originNanos = originNanos;
  }

  @Override
  public long nanoTime() {
    return originNanos + (long) (time.nanoTime() * rate);
  }

  @Override
  public long wallMicros() {
    return time.wallMicros();
  }

  @Override
  public double random() {
    return random.nextDouble();
  }

  @Override
  public void schedule(long delayNanos, Runnable task) {
    long lateNanos = TimeUnit.MICROSECONDS.toNanos(random.nextInt(2_000));
    if (random.nextInt(200) == 0) {
      // A pause of the whole process, as far as a timer can tell.
      lateNanos = TimeUnit.MILLISECONDS.toNanos(random.nextInt(3_000));
    }
    time.schedule(
        (long) (delayNanos / rate) + lateNanos,
        () -> {
          if (!closed) {
            task.run();
          }
        });
  }

  @Override
  public void close() {
    closed = true;
  }
}

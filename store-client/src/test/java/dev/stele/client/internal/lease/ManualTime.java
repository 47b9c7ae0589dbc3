// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.lease;

import dev.stele.client.internal.time.Timekeeper;
import java.util.concurrent.TimeUnit;

/** A clock that a test sets; it has no timers. */
final class ManualTime implements Timekeeper {
  private long nowNanos;

  ManualTime(long nowNanos) {
    this.nowNanos = nowNanos;
  }

  void passMillis(long millis) {
    nowNanos += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  void passNanos(long nanos) {
    nowNanos += nanos;
  }

  @Override
  public long nanoTime() {
    return nowNanos;
  }

  @Override
  public long wallMicros() {
    return 0;
  }

  @Override
  public double random() {
    return 0;
  }

  @Override
  public void schedule(long delayNanos, Runnable task) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    // There is nothing to drop.
  }
}

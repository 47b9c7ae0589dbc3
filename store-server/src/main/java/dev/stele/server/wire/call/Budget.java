// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import dev.stele.server.port.RetryDelay;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A bound on what is held for callers at one time: how many, and how many bytes. Thread-safe. */
public final class Budget {
  private final int maxCount;
  private final long maxBytes;
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final RetryDelay retryDelay = new RetryDelay();

  public Budget(int maxCount, long maxBytes) {
    this.maxCount = maxCount;
    this.maxBytes = maxBytes;
  }

  /**
   * Takes one and {@code size} bytes; false, and takes nothing, when that is more than there is.
   */
  public boolean tryTake(long size) {
    if (count.incrementAndGet() > maxCount) {
      count.decrementAndGet();
      return false;
    }
    if (bytes.addAndGet(size) > maxBytes) {
      release(1, size);
      return false;
    }
    return true;
  }

  /** Takes one and {@code size} bytes, even beyond the bound. */
  public void take(long size) {
    count.incrementAndGet();
    bytes.addAndGet(size);
  }

  /** Gives back what was taken. */
  public void giveBack(long size) {
    giveBack(1, size);
  }

  /** Gives back what {@code howMany} had taken, so many bytes together. */
  public void giveBack(int howMany, long size) {
    if (howMany > 0) {
      retryDelay.served(howMany);
      release(howMany, size);
    }
  }

  private void release(int howMany, long size) {
    count.addAndGet(-howMany);
    bytes.addAndGet(-size);
  }

  /** How long someone who is turned away now should stay away. */
  public Duration refuse(long nowNanos) {
    double fill = Math.max((double) count.get() / maxCount, (double) bytes.get() / maxBytes);
    return retryDelay.refuse(nowNanos, fill);
  }

  /** How many are taken now. */
  public int count() {
    return count.get();
  }

  /** Bytes taken now. */
  public long bytes() {
    return bytes.get();
  }
}

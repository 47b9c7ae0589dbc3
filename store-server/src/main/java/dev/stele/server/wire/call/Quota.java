// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import dev.stele.server.port.RetryDelay;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A bound on the calls that are under way for others, and on the bytes of their requests, that is
 * fair to those who ask for little.
 *
 * <p>While less than half of the calls are taken anybody may have more. Beyond, a connection may
 * have no more than an equal share of that half: one that has many calls under way is turned away
 * before one that has few. And a quarter of the bytes is kept for small requests. Thread-safe.
 */
public final class Quota {
  /** A request that is no longer is small, in bytes. */
  public static final int SMALL_BYTES = 4 << 10;

  /**
   * What requests of a connection's streams may take beyond the bound, in bytes, until they are
   * dealt with: cut off in the middle, a stream would take with it all that is under way on it.
   * About what a connection's window lets come in unasked anyway.
   */
  public static final int LOAN_BYTES = 512 << 10;

  private final int maxCalls;
  private final long maxBytes;
  private final boolean fair;
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger sharers = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final RetryDelay retryDelay = new RetryDelay();

  /**
   * @param fair whether connections get equal shares; not where they are only a way for others'
   *     calls
   */
  public Quota(int maxCalls, long maxBytes, boolean fair) {
    this.maxCalls = maxCalls;
    this.maxBytes = maxBytes;
    this.fair = fair;
  }

  /** What one connection has under way. */
  public static final class Share {
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicLong borrowed = new AtomicLong();
  }

  /** Begins a call for {@code share}; false, and begins nothing, when it may not have one more. */
  public boolean begin(Share share) {
    int own = share.calls.incrementAndGet();
    if (own == 1) {
      sharers.incrementAndGet();
    }
    int all = calls.incrementAndGet();
    if (all > maxCalls || (fair && all > maxCalls / 2 && own > equalShare())) {
      leave(share, 1);
      return false;
    }
    return true;
  }

  private int equalShare() {
    return Math.max(1, maxCalls / 2 / Math.max(1, sharers.get()));
  }

  /** Ends a call that began. */
  public void end(Share share) {
    end(share, 1);
  }

  /** Ends {@code count} calls that began. */
  void end(Share share, int count) {
    retryDelay.served(count);
    leave(share, count);
  }

  /** Takes back that {@code count} calls began. */
  void leave(Share share, int count) {
    calls.addAndGet(-count);
    if (share.calls.addAndGet(-count) == 0) {
      sharers.decrementAndGet();
    }
  }

  /**
   * Takes {@code more} bytes for a call that has {@code held}; false, and takes nothing, when there
   * are not so many left.
   */
  public boolean take(long held, long more) {
    long bound = held + more <= SMALL_BYTES ? maxBytes : maxBytes / 4 * 3;
    if (bytes.addAndGet(more) > bound) {
      bytes.addAndGet(-more);
      return false;
    }
    return true;
  }

  /**
   * Takes {@code more} bytes for {@code share} that there is no room for; false, and takes nothing,
   * beyond {@link #LOAN_BYTES} of one connection.
   */
  boolean borrow(Share share, long more) {
    if (share.borrowed.addAndGet(more) > LOAN_BYTES) {
      share.borrowed.addAndGet(-more);
      return false;
    }
    bytes.addAndGet(more);
    return true;
  }

  /** Gives back what was borrowed. */
  void repay(Share share, long borrowed) {
    share.borrowed.addAndGet(-borrowed);
    bytes.addAndGet(-borrowed);
  }

  /** Gives back what was taken. */
  public void giveBack(long taken) {
    bytes.addAndGet(-taken);
  }

  /** How long someone who is turned away now should stay away. */
  public Duration refuse(long nowNanos) {
    // For those who are turned away it is full, whatever is kept for others.
    return retryDelay.refuse(nowNanos, 1);
  }

  /** Calls under way. */
  public int calls() {
    return calls.get();
  }

  /** Bytes of their requests. */
  public long bytes() {
    return bytes.get();
  }
}

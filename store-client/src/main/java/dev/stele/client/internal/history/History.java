// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.history;

import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.ResponseHeader;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The history that this client reads from: cluster id, epoch, and the highest revision and store
 * time seen. It is learned from the first answer and kept until it is forgotten. Thread-safe,
 * without locks.
 */
public final class History {
  private final AtomicReference<Known> known = new AtomicReference<>(Known.nothing());

  /** What is known now. */
  public Known known() {
    return known.get();
  }

  /**
   * Takes note of an answer.
   *
   * @param sentUnder what was known when the request was sent
   * @return false when the answer is of another history
   */
  public boolean observe(Known sentUnder, ResponseHeader header, long nowNanos) {
    Known now = known.get();
    while (now.isNothing() && now == sentUnder && !header.getClusterId().isEmpty()) {
      known.compareAndSet(now, Known.of(header, nowNanos));
      now = known.get();
    }
    if (!now.matches(header)) {
      return false;
    }
    now.raise(header, nowNanos);
    return true;
  }

  /** Starts over. Answers to requests sent before teach nothing any more. */
  public void forget() {
    known.set(Known.nothing());
  }

  /** What is known of a history. */
  public static final class Known {
    /**
     * How long a store time may be used after it was seen, on this machine's monotonic clock. Half
     * of the time that the store remembers a session for, and store time does not outrun clocks.
     */
    public static final long FRESH_NANOS = TimeUnit.MINUTES.toNanos(30);

    /** Notes of the time are this coarse, so that answers seldom write what all threads share. */
    private static final long COARSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final RequestHeader header;
    private final AtomicLong revision = new AtomicLong();
    private final AtomicLong storeTimeMillis = new AtomicLong();
    private volatile long seenNanos;
    private volatile long outdatedMillis = -1;

    private Known(RequestHeader header, long nowNanos) {
      this.header = header;
      this.seenNanos = nowNanos;
    }

    private static Known nothing() {
      return new Known(RequestHeader.getDefaultInstance(), 0);
    }

    private static Known of(ResponseHeader response, long nowNanos) {
      RequestHeader header =
          RequestHeader.newBuilder()
              .setClusterId(response.getClusterId())
              .setEpoch(response.getEpoch())
              .build();
      return new Known(header, nowNanos);
    }

    /** What each request carries. */
    public RequestHeader header() {
      return header;
    }

    /** The highest that an answer has shown. */
    public long revision() {
      return revision.get();
    }

    /** The highest that an answer has shown. */
    public long storeTimeMillis() {
      return storeTimeMillis.get();
    }

    /** Whether {@link #storeTimeMillis} was seen lately enough to begin a write with it. */
    public boolean isFresh(long nowNanos) {
      return !isNothing()
          && storeTimeMillis.get() > outdatedMillis
          && nowNanos - seenNanos < FRESH_NANOS;
    }

    /** The store said that this time is too long ago: an answer has to show a later one. */
    public synchronized void outdated(long timeMillis) {
      outdatedMillis = Math.max(outdatedMillis, timeMillis);
    }

    private boolean isNothing() {
      return header.getClusterId().isEmpty();
    }

    private boolean matches(ResponseHeader response) {
      return header.getClusterId().equals(response.getClusterId())
          && header.getEpoch() == response.getEpoch();
    }

    private void raise(ResponseHeader seen, long nowNanos) {
      raise(revision, seen.getRevision());
      raise(storeTimeMillis, seen.getStoreTimeMillis());
      if (nowNanos - seenNanos >= COARSE_NANOS) {
        seenNanos = nowNanos;
      }
    }

    private static void raise(AtomicLong highest, long seen) {
      long before = highest.get();
      while (seen > before && !highest.compareAndSet(before, seen)) {
        before = highest.get();
      }
    }
  }
}

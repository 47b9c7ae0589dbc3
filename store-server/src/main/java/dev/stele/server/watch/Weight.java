// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes that one revision holds of a {@link Ring}. Thread-safe: it grows while others let it go.
 *
 * <p>There is one for each revision of the ring, so it guards its count itself and holds no other
 * object for it.
 */
final class Weight {
  private static final long GONE = -1;

  private final AtomicLong all;
  private long own;

  /**
   * @param all what everything in the ring holds
   * @param own what it holds to begin with
   */
  Weight(AtomicLong all, long own) {
    this.all = all;
    this.own = own;
    all.addAndGet(own);
  }

  /** Counts {@code bytes} more, unless they are nobody's any more. */
  synchronized void add(long bytes) {
    if (own != GONE) {
      own += bytes;
      all.addAndGet(bytes);
    }
  }

  /** Counts nothing from here on. */
  synchronized void release() {
    if (own != GONE) {
      all.addAndGet(-own);
      own = GONE;
    }
  }
}

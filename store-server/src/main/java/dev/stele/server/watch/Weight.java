// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes that one revision holds of a {@link Ring}. Thread-safe: it grows while others let it go.
 */
final class Weight {
  private static final long GONE = -1;

  private final AtomicLong all;
  private final AtomicLong own = new AtomicLong();

  /**
   * @param all what everything in the ring holds
   */
  Weight(AtomicLong all) {
    this.all = all;
  }

  /** Counts {@code bytes} more, unless they are nobody's any more. */
  void add(long bytes) {
    long before = own.getAndUpdate(held -> held == GONE ? GONE : held + bytes);
    if (before != GONE) {
      all.addAndGet(bytes);
    }
  }

  /** Counts nothing from here on. */
  void release() {
    long held = own.getAndSet(GONE);
    if (held != GONE) {
      all.addAndGet(-held);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.watch;

import java.util.concurrent.atomic.AtomicLong;

/** What one watch has seen. Written by its stream's thread, read by any. */
final class Follower {
  private final AtomicLong events = new AtomicLong();
  private volatile long lastRevision;
  private volatile boolean outOfOrder;

  /** An event came. */
  void saw(long revision) {
    if (revision <= lastRevision) {
      outOfOrder = true;
    }
    lastRevision = revision;
    events.lazySet(events.get() + 1);
  }

  long events() {
    return events.get();
  }

  long lastRevision() {
    return lastRevision;
  }

  /** Whether a revision came that was not above the one before. */
  boolean outOfOrder() {
    return outOfOrder;
  }
}

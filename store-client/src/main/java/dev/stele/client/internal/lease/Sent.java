// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.lease;

import dev.stele.client.internal.time.Timekeeper;

/** When the tries of one request were sent. Thread-safe; no two tries are under way together. */
public final class Sent {
  private final Timekeeper timekeeper;
  private boolean any;
  private long firstNanos;
  private long lastNanos;

  Sent(Timekeeper timekeeper) {
    this.timekeeper = timekeeper;
  }

  /** A try will be sent, and not before this. */
  public synchronized long note() {
    lastNanos = timekeeper.nanoTime();
    firstNanos = any ? firstNanos : lastNanos;
    any = true;
    return lastNanos;
  }

  /**
   * Since when a lease is held at the least that a request began: a stored answer is an earlier
   * try's, whichever that was; any other is what the last try led to.
   */
  public synchronized long sinceNanos(boolean duplicate) {
    return duplicate ? firstNanos : lastNanos;
  }

  synchronized long firstNanos() {
    return firstNanos;
  }

  synchronized long lastNanos() {
    return lastNanos;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.lease;

import dev.stele.client.internal.time.Timekeeper;

/** When the tries of one request were sent. Thread-safe; no two tries are under way together. */
final class Sent {
  private final Timekeeper timekeeper;
  private boolean any;
  private long firstNanos;
  private long lastNanos;

  Sent(Timekeeper timekeeper) {
    this.timekeeper = timekeeper;
  }

  /** A try will be sent, and not before this. */
  synchronized long note() {
    lastNanos = timekeeper.nanoTime();
    firstNanos = any ? firstNanos : lastNanos;
    any = true;
    return lastNanos;
  }

  synchronized long firstNanos() {
    return firstNanos;
  }

  synchronized long lastNanos() {
    return lastNanos;
  }
}

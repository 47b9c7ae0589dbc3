// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts who uses something that must not be taken away under them. After {@link #end} nobody can
 * begin any more, and the last one to leave runs what was given. Any thread; nothing here waits.
 */
final class Uses {
  private static final long ENDED = Long.MIN_VALUE;

  /** The count; the sign bit says that it ended. */
  private final AtomicLong state = new AtomicLong();

  private final Runnable whenUnused;

  /**
   * @param whenUnused runs once, on the thread that leaves last or ends
   */
  Uses(Runnable whenUnused) {
    this.whenUnused = whenUnused;
  }

  /** Begins a use, to be followed by {@link #done}; false when it has ended. */
  boolean begin() {
    for (long seen = state.get(); seen >= 0; seen = state.get()) {
      if (state.compareAndSet(seen, seen + 1)) {
        return true;
      }
    }
    return false;
  }

  /** Begins a use of {@code what}, or throws. */
  void beginOrThrow(String what) {
    if (!begin()) {
      throw new IllegalStateException(what + " is closed");
    }
  }

  void done() {
    if (state.decrementAndGet() == ENDED) {
      whenUnused.run();
    }
  }

  /** Lets nobody begin any more. A second call does nothing. */
  void end() {
    if (state.getAndUpdate(seen -> seen | ENDED) == 0) {
      whenUnused.run();
    }
  }

  boolean ended() {
    return state.get() < 0;
  }
}

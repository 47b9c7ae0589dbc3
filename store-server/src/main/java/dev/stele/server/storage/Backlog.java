// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.port.Ticker;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What was committed since the last flush began, and when that is enough to begin another. Any
 * thread.
 */
final class Backlog implements CommitObserver {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final StorageSettings settings;
  private final Ticker ticker;
  private long commands;
  private long bytes;

  /** When the oldest of them was committed; means something while {@link #commands} is not 0. */
  private long sinceNanos;

  private boolean stopped;

  Backlog(StorageSettings settings, Ticker ticker) {
    this.settings = settings;
    this.ticker = ticker;
  }

  /** Wakes the waiting thread only when there is something new for it to know. */
  @Override
  public void committed(int changes, long entryBytes) {
    lock.lock();
    try {
      boolean first = commands == 0;
      boolean wasLarge = large();
      if (first) {
        sinceNanos = ticker.nanos();
      }
      commands += Math.max(1, changes);
      bytes += entryBytes;
      if (first || (large() && !wasLarge)) {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void flushing() {
    lock.lock();
    try {
      commands = 0;
      bytes = 0;
    } finally {
      lock.unlock();
    }
  }

  /** Whether a flush should begin now. */
  boolean due() {
    lock.lock();
    try {
      return large() || old();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until a flush is due; false when there is to be none any more, because of {@link #stop}.
   */
  boolean awaitDue() throws InterruptedException {
    lock.lock();
    try {
      while (!stopped && !large() && !old()) {
        if (commands == 0) {
          changed.await();
        } else {
          changed.awaitNanos(nanosUntilOld());
        }
      }
      return !stopped;
    } finally {
      lock.unlock();
    }
  }

  void stop() {
    lock.lock();
    try {
      stopped = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean large() {
    return commands >= settings.flushCommands() || bytes >= settings.flushBytes();
  }

  private boolean old() {
    return commands > 0 && nanosUntilOld() <= 0;
  }

  private long nanosUntilOld() {
    long age = ticker.nanos() - sinceNanos;
    return TimeUnit.MILLISECONDS.toNanos(settings.flushIntervalMillis()) - age;
  }
}

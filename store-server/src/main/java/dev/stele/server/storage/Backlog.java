// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.port.Ticker;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What was committed since the last flush began, and when that is enough to begin another; and what
 * is in memory only, and when that is enough to settle it. Any thread.
 */
final class Backlog implements CommitObserver {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final StorageSettings settings;
  private final Ticker ticker;
  private final long generationBytes;
  private long commands;
  private long bytes;
  private long unsettledBytes;

  /** When the oldest of them was committed; means something while {@link #commands} is not 0. */
  private long sinceNanos;

  private boolean stopped;

  /**
   * @param generationBytes in memory that are enough to settle
   */
  Backlog(StorageSettings settings, long generationBytes, Ticker ticker) {
    this.settings = settings;
    this.generationBytes = generationBytes;
    this.ticker = ticker;
  }

  /** Wakes the waiting thread only when there is something new for it to know. */
  @Override
  public void committed(int changes, long entryBytes) {
    lock.lock();
    try {
      boolean first = commands == 0;
      Due before = due();
      if (first) {
        sinceNanos = ticker.nanos();
      }
      commands += Math.max(1, changes);
      bytes += entryBytes;
      unsettledBytes += entryBytes;
      if (first || due() != before) {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void settling() {
    lock.lock();
    try {
      unsettledBytes = 0;
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
      unsettledBytes = 0;
    } finally {
      lock.unlock();
    }
  }

  /** What should begin now. */
  Due due() {
    lock.lock();
    try {
      if (stopped) {
        return Due.NOTHING_MORE;
      }
      if (large() || old()) {
        return Due.FLUSH;
      }
      return unsettledBytes >= generationBytes ? Due.SETTLING : Due.NOTHING_YET;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until something is due; there is nothing more after {@link #stop}. */
  Due awaitDue() throws InterruptedException {
    lock.lock();
    try {
      Due due = due();
      while (due == Due.NOTHING_YET) {
        if (commands == 0) {
          changed.await();
        } else {
          changed.awaitNanos(nanosUntilOld());
        }
        due = due();
      }
      return due;
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

  /** What there is to do. */
  enum Due {
    NOTHING_YET,
    SETTLING,
    FLUSH,
    NOTHING_MORE
  }
}

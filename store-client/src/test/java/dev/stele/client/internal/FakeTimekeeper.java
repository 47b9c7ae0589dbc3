// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import dev.stele.client.internal.time.Timekeeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Time that passes when a test says so. Lots fall at {@link #random}. */
final class FakeTimekeeper implements Timekeeper {
  private final List<Task> tasks = new ArrayList<>();
  private final List<Duration> delays = new ArrayList<>();
  // Near the end of the range: differences must be taken, not values compared.
  private long now = Long.MAX_VALUE - 1_000_000_000L;
  private boolean closed;
  volatile double random;
  volatile long wallMicros = 1_000_000;

  private record Task(long dueNanos, Runnable work) {}

  @Override
  public synchronized long nanoTime() {
    return now;
  }

  @Override
  public long wallMicros() {
    return wallMicros;
  }

  @Override
  public double random() {
    return random;
  }

  @Override
  public synchronized void schedule(long delayNanos, Runnable task) {
    if (!closed) {
      delays.add(Duration.ofNanos(delayNanos));
      tasks.add(new Task(now + delayNanos, task));
    }
  }

  /** All delays that were asked for so far. */
  synchronized List<Duration> delays() {
    return List.copyOf(delays);
  }

  /** Lets time pass and runs what is due, in order, also what that schedules. */
  void advance(Duration duration) {
    long until = nanoTime() + duration.toNanos();
    for (Task task = nextDue(until); task != null; task = nextDue(until)) {
      task.work().run();
    }
    synchronized (this) {
      now = until;
    }
  }

  private synchronized Task nextDue(long until) {
    long start = now;
    Task next =
        tasks.stream()
            .filter(task -> task.dueNanos() - until <= 0)
            .min(Comparator.comparingLong(task -> task.dueNanos() - start))
            .orElse(null);
    if (next != null) {
      tasks.remove(next);
      now = next.dueNanos() - now > 0 ? next.dueNanos() : now;
    }
    return next;
  }

  @Override
  public synchronized void close() {
    closed = true;
    tasks.clear();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import dev.stele.client.internal.time.Timekeeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Time that passes when a test says so. Lots fall at {@link #random}. */
final class FakeTimekeeper implements Timekeeper {
  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private final List<Duration> delays = new ArrayList<>();
  // Near the end of the range: differences must be taken, not values compared.
  private long now = Long.MAX_VALUE - 1_000_000_000L;
  private boolean closed;
  volatile double random;
  volatile long wallMicros = 1_000_000;

  private long scheduled;

  private record Task(long dueNanos, long number, Runnable work) implements Comparable<Task> {
    @Override
    public int compareTo(Task other) {
      int byTime = Long.signum(dueNanos - other.dueNanos);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

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
      scheduleUnnoticed(delayNanos, task);
    }
  }

  /** For what is no part of a request's course, for instance looking for deadlines. */
  synchronized void scheduleUnnoticed(long delayNanos, Runnable task) {
    scheduled++;
    tasks.add(new Task(now + delayNanos, scheduled, task));
  }

  /** All delays that were asked for so far by {@link #schedule}. */
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

  private synchronized @Nullable Task nextDue(long until) {
    Task next = tasks.peek();
    if (next == null || next.dueNanos() - until > 0) {
      return null;
    }
    now = next.dueNanos() - now > 0 ? next.dueNanos() : now;
    return tasks.remove();
  }

  @Override
  public synchronized void close() {
    closed = true;
    tasks.clear();
  }
}

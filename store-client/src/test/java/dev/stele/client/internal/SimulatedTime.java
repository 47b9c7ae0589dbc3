// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import dev.stele.client.internal.time.Timekeeper;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;

/** Time that jumps from one event to the next, and chance from a seed. One thread. */
final class SimulatedTime implements Timekeeper {
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparing(Event::number));
  private final Random random;
  private long now;
  private long scheduled;

  private record Event(long atNanos, long number, Runnable work) {}

  SimulatedTime(Random random) {
    this.random = random;
  }

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public long wallMicros() {
    return now / 1_000;
  }

  @Override
  public double random() {
    return random.nextDouble();
  }

  @Override
  public void schedule(long delayNanos, Runnable task) {
    scheduled++;
    events.add(new Event(now + Math.max(0, delayNanos), scheduled, task));
  }

  /** Lets time pass, with all that happens in it. */
  void pass(long nanos) {
    long until = now + nanos;
    while (!events.isEmpty() && events.peek().atNanos() <= until) {
      step();
    }
    now = until;
  }

  /** Lets time pass until nothing is left to happen. */
  void passAll() {
    while (!events.isEmpty()) {
      step();
    }
  }

  private void step() {
    Event next = events.remove();
    now = next.atNanos();
    next.work().run();
  }

  @Override
  public void close() {
    // Deliveries that are under way go on without the client.
  }
}

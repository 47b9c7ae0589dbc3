// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Says when each operation of a loop begins. Thread-safe. */
public abstract class Tickets {
  /** Nothing is due. */
  static final long NONE = Long.MIN_VALUE;

  private Tickets() {}

  /** The moment from which the next operation's latency counts, or {@link #NONE}. */
  abstract long take();

  /** Has {@code client} go on once something is due. */
  abstract void park(Runnable client);

  /** As fast as operations complete: a latency counts from the call. */
  public static Tickets closedLoop(LongSupplier nanoTime) {
    return new Tickets() {
      @Override
      long take() {
        return nanoTime.getAsLong();
      }

      @Override
      void park(Runnable client) {
        throw new IllegalStateException("something is always due");
      }
    };
  }

  /**
   * At a steady rate, as long as a client is free: an operation that waits for one is late, and its
   * latency counts from when it was due.
   */
  public static final class Steady extends Tickets {
    private final Schedule schedule;
    private final LongSupplier nanoTime;
    private final AtomicLong issued = new AtomicLong();
    private final Queue<Runnable> parked = new ConcurrentLinkedQueue<>();

    /** A load that begins now. */
    public Steady(int rate, LongSupplier nanoTime) {
      this.schedule = new Schedule(nanoTime.getAsLong(), rate);
      this.nanoTime = nanoTime;
    }

    @Override
    long take() {
      long due = schedule.dueBy(nanoTime.getAsLong());
      long number;
      do {
        number = issued.get();
        if (number >= due) {
          return NONE;
        }
      } while (!issued.compareAndSet(number, number + 1));
      return schedule.dueNanos(number);
    }

    @Override
    void park(Runnable client) {
      parked.add(client);
    }

    /** Has clients go on for what is due; to be called each {@link #tickNanos}. */
    public void tick() {
      Runnable client;
      while (issued.get() < schedule.dueBy(nanoTime.getAsLong())
          && (client = parked.poll()) != null) {
        client.run();
      }
    }

    /** Has all clients go on, so that they see the end. */
    void wakeAll() {
      Runnable client;
      while ((client = parked.poll()) != null) {
        client.run();
      }
    }

    /** How often {@link #tick} is needed. */
    public long tickNanos() {
      return schedule.tickNanos();
    }
  }
}

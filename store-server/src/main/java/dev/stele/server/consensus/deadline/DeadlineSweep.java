// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.deadline;

import dev.stele.server.port.FaultPolicy;
import dev.stele.server.port.Ticker;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks after deadlines and retries for all who wait in this node's consensus: one thread that goes
 * round every {@link #INTERVAL_MILLIS} while anything waits, and is parked while nothing does.
 *
 * <p>A timer object for each command or read would cost more than the command; and most of them
 * never get to their deadline. So a deadline is kept to within one interval, never early.
 */
public final class DeadlineSweep implements AutoCloseable {
  /** How late a deadline may be noticed, apart from pauses of the process. */
  public static final long INTERVAL_MILLIS = 10;

  private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(INTERVAL_MILLIS);

  private final Ticker ticker;
  private final FaultPolicy faults;
  private final List<Swept> swept = new CopyOnWriteArrayList<>();
  private final Thread thread;
  private volatile boolean idle;
  private volatile boolean closed;

  public DeadlineSweep(Ticker ticker, FaultPolicy faults) {
    this.ticker = ticker;
    this.faults = faults;
    thread = new Thread(this::run, "stele-deadlines");
    thread.setDaemon(true);
  }

  /** Something that waits, and must not wait for ever. */
  @FunctionalInterface
  public interface Swept {
    /** Ends what is past its deadline, tries again what is due; returns whether anything waits. */
    boolean sweep(long nowNanos);
  }

  /** Sweeps {@code one} too from now on. Before {@link #start}, or after; any thread. */
  public void add(Swept one) {
    swept.add(one);
    arm();
  }

  /**
   * Says that something waits now, and must be called after that can be seen by a sweep. Any
   * thread; cheap.
   */
  public void arm() {
    if (idle) {
      idle = false;
      LockSupport.unpark(thread);
    }
  }

  /** Starts the thread. */
  public void start() {
    thread.start();
  }

  /**
   * Goes round once, now; returns whether anything waits. For the thread, and for tests without.
   */
  public boolean sweep() {
    boolean waits = false;
    for (Swept one : swept) {
      waits |= one.sweep(ticker.nanos());
    }
    return waits;
  }

  /**
   * Stops going round, and then ends all that still waits as if its deadline had come. Close it
   * after those who let anybody wait. Calls after the first do nothing.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive() && thread != Thread.currentThread()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    long theEnd = ticker.nanos() + Long.MAX_VALUE / 2;
    swept.forEach(one -> one.sweep(theEnd));
  }

  private void run() {
    try {
      while (!closed) {
        if (sweep()) {
          LockSupport.parkNanos(this, INTERVAL_NANOS);
        } else {
          sleepUntilArmed();
        }
      }
    } catch (RuntimeException | Error e) {
      faults.fatal("the deadline sweep failed", e);
    }
  }

  /**
   * Whoever begins to wait first becomes visible to a sweep and then looks at {@link #idle}; here
   * {@link #idle} is set first and then all are looked at once more. So one of the two sees the
   * other.
   */
  private void sleepUntilArmed() {
    idle = true;
    if (sweep()) {
      idle = false;
    }
    while (idle && !closed) {
      LockSupport.park(this);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Starts operations at a steady rate, whether or not earlier ones have completed. What is late is
 * made up for at once, and is told when it was due. One thread at a time calls it.
 */
public final class OpenLoop {
  private final Schedule schedule;
  private final LongSupplier nanoTime;
  private final Operation operation;
  private long issued;

  /**
   * A load that begins now.
   *
   * @param rate operations a second
   * @param nanoTime a monotonic clock
   */
  public OpenLoop(int rate, LongSupplier nanoTime, Operation operation) {
    this.schedule = new Schedule(nanoTime.getAsLong(), rate);
    this.nanoTime = nanoTime;
    this.operation = operation;
  }

  /** What is started. */
  @FunctionalInterface
  public interface Operation {
    /**
     * Starts it; does not wait.
     *
     * @param number from 0
     * @param dueNanos when it should have been started
     */
    void start(long number, long dueNanos);
  }

  /** Runs on {@code timer}; cancel what it returns to end it. */
  public ScheduledFuture<?> start(ScheduledExecutorService timer) {
    return timer.scheduleAtFixedRate(
        this::startWhatIsDue, 0, schedule.tickNanos(), TimeUnit.NANOSECONDS);
  }

  /** Starts all that is due by now. */
  public void startWhatIsDue() {
    long due = schedule.dueBy(nanoTime.getAsLong());
    while (issued < due) {
      long number = issued++;
      operation.start(number, schedule.dueNanos(number));
    }
  }
}

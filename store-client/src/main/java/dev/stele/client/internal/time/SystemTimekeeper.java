// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.time;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** The machine's clock; one daemon thread, which starts with the first delay. */
public final class SystemTimekeeper implements Timekeeper {
  /** The only thread of the one that times requests. */
  public static final String THREAD = "stele-client-timer";

  /** The only thread of the one that times leases, which nobody's callbacks run on. */
  public static final String LEASE_THREAD = "stele-client-lease-timer";

  private final ScheduledThreadPoolExecutor executor;

  /**
   * A clock.
   *
   * @param name of its thread
   */
  public SystemTimekeeper(String name) {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public long wallMicros() {
    return TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
  }

  @Override
  public double random() {
    return ThreadLocalRandom.current().nextDouble();
  }

  @Override
  @SuppressWarnings(
      "FutureReturnValueIgnored") // tasks report through the request that they belong to
  public void schedule(long delayNanos, Runnable task) {
    try {
      executor.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      if (!executor.isShutdown()) {
        throw e;
      }
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}

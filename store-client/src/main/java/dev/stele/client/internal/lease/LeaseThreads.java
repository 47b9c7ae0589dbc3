// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.lease;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where listeners and tasks run: daemons that end by themselves. Nothing starts before the first.
 */
final class LeaseThreads {
  /** Tasks that run at a time. */
  static final int MAX_TASKS = 1_000;

  /** Listeners that are busy at a time; others wait for them. */
  static final int MAX_LISTENERS = 16;

  private static final long IDLE_SECONDS = 1;

  private final Executor listeners;
  private final Executor tasks;

  LeaseThreads() {
    ThreadPoolExecutor few =
        new ThreadPoolExecutor(
            MAX_LISTENERS,
            MAX_LISTENERS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            // Each listener has one entry at most: what is behind it waits in its mailbox.
            new LinkedBlockingQueue<>(),
            new Named("stele-client-lease-"));
    few.allowCoreThreadTimeOut(true);
    this.listeners = few;
    this.tasks =
        new ThreadPoolExecutor(
            0,
            MAX_TASKS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            new Named("stele-client-lease-task-"));
  }

  LeaseThreads(Executor listeners, Executor tasks) {
    this.listeners = listeners;
    this.tasks = tasks;
  }

  Executor listeners() {
    return listeners;
  }

  /** Refuses what is beyond {@link #MAX_TASKS}. */
  Executor tasks() {
    return tasks;
  }

  private static final class Named implements java.util.concurrent.ThreadFactory {
    private final String prefix;
    private final AtomicInteger number = new AtomicInteger();

    Named(String prefix) {
      this.prefix = prefix;
    }

    @Override
    public Thread newThread(Runnable task) {
      Thread thread = new Thread(task, prefix + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    }
  }
}

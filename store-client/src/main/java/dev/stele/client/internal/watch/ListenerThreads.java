// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.watch;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Where listeners run unless their owner says otherwise: a thread for each processor as long as
 * they are quick, and more as soon as one waits because those that run block. So a change that a
 * thousand watches get does not wake a thousand threads, and a listener that blocks keeps nobody
 * waiting for longer than a few looks, {@link #LOOK_MILLIS} apart.
 *
 * <p>Daemons, which end by themselves when there is nothing to do. Bounded by {@link #MAX_THREADS};
 * what waits is bounded by whoever hands it in, a {@link Mailbox} one turn at a time. Thread-safe.
 */
final class ListenerThreads implements Executor {
  /** All listeners of a client may block at once. */
  static final int MAX_THREADS = Watches.MAX_WATCHES;

  static final long LOOK_MILLIS = 2;
  private static final long IDLE_SECONDS = 1;

  private final BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
  private final AtomicBoolean looking = new AtomicBoolean();
  private final AtomicInteger number = new AtomicInteger();
  private final Executor later;
  private final int fewest;
  private final int most;
  private final ThreadPoolExecutor pool;

  ListenerThreads() {
    this(
        Runtime.getRuntime().availableProcessors(),
        MAX_THREADS,
        CompletableFuture.delayedExecutor(LOOK_MILLIS, TimeUnit.MILLISECONDS, Runnable::run));
  }

  /**
   * Threads whose looks are somebody else's matter.
   *
   * @param fewest threads that are started before anything has to wait
   * @param most threads that there may be, at least {@code fewest}; beyond them listeners wait
   * @param later runs what it gets when the time for the next look has come
   */
  ListenerThreads(int fewest, int most, Executor later) {
    this.fewest = fewest;
    this.most = most;
    this.later = later;
    this.pool =
        new ThreadPoolExecutor(fewest, most, IDLE_SECONDS, TimeUnit.SECONDS, waiting, this::thread);
    pool.allowCoreThreadTimeOut(true);
  }

  private Thread thread(Runnable work) {
    Thread thread = new Thread(work, "stele-client-watch-" + number.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void execute(Runnable task) {
    pool.execute(task);
    if (!waiting.isEmpty()) {
      keepLooking(null);
    }
  }

  /** Threads there are now, idle ones included. */
  int threads() {
    return pool.getPoolSize();
  }

  private void keepLooking(@Nullable Runnable seen) {
    if (looking.compareAndSet(false, true)) {
      later.execute(() -> look(seen));
    }
  }

  /** Whether what waited longest at the last look still does: then all who run are blocked. */
  private void look(@Nullable Runnable seen) {
    Runnable first = waiting.peek();
    int blocked = pool.getActiveCount();
    if (first != null && first == seen) {
      // As many again, since those who wait may block too.
      resize(2 * blocked + fewest);
    } else if (first == null) {
      resize(blocked + fewest);
    }
    looking.set(false);
    Runnable next = waiting.peek();
    if (next != null) {
      keepLooking(next == first ? first : null);
    }
  }

  private void resize(int threads) {
    int wanted = Math.min(most, threads);
    if (pool.getCorePoolSize() != wanted) {
      pool.setCorePoolSize(wanted);
    }
  }
}

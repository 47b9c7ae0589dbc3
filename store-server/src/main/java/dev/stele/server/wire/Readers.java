// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The small pool that reads the store; its queue is bounded, and what does not fit is refused. */
final class Readers {
  private static final long STOP_TIMEOUT_SECONDS = 2;

  private Readers() {}

  static ThreadPoolExecutor start(int threads) {
    AtomicInteger number = new AtomicInteger();
    return new ThreadPoolExecutor(
        threads,
        threads,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(ApiSettings.READS_MAX),
        task -> {
          Thread thread = new Thread(task, "stele-reader-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  /** Waits for the reads under way: the store may be closed afterwards. */
  static void stop(ThreadPoolExecutor readers) {
    readers.shutdownNow();
    try {
      readers.awaitTermination(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

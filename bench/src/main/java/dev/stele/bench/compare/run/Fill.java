// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import dev.stele.bench.LoopClient.Operation;
import dev.stele.bench.compare.Driver;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** Writes so many keys once each; a write that fails is tried again. */
final class Fill {
  /** How long all of it may take. */
  static final Duration BOUND = Duration.ofMinutes(4);

  private static final int UNDER_WAY = 256;

  private final Driver driver;
  private final String prefix;
  private final int count;
  private final byte[] value = Calls.value(0);
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger written = new AtomicInteger();
  private final Queue<Integer> failed = new ConcurrentLinkedQueue<>();

  Fill(Driver driver, String prefix, int count) {
    this.driver = driver;
    this.prefix = prefix;
    this.count = count;
  }

  /**
   * Writes them all.
   *
   * @throws IOException when they are not all written within {@link #BOUND}
   */
  void run(ScheduledExecutorService timer, LongSupplier nanoTime)
      throws IOException, InterruptedException {
    Operation write = this::write;
    Loop loop =
        new Loop(
            Collections.nCopies(Math.min(UNDER_WAY, count), write),
            timer,
            nanoTime,
            () -> next.get() >= count && failed.isEmpty());
    try {
      loop.start();
      loop.await(BOUND);
    } finally {
      loop.abandon();
    }
    if (written.get() < count) {
      throw new IOException("only " + written + " of " + count + " keys could be written");
    }
  }

  private CompletableFuture<?> write() {
    Integer again = failed.poll();
    int index = again == null ? next.getAndIncrement() : again;
    if (index >= count) {
      return CompletableFuture.completedFuture(null);
    }
    return driver
        .put(prefix + String.format("%06d", index), value)
        .whenComplete(
            (done, failure) -> {
              if (failure == null) {
                written.incrementAndGet();
              } else {
                failed.add(index);
              }
            });
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import dev.stele.bench.LoopClient.Operation;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;

/** Writes so many keys once each; a write that fails is tried again. */
public final class Fill {
  /** How long all of it may take. */
  static final Duration BOUND = Duration.ofMinutes(4);

  private static final int UNDER_WAY = 256;

  private final BiFunction<String, byte[], ? extends CompletableFuture<?>> put;
  private final String prefix;
  private final int count;
  private final byte[] value = Calls.value(0);
  private final AtomicInteger next;
  private final AtomicInteger written;
  private final Queue<Integer> failed = new ConcurrentLinkedQueue<>();

  /**
   * Keys of six digits behind a prefix.
   *
   * @param put writes one
   * @param first the number of the first key
   * @param count the number behind the last one
   */
  public Fill(
      BiFunction<String, byte[], ? extends CompletableFuture<?>> put,
      String prefix,
      int first,
      int count) {
    this.put = put;
    this.prefix = prefix;
    this.count = count;
    this.next = new AtomicInteger(first);
    this.written = new AtomicInteger(first);
  }

  /**
   * Writes them all.
   *
   * @throws IOException when they are not all written within {@link #BOUND}
   */
  public void run(ScheduledExecutorService timer, LongSupplier nanoTime)
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
    return put.apply(prefix + String.format("%06d", index), value)
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

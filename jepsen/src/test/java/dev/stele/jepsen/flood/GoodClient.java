// SPDX-License-Identifier: Apache-2.0
package dev.stele.jepsen.flood;

import dev.stele.client.FactKey;
import dev.stele.client.Keys;
import dev.stele.client.PutOptions;
import dev.stele.client.ReadMode;
import dev.stele.client.StoreClient;
import dev.stele.client.kind.ConfigDocument;
import dev.stele.client.kind.Kinds;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A client that asks for little, and obeys: small puts and gets, one after the other. */
final class GoodClient {
  private static final int VALUE_BYTES = 200;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final StoreClient store;
  private final FactKey<byte[]> key = Keys.raw("config/good/client");
  private long number;

  GoodClient(StoreClient store) {
    this.store = store;
  }

  /** What a while of it came to. Latencies are in microseconds, sorted, with all retries. */
  record Seen(List<Long> puts, List<Long> gets, List<String> failures) {
    String line() {
      return "puts %5d p50 %8.2f p99 %8.2f max %8.2f ms   gets %5d p50 %8.2f p99 %8.2f max %8.2f ms   failed %d"
          .formatted(
              puts.size(),
              millis(puts, 0.5),
              millis(puts, 0.99),
              millis(puts, 1),
              gets.size(),
              millis(gets, 0.5),
              millis(gets, 0.99),
              millis(gets, 1),
              failures.size());
    }

    static double millis(List<Long> sorted, double part) {
      if (sorted.isEmpty()) {
        return Double.NaN;
      }
      int index = (int) Math.ceil(part * sorted.size()) - 1;
      return sorted.get(Math.max(0, index)) / 1_000.0;
    }
  }

  /** Writes and reads for a while. What was acknowledged must be read. */
  Seen run(Duration time) {
    List<Long> puts = new ArrayList<>();
    List<Long> gets = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() - end < 0) {
      number++;
      long before = System.nanoTime();
      try {
        store.facts().raw().put(key, body(number), PutOptions.none()).join();
        long written = System.nanoTime();
        puts.add(TimeUnit.NANOSECONDS.toMicros(written - before));
        long read = read();
        gets.add(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - written));
        if (read != number) {
          failures.add("read " + read + " after " + number + " was acknowledged");
        }
      } catch (CompletionException e) {
        failures.add(
            e.getCause()
                + " after "
                + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before)
                + " ms");
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    Collections.sort(puts);
    Collections.sort(gets);
    return new Seen(puts, gets, failures);
  }

  private long read() {
    return store
        .facts()
        .raw()
        .get(key, ReadMode.linearizable())
        .join()
        .fact()
        .map(fact -> number(fact.body()))
        .orElse(-1L);
  }

  private static byte[] body(long number) {
    byte[] document = Arrays.copyOf(ByteBuffer.allocate(8).putLong(number).array(), VALUE_BYTES);
    return Kinds.CONFIG.codec().encode(ConfigDocument.of("application/octet-stream", document));
  }

  /** The number that a document begins with. */
  static long number(byte[] body) {
    return ByteBuffer.wrap(Kinds.CONFIG.codec().decode(body).document()).getLong();
  }
}

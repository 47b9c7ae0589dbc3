// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import dev.stele.bench.compare.Driver;
import dev.stele.bench.watch.WatchReport.Spread;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Many watchers of one prefix. A delay counts from when the write was due, which its value tells,
 * and is of the measured time if the write was: so a stall at the end is not left out.
 */
final class Watchers implements AutoCloseable {
  private static final long DELAY_MAX_MICROS = TimeUnit.HOURS.toMicros(1);
  private static final long LOOK_MILLIS = 10;

  private final List<AutoCloseable> watches = new ArrayList<>();
  private final Histogram delayMicros = new ConcurrentHistogram(1, DELAY_MAX_MICROS, 3);
  private final LongAdder delivered = new LongAdder();
  private final LongSupplier nanoTime;
  private volatile long fromNanos;
  private volatile long toNanos;

  Watchers(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.fromNanos = nanoTime.getAsLong();
    this.toNanos = fromNanos;
  }

  void open(Driver driver, String prefix, int count) {
    for (int i = 0; i < count; i++) {
      watches.add(driver.watch(prefix, this::changed));
    }
  }

  /** Writes count that are due in so many nanoseconds from now. */
  void measure(long nanos) {
    long from = nanoTime.getAsLong();
    toNanos = from + nanos;
    fromNanos = from;
  }

  private void changed(byte[] value) {
    long now = nanoTime.getAsLong();
    delivered.increment();
    long due = ByteBuffer.wrap(value).getLong();
    if (due - fromNanos >= 0 && toNanos - due > 0) {
      long micros = TimeUnit.NANOSECONDS.toMicros(now - due);
      delayMicros.recordValue(Math.max(1, Math.min(DELAY_MAX_MICROS, micros)));
    }
  }

  /** All events so far. */
  long delivered() {
    return delivered.sum();
  }

  /** Waits for so many events in all; tells how many of them are still missing after the bound. */
  long awaitDelivered(long events, long boundMillis) throws InterruptedException {
    long end = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(boundMillis);
    while (delivered() < events && end - nanoTime.getAsLong() > 0) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    return Math.max(0, events - delivered());
  }

  Spread delay() {
    return new Spread(
        delayMicros.getValueAtPercentile(50),
        delayMicros.getValueAtPercentile(99),
        delayMicros.getMaxValue());
  }

  /**
   * Ends the watches.
   *
   * @throws IOException when one can't be ended
   */
  @Override
  public void close() throws IOException {
    IOException trouble = null;
    for (AutoCloseable watch : watches) {
      try {
        watch.close();
      } catch (Exception failure) {
        trouble = new IOException("a watch can't be ended: " + failure.getMessage(), failure);
      }
    }
    if (trouble != null) {
      throw trouble;
    }
  }
}

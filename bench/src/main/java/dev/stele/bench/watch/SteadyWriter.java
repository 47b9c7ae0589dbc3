// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.watch;

import dev.stele.bench.OpenLoop;
import dev.stele.bench.Reasons;
import dev.stele.bench.Target;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Writes at a steady rate, whether or not earlier writes were acknowledged. Each value holds the
 * moment at which its write was due, so that a writer that falls behind hides no delay (coordinated
 * omission).
 */
final class SteadyWriter {
  private static final long LATENCY_MAX_MICROS = TimeUnit.HOURS.toMicros(1);
  private static final int DIGITS = 3;

  private final WatchOptions options;
  private final Target target;
  private final LongSupplier nanoTime;
  private final AtomicLongArray acknowledgedByKey;
  private final AtomicLong acknowledged = new AtomicLong();
  private final Reasons failed = new Reasons();
  private final AtomicLong under = new AtomicLong();
  private final AtomicLong lastRevision = new AtomicLong();
  private final Histogram latencyMicros = new ConcurrentHistogram(1, LATENCY_MAX_MICROS, DIGITS);
  private volatile boolean measuring;

  SteadyWriter(WatchOptions options, Target target, LongSupplier nanoTime) {
    this.options = options;
    this.target = target;
    this.nanoTime = nanoTime;
    this.acknowledgedByKey = new AtomicLongArray(options.keys());
  }

  /** Begins; cancel what it returns to end it. */
  ScheduledFuture<?> start(ScheduledExecutorService timer) {
    return new OpenLoop(options.rate(), nanoTime, this::write).start(timer);
  }

  void measure(boolean on) {
    measuring = on;
  }

  private void write(long number, long dueNanos) {
    int key = (int) (number % options.keys());
    byte[] value = new byte[options.valueBytes()];
    ByteBuffer.wrap(value).putLong(dueNanos);
    under.incrementAndGet();
    var unused =
        target
            .put(options.key(key), value)
            .whenComplete(
                (revision, failure) -> {
                  if (failure == null) {
                    acknowledged(key, revision, dueNanos);
                  } else {
                    failed.add(target.classify(failure).reason());
                  }
                  under.decrementAndGet();
                });
  }

  private void acknowledged(int key, long revision, long dueNanos) {
    acknowledgedByKey.incrementAndGet(key);
    acknowledged.incrementAndGet();
    lastRevision.accumulateAndGet(revision, Math::max);
    if (measuring) {
      long micros = TimeUnit.NANOSECONDS.toMicros(nanoTime.getAsLong() - dueNanos);
      latencyMicros.recordValue(Math.max(1, Math.min(LATENCY_MAX_MICROS, micros)));
    }
  }

  /** Writes that nobody has answered yet. */
  long underWay() {
    return under.get();
  }

  long acknowledged() {
    return acknowledged.get();
  }

  /** Acknowledged writes that the watch {@code number} sees. */
  long acknowledgedFor(int number) {
    return options.ownKeys() ? acknowledgedByKey.get(number % options.keys()) : acknowledged.get();
  }

  /** The highest revision that was acknowledged. */
  long lastRevision() {
    return lastRevision.get();
  }

  /** Writes that failed, of unknown outcome or not. */
  long failed() {
    return failed.total();
  }

  /** Why they failed, how many each. */
  Map<String, Long> errors() {
    return failed.counts();
  }

  /** From the moment that a write was due to its acknowledgement. */
  Histogram latencyMicros() {
    return latencyMicros.copy();
  }
}

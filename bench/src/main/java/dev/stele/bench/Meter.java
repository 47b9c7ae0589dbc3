// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench;

import dev.stele.bench.Target.Failure;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Counts what completes, once the warm-up is over. Thread-safe. */
public final class Meter {
  /** Longer latencies count as this long. */
  static final long LATENCY_MAX_MICROS = TimeUnit.HOURS.toMicros(1);

  private static final int DIGITS = 3;

  private final Histogram latencyMicros = new ConcurrentHistogram(1, LATENCY_MAX_MICROS, DIGITS);
  private final LongAdder operations = new LongAdder();
  private final LongAdder unknown = new LongAdder();
  private final Reasons errors = new Reasons();
  private final AtomicLong longestGapNanos = new AtomicLong();
  private final AtomicLong lastSuccessNanos = new AtomicLong();
  private volatile long fromNanos = Long.MAX_VALUE;
  private volatile boolean measuring;

  /** The warm-up ends. */
  public void start(long nowNanos) {
    lastSuccessNanos.set(nowNanos);
    fromNanos = nowNanos;
    measuring = true;
  }

  /** The measured time ends; what completes later is not counted. */
  public void stop(long nowNanos) {
    measuring = false;
    noteGap(nowNanos - lastSuccessNanos.get());
  }

  /** An operation completed that began, or was due, at {@code startNanos}. */
  public void succeeded(long startNanos, long nowNanos) {
    if (!measuring || nowNanos < fromNanos) {
      return;
    }
    operations.increment();
    long micros = TimeUnit.NANOSECONDS.toMicros(nowNanos - startNanos);
    latencyMicros.recordValue(Math.max(1, Math.min(LATENCY_MAX_MICROS, micros)));
    noteGap(nowNanos - lastSuccessNanos.getAndAccumulate(nowNanos, Math::max));
  }

  /** An operation gave no result. */
  public void failed(Failure failure) {
    if (!measuring) {
      return;
    }
    errors.add(failure.reason());
    if (failure.mayHaveHappened()) {
      unknown.increment();
    }
  }

  private void noteGap(long nanos) {
    longestGapNanos.accumulateAndGet(nanos, Math::max);
  }

  /** Successes in the measured time. */
  public long operations() {
    return operations.sum();
  }

  /** Failures whose outcome is unknown. */
  public long unknown() {
    return unknown.sum();
  }

  /** The longest time without any success. */
  public long longestGapNanos() {
    return longestGapNanos.get();
  }

  /** How many failures each reason had, by name. */
  public Map<String, Long> errors() {
    return errors.counts();
  }

  /** Failures in the measured time. */
  public long failures() {
    return errors.total();
  }

  /** Latencies of the successes; a copy. */
  public Histogram latencyMicros() {
    return latencyMicros.copy();
  }
}

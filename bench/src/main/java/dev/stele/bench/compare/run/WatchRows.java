// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import dev.stele.bench.OpenLoop;
import dev.stele.bench.compare.run.Bench.Session;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** How changes reach those who watch. */
final class WatchRows {
  private static final int PUTS_PER_SECOND = 200;
  private static final int WRITERS = 64;
  private static final long DRAIN_MILLIS = 5_000;

  private final ScheduledExecutorService timer;
  private final LongSupplier nanoTime;

  WatchRows(ScheduledExecutorService timer, LongSupplier nanoTime) {
    this.timer = timer;
    this.nanoTime = nanoTime;
  }

  /** Writes at a steady rate. */
  Measured delay(Session session, Row row, Duration settle, Duration measured)
      throws IOException, InterruptedException {
    try (Watchers watchers = new Watchers(nanoTime)) {
      watchers.open(session.driver(), Calls.WATCHED, row.clients());
      LongAdder acknowledged = new LongAdder();
      LongAdder failed = new LongAdder();
      OpenLoop writes =
          new OpenLoop(
              PUTS_PER_SECOND,
              nanoTime,
              (number, dueNanos) -> {
                byte[] value = Calls.stamped(Calls.value((int) number), dueNanos);
                var unused =
                    session
                        .driver()
                        .put(Calls.watchedKey(number), value)
                        .whenComplete(
                            (done, failure) ->
                                (failure == null ? acknowledged : failed).increment());
              });
      ScheduledFuture<?> writing = writes.start(timer);
      CpuWindow cpu;
      long before;
      try {
        TimeUnit.NANOSECONDS.sleep(settle.toNanos());
        cpu = new CpuWindow(session.cluster());
        before = watchers.delivered();
        watchers.measure(measured.toNanos());
        TimeUnit.NANOSECONDS.sleep(measured.toNanos());
      } finally {
        writing.cancel(false);
      }
      cpu.end();
      long events = watchers.delivered() - before;
      long missing = watchers.awaitDelivered(acknowledged.sum() * row.clients(), DRAIN_MILLIS);
      return result(
          watchers,
          watchers.delay().p99Micros() / 1e3,
          events,
          failed.sum() + missing,
          measured,
          cpu,
          missing);
    }
  }

  /** Writes as fast as acknowledgements come. */
  Measured saturated(Session session, Row row, Duration settle, Duration measured)
      throws IOException, InterruptedException {
    try (Watchers watchers = new Watchers(nanoTime)) {
      watchers.open(session.driver(), Calls.WATCHED, row.clients());
      Loop loop =
          new Loop(
              Calls.watched(session.driver(), WRITERS, nanoTime), timer, nanoTime, () -> false);
      try {
        loop.start();
        TimeUnit.NANOSECONDS.sleep(settle.toNanos());
        CpuWindow cpu = new CpuWindow(session.cluster());
        long from = nanoTime.getAsLong();
        loop.meter().start(from);
        long before = watchers.delivered();
        watchers.measure(measured.toNanos());
        TimeUnit.NANOSECONDS.sleep(measured.toNanos());
        long events = watchers.delivered() - before;
        long to = nanoTime.getAsLong();
        loop.meter().stop(to);
        cpu.end();
        loop.end();
        // What was written while the load settled or ended is not known: this waits for the rest.
        long missing =
            watchers.awaitDelivered(
                before + loop.meter().operations() * row.clients(), DRAIN_MILLIS);
        return result(
            watchers,
            events / ((to - from) / 1e9),
            events,
            loop.failures(),
            measured,
            cpu,
            missing);
      } finally {
        loop.abandon();
      }
    }
  }

  private static Measured result(
      Watchers watchers,
      double value,
      long events,
      long errors,
      Duration measured,
      CpuWindow cpu,
      long missing)
      throws IOException {
    if (events == 0) {
      throw errors + missing == 0
          ? new NothingYetException("no event came")
          : new IOException("no event came");
    }
    double seconds = measured.toNanos() / 1e9;
    return new Measured(
        value,
        events / seconds,
        watchers.delay(),
        events,
        errors,
        seconds,
        cpu.serverSeconds(),
        cpu.loadSeconds(),
        missing == 0
            ? ""
            : String.format(
                Locale.ROOT, "%,d events were not there %,d ms later", missing, DRAIN_MILLIS));
  }
}

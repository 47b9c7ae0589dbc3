// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import dev.stele.bench.LoopClient.Operation;
import dev.stele.bench.Meter;
import dev.stele.bench.compare.Driver;
import dev.stele.bench.compare.run.Bench.Session;
import dev.stele.bench.watch.WatchReport.Spread;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/**
 * Claimers of one pool, each with a lease of its own. When the pool is used up the clock stands
 * still: the leases are ended, the pool is filled, and others go on with leases of their own.
 */
final class ClaimRows {
  /** Items of the pool. */
  static final int ITEMS = 10_000;

  private static final String POOL = "compare";
  private static final int AMONG = 100;
  private static final long LEASE_TTL_MILLIS = 60_000;
  private static final long PREPARE_SECONDS = 60;

  /** Shorter rests of the time are not worth filling the pool again. */
  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final ScheduledExecutorService timer;
  private final LongSupplier nanoTime;
  private final AtomicLong leases = new AtomicLong();

  ClaimRows(ScheduledExecutorService timer, LongSupplier nanoTime) {
    this.timer = timer;
    this.nanoTime = nanoTime;
  }

  Measured measure(Session session, Row row, Duration measured)
      throws IOException, InterruptedException {
    Sum sum = new Sum();
    while (measured.toNanos() - sum.nanos > REST_NANOS) {
      Driver driver = session.driver();
      await(driver.fillPool(POOL, ITEMS), "the pool can't be filled");
      List<String> owners = grant(driver, row.clients());
      try {
        new Part(session, row, owners).run(measured.toNanos() - sum.nanos, sum);
      } finally {
        await(all(owners.stream().map(driver::release).toList()), "leases can't be ended");
      }
    }
    return sum.result();
  }

  private List<String> grant(Driver driver, int count) throws IOException, InterruptedException {
    List<CompletableFuture<String>> asked = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      asked.add(driver.grant("claims-" + leases.getAndIncrement(), LEASE_TTL_MILLIS));
    }
    await(all(asked), "leases can't be granted");
    return asked.stream().map(CompletableFuture::join).toList();
  }

  private static CompletableFuture<Void> all(List<? extends CompletableFuture<?>> calls) {
    return CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new));
  }

  private static void await(CompletableFuture<?> call, String otherwise)
      throws IOException, InterruptedException {
    try {
      call.get(PREPARE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException failure) {
      throw new IOException(otherwise + ": " + Loop.reason(failure), failure);
    }
  }

  /** From a pool that is full until it is used up, or the time is over. */
  private final class Part {
    private final Session session;
    private final Loop loop;
    private final Set<String> taken = ConcurrentHashMap.newKeySet();
    private final AtomicLong twice = new AtomicLong();
    private final CountDownLatch usedUp = new CountDownLatch(1);

    Part(Session session, Row row, List<String> owners) {
      this.session = session;
      int among = row == Row.CLAIMS_SPREAD ? AMONG : 1;
      List<Operation> claimers = new ArrayList<>();
      for (String owner : owners) {
        claimers.add(() -> session.driver().claim(POOL, owner, among).thenAccept(this::took));
      }
      loop = new Loop(claimers, timer, nanoTime, () -> usedUp.getCount() == 0);
    }

    private void took(Optional<String> item) {
      if (item.isEmpty()) {
        usedUp.countDown();
      } else if (!taken.add(item.get())) {
        twice.incrementAndGet();
      }
    }

    void run(long mostNanos, Sum sum) throws IOException, InterruptedException {
      try {
        CpuWindow cpu = new CpuWindow(session.cluster());
        long from = nanoTime.getAsLong();
        loop.meter().start(from);
        loop.start();
        boolean before = !usedUp.await(mostNanos, TimeUnit.NANOSECONDS);
        int claims = taken.size();
        long to = nanoTime.getAsLong();
        loop.meter().stop(to);
        cpu.end();
        loop.end();
        if (claims == 0 && !before) {
          throw new IOException("the pool was empty from the beginning");
        }
        // The rest of the time behind others may be too short for a single claim.
        if (claims == 0 && sum.nanos == 0) {
          throw loop.nothing();
        }
        sum.add(loop.meter(), claims, twice.get(), to - from, cpu);
      } finally {
        loop.abandon();
      }
    }
  }

  /** All parts together. */
  private static final class Sum {
    private final Histogram micros = new Histogram(3);
    private long nanos;
    private long claims;
    private long failures;
    private long twice;
    private double serverCpuSeconds;
    private double loadCpuSeconds;
    private String note = "";

    void add(Meter meter, long taken, long takenTwice, long partNanos, CpuWindow cpu) {
      micros.add(meter.latencyMicros());
      nanos += partNanos;
      claims += taken;
      failures += meter.failures();
      twice += takenTwice;
      serverCpuSeconds += cpu.serverSeconds();
      loadCpuSeconds += cpu.loadSeconds();
      note = meter.errors().isEmpty() ? note : meter.errors().toString();
    }

    Measured result() {
      double seconds = nanos / 1e9;
      Spread latency =
          new Spread(
              micros.getValueAtPercentile(50),
              micros.getValueAtPercentile(99),
              micros.getMaxValue());
      return new Measured(
          claims / seconds,
          claims / seconds,
          latency,
          claims,
          failures + twice,
          seconds,
          serverCpuSeconds,
          loadCpuSeconds,
          twice == 0 ? note : twice + " items were claimed twice");
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import dev.stele.bench.LoopClient.Operation;
import dev.stele.bench.compare.Cluster;
import dev.stele.bench.compare.Driver;
import dev.stele.bench.watch.WatchReport.Spread;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** The load itself. One thread uses it. */
public final class Workbench implements Bench {
  private static final int LEASES = 1_000;
  private static final long LEASE_TTL_MILLIS = 60_000;
  private static final long GRANT_SECONDS = 30;
  private static final double MEGABYTE = 1e6;

  /** A warm-up whose operations hang ends after so many times its duration. */
  private static final int WARM_UP_STRETCH_MAX = 2;

  private final Times times;
  private final ScheduledExecutorService timer;
  private final LongSupplier nanoTime;
  private final WatchRows watches;
  private final ClaimRows claims;
  private final FaultRows faults;
  private int leaseRuns;

  /**
   * A load.
   *
   * @param timer waits and starts what is due; stays the caller's to close
   * @param nanoTime a monotonic clock
   */
  public Workbench(Times times, ScheduledExecutorService timer, LongSupplier nanoTime) {
    this.times = times;
    this.timer = timer;
    this.nanoTime = nanoTime;
    this.watches = new WatchRows(timer, nanoTime);
    this.claims = new ClaimRows(timer, nanoTime);
    this.faults = new FaultRows(times, timer, nanoTime);
  }

  @Override
  public void warmUp(List<Load> loads, Duration duration) throws IOException, InterruptedException {
    new Fill(loads.get(0).session().driver()::put, Calls.PREFIX, 0, Calls.KEYS)
        .run(timer, nanoTime);
    long lastStartNanos =
        nanoTime.getAsLong() + duration.multipliedBy(WARM_UP_STRETCH_MAX).toNanos();
    @Nullable IOException failure = null;
    for (WarmUp.Step step : WarmUp.steps(loads, duration)) {
      if (nanoTime.getAsLong() - lastStartNanos > 0) {
        throw new IOException("it took too long, and was not done to its end", failure);
      }
      IOException now = warm(step);
      // The other loads need their time all the same.
      failure = now == null ? failure : now;
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Runs one load; tells why it could not run, null when it could. */
  private @Nullable IOException warm(WarmUp.Step step) throws InterruptedException {
    try {
      // What it measures while everything is cold is of no interest.
      Measured unused = measure(step.session(), step.row(), Duration.ZERO, step.duration());
      return null;
    } catch (NothingYetException slow) {
      // A short share of a cold cluster's time, but it ran.
      return null;
    } catch (IOException | RuntimeException failure) {
      return new IOException(step.row().title() + ": " + failure.getMessage(), failure);
    }
  }

  @Override
  public Measured measure(Session session, Row row) throws IOException, InterruptedException {
    return measure(session, row, times.settle(), times.measured(row));
  }

  private Measured measure(Session session, Row row, Duration settle, Duration measured)
      throws IOException, InterruptedException {
    return switch (row.kind()) {
      case PUT, GET, LOCAL_GET, MIX, TRANSACTION ->
          closed(session, row, Calls.of(row, session.driver()), 1, settle, measured);
      case MEMORY -> memory(session.cluster());
      case WATCH_DELAY -> watches.delay(session, row, settle, measured);
      case WATCH_RATE -> watches.saturated(session, row, settle, measured);
      case LEASE -> leases(session, row, settle, measured);
      case CLAIM -> claims.measure(session, row, measured);
      case FAILOVER -> faults.failover(session, row);
      case RESTART -> faults.restart(session);
    };
  }

  /**
   * A closed loop.
   *
   * @param each what one operation counts
   */
  private Measured closed(
      Session session,
      Row row,
      List<Operation> clients,
      int each,
      Duration settle,
      Duration measured)
      throws IOException, InterruptedException {
    Loop loop = new Loop(clients, timer, nanoTime, () -> false);
    try {
      loop.start();
      TimeUnit.NANOSECONDS.sleep(settle.toNanos());
      CpuWindow cpu = new CpuWindow(session.cluster());
      long from = nanoTime.getAsLong();
      loop.meter().start(from);
      TimeUnit.NANOSECONDS.sleep(measured.toNanos());
      long to = nanoTime.getAsLong();
      loop.meter().stop(to);
      cpu.end();
      loop.end();
      return result(row, loop, each, (to - from) / 1e9, cpu);
    } finally {
      loop.abandon();
    }
  }

  private static Measured result(Row row, Loop loop, int each, double seconds, CpuWindow cpu)
      throws IOException {
    long operations = loop.meter().operations() * each;
    if (operations == 0) {
      throw loop.nothing();
    }
    Histogram micros = loop.meter().latencyMicros();
    Spread latency =
        new Spread(
            micros.getValueAtPercentile(50), micros.getValueAtPercentile(99), micros.getMaxValue());
    double perSecond = operations / seconds;
    return new Measured(
        row.figure() == Figure.P50_MILLIS ? latency.p50Micros() / 1e3 : perSecond,
        perSecond,
        latency,
        operations,
        loop.failures(),
        seconds,
        cpu.serverSeconds(),
        cpu.loadSeconds(),
        loop.meter().errors().isEmpty() ? "" : loop.meter().errors().toString());
  }

  private static Measured memory(Cluster cluster) throws IOException {
    long most = 0;
    long sum = 0;
    for (long pid : cluster.pids()) {
      long bytes = pid == 0 ? 0 : Processes.residentBytes(pid);
      most = Math.max(most, bytes);
      sum += bytes;
    }
    if (sum == 0) {
      throw new IOException("the kernel does not tell how much memory the nodes use");
    }
    return Measured.of(
        most / MEGABYTE, String.format(Locale.ROOT, "%,.0f MB all together", sum / MEGABYTE));
  }

  private Measured leases(Session session, Row row, Duration settle, Duration measured)
      throws IOException, InterruptedException {
    Driver driver = session.driver();
    List<String> leases = grant(driver);
    int each = LEASES / row.clients();
    List<Operation> clients = new ArrayList<>();
    for (int client = 0; client < row.clients(); client++) {
      List<String> own = List.copyOf(leases.subList(client * each, (client + 1) * each));
      clients.add(() -> driver.renew(own));
    }
    return closed(session, row, clients, each, settle, measured);
  }

  private List<String> grant(Driver driver) throws IOException, InterruptedException {
    int run = leaseRuns++;
    List<CompletableFuture<String>> asked = new ArrayList<>();
    for (int i = 0; i < LEASES; i++) {
      asked.add(driver.grant("compare-" + run + "-" + i, LEASE_TTL_MILLIS));
    }
    try {
      CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
          .get(GRANT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException failure) {
      throw new IOException("leases can't be granted: " + Loop.reason(failure), failure);
    }
    return asked.stream().map(CompletableFuture::join).toList();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.growth;

import dev.stele.bench.LoadOptions;
import dev.stele.bench.LoadOptions.Operation;
import dev.stele.bench.LoadReport;
import dev.stele.bench.LoadRun;
import dev.stele.bench.LoopClient;
import dev.stele.bench.StoreTarget;
import dev.stele.bench.Target;
import dev.stele.bench.compare.run.Fill;
import dev.stele.bench.compare.run.Loop;
import dev.stele.bench.growth.Finding.Figure;
import dev.stele.bench.watch.EventFeed;
import dev.stele.bench.watch.WatchOptions;
import dev.stele.bench.watch.WatchReport;
import dev.stele.bench.watch.WatchRun;
import dev.stele.client.ListOptions;
import dev.stele.client.ReadMode;
import dev.stele.client.Selector;
import dev.stele.client.StoreClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/** Load on a cluster of Stele through its client. One thread uses it. */
public final class StoreLoad {
  /** What all keys begin with, of kind {@code config}. */
  public static final String PREFIX = "config/grow/";

  private static final String WATCHED = "config/grow-watched/";
  private static final int CLIENTS = 64;
  private static final int VALUE_BYTES = 256;
  private static final int LISTED = 100;
  private static final int EVENTS_PER_SECOND = 20_000;
  private static final int WRITES_MAX = 200;
  private static final int STREAMS_MAX = 100;
  private static final int WATCHED_KEYS = 1_000;
  private static final Duration SETTLE = Duration.ofSeconds(1);

  private final List<StoreClient> clients;
  private final List<Target> targets;
  private final ScheduledExecutorService timer;
  private final LongSupplier nanoTime;

  /**
   * A load.
   *
   * @param clients share it; they stay the caller's to close, like {@code timer}
   * @param nanoTime a monotonic clock
   */
  public StoreLoad(
      List<StoreClient> clients, ScheduledExecutorService timer, LongSupplier nanoTime) {
    this.clients = List.copyOf(clients);
    this.targets =
        clients.stream()
            .map(client -> (Target) new StoreTarget(client, ReadMode.linearizable()))
            .toList();
    this.timer = timer;
    this.nanoTime = nanoTime;
  }

  /** Writes the facts from one number up to another. */
  public void fill(int from, int to) throws IOException, InterruptedException {
    Target target = targets.get(0);
    new Fill(target::put, PREFIX, from, to).run(timer, nanoTime);
  }

  /** Puts, gets or lists, by 64 clients. */
  public Figure measure(What what, int facts, Duration duration)
      throws IOException, InterruptedException {
    return switch (what) {
      case PUT -> load(Operation.PUT, duration);
      case GET -> load(Operation.GET, duration);
      case LIST -> lists(facts, duration);
      default -> throw new IllegalArgumentException(what + " is no load");
    };
  }

  private Figure load(Operation operation, Duration duration)
      throws IOException, InterruptedException {
    LoadOptions options =
        new LoadOptions(
            operation,
            CLIENTS,
            SETTLE,
            duration,
            VALUE_BYTES,
            GrowthPlan.BASE_FACTS,
            PREFIX,
            false,
            0);
    LoadReport report;
    try {
      report = new LoadRun(options, targets, timer, nanoTime, nanoTime.getAsLong()).run(p -> {});
    } catch (TimeoutException late) {
      throw new IOException(late.getMessage(), late);
    }
    if (report.operations() == 0) {
      throw new IOException("no operation succeeded " + report.errors());
    }
    return new Figure(
        report.opsPerSecond(),
        report.latency().p50Micros() / 1e3,
        report.latency().p99Micros() / 1e3,
        report.errors().isEmpty() ? "" : report.errors().toString());
  }

  private Figure lists(int facts, Duration duration) throws IOException, InterruptedException {
    List<LoopClient.Operation> operations = new ArrayList<>();
    for (int number = 0; number < CLIENTS; number++) {
      StoreClient client = clients.get(number % clients.size());
      int[] next = {number};
      operations.add(
          () -> {
            int group = next[0] % (facts / LISTED);
            next[0] += CLIENTS;
            return list(client, PREFIX + String.format("%04d", group));
          });
    }
    Loop loop = new Loop(operations, timer, nanoTime, () -> false);
    try {
      loop.start();
      TimeUnit.NANOSECONDS.sleep(SETTLE.toNanos());
      long from = nanoTime.getAsLong();
      loop.meter().start(from);
      TimeUnit.NANOSECONDS.sleep(duration.toNanos());
      long to = nanoTime.getAsLong();
      loop.meter().stop(to);
      loop.end();
      if (loop.meter().operations() == 0) {
        throw loop.nothing();
      }
      Histogram micros = loop.meter().latencyMicros();
      return new Figure(
          loop.meter().operations() / ((to - from) / 1e9),
          micros.getValueAtPercentile(50) / 1e3,
          micros.getValueAtPercentile(99) / 1e3,
          LISTED + " facts each");
    } finally {
      loop.abandon();
    }
  }

  private static CompletableFuture<?> list(StoreClient client, String prefix) {
    return client.facts().raw().list(Selector.prefix(prefix), ListOptions.defaults());
  }

  /** Watchers of one prefix, and writes such that there are about so many events a second. */
  public Figure watch(EventFeed feed, int watchers, Duration duration)
      throws IOException, InterruptedException {
    int rate = Math.max(1, Math.min(WRITES_MAX, EVENTS_PER_SECOND / watchers));
    WatchOptions options =
        new WatchOptions(
            watchers,
            0,
            Math.min(STREAMS_MAX, watchers),
            false,
            rate,
            WATCHED_KEYS,
            SETTLE,
            duration,
            VALUE_BYTES,
            WATCHED,
            0);
    WatchReport report;
    try {
      report = new WatchRun(options, feed, targets.get(0), timer, nanoTime).run(text -> {});
    } catch (TimeoutException late) {
      throw new IOException(late.getMessage(), late);
    }
    return new Figure(
        report.eventsPerSecond(),
        report.delay().p50Micros() / 1e3,
        report.delay().p99Micros() / 1e3,
        String.format(
            Locale.ROOT,
            "%d writes/s%s",
            rate,
            report.holds() ? "" : ", NOT EVERY EVENT CAME " + report.errors()));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench;

import dev.stele.bench.LoadOptions.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A closed loop: each client has one operation under way, and starts the next when it completes. A
 * slow store is so asked less often, and its latencies are those of the load that it bears, not of
 * a load that was offered. With a rate the clients share a schedule instead: operations begin when
 * they are due, or as soon after that as a client is free, and latencies count from when they were
 * due.
 */
public final class LoadRun {
  /** How long a client waits after a failure. */
  static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(20);

  /** How long the last operations may take after the end. */
  static final Duration DRAIN = Duration.ofSeconds(70);

  private static final Duration TICK = Duration.ofSeconds(1);

  private final LoadOptions options;
  private final List<Target> connections;
  private final ScheduledExecutorService timer;
  private final LongSupplier nanoTime;
  private final long run;
  private final Meter meter = new Meter();
  private final List<Ledger> ledgers;

  /**
   * Prepares a run.
   *
   * @param connections the clients are shared out among them; they stay the caller's to close
   * @param timer waits, and nothing else; stays the caller's to close
   * @param nanoTime a monotonic clock
   * @param run names the run in its values, so that what earlier ones wrote is told apart
   */
  public LoadRun(
      LoadOptions options,
      List<Target> connections,
      ScheduledExecutorService timer,
      LongSupplier nanoTime,
      long run) {
    this.options = options;
    this.connections = List.copyOf(connections);
    this.timer = timer;
    this.nanoTime = nanoTime;
    this.run = run;
    this.ledgers = Stream.generate(Ledger::new).limit(options.keys()).toList();
  }

  /**
   * Runs it to its end, which takes the warm-up, the duration, and the writing and reading back of
   * keys where they are asked for.
   *
   * @param progress told about once a second, on the caller's thread
   * @throws TimeoutException when operations that were under way at the end never completed
   */
  public LoadReport run(Consumer<Progress> progress) throws InterruptedException, TimeoutException {
    Readback readback = new Readback(options, connections, delayed(PAUSE_AFTER_FAILURE), nanoTime);
    if (options.operation() == Operation.GET) {
      readback.writeAll(run);
    }
    AtomicBoolean ended = new AtomicBoolean();
    Tickets tickets =
        options.rate() > 0
            ? new Tickets.Steady(options.rate(), nanoTime)
            : Tickets.closedLoop(nanoTime);
    List<CompletableFuture<Void>> clients = startClients(tickets, ended);
    ScheduledFuture<?> ticking = tick(tickets, ended);
    wait(options.warmup(), progress, true);
    long from = nanoTime.getAsLong();
    meter.start(from);
    wait(options.duration(), progress, false);
    long to = nanoTime.getAsLong();
    meter.stop(to);
    ended.set(true);
    Waiting.all(clients, DRAIN);
    if (ticking != null) {
      ticking.cancel(false);
    }
    LoadReport.Verification verification = options.verify() ? readback.verify(run, ledgers) : null;
    return report((to - from) / 1e9, verification);
  }

  private List<CompletableFuture<Void>> startClients(Tickets tickets, AtomicBoolean ended) {
    List<CompletableFuture<Void>> clients = new ArrayList<>(options.clients());
    for (int number = 0; number < options.clients(); number++) {
      Target connection = connections.get(number % connections.size());
      var setting =
          new LoopClient.Setting(
              meter,
              failure -> LoadClient.classify(connection, failure),
              nanoTime,
              tickets,
              delayed(PAUSE_AFTER_FAILURE),
              ended::get);
      LoopClient client =
          new LoopClient(setting, new LoadClient(options, run, ledgers, connection, number));
      clients.add(client.done());
      // Not here: a target that completes at once would keep this thread for good.
      timer.execute(client::start);
    }
    return clients;
  }

  /** Goes on after the end too, for clients that go to sleep in the same moment. */
  private @Nullable ScheduledFuture<?> tick(Tickets tickets, AtomicBoolean ended) {
    if (!(tickets instanceof Tickets.Steady steady)) {
      return null;
    }
    Runnable tick =
        () -> {
          if (ended.get()) {
            steady.wakeAll();
          } else {
            steady.tick();
          }
        };
    return timer.scheduleAtFixedRate(tick, 0, steady.tickNanos(), TimeUnit.NANOSECONDS);
  }

  private void wait(Duration duration, Consumer<Progress> progress, boolean warmup)
      throws InterruptedException {
    long end = nanoTime.getAsLong() + duration.toNanos();
    long before = meter.operations();
    long left;
    while ((left = end - nanoTime.getAsLong()) > 0) {
      TimeUnit.NANOSECONDS.sleep(Math.min(left, TICK.toNanos()));
      long now = meter.operations();
      Duration remaining = Duration.ofNanos(Math.max(0, end - nanoTime.getAsLong()));
      progress.accept(new Progress(warmup, remaining, now - before, meter.failures()));
      before = now;
    }
  }

  private Executor delayed(Duration pause) {
    return task -> {
      var unused = timer.schedule(task, pause.toMillis(), TimeUnit.MILLISECONDS);
    };
  }

  private LoadReport report(double seconds, LoadReport.@Nullable Verification verification) {
    Histogram latency = meter.latencyMicros();
    boolean any = latency.getTotalCount() > 0;
    return new LoadReport(
        options,
        connections.size(),
        seconds,
        meter.operations(),
        meter.operations() / seconds,
        new LoadReport.Latency(
            latency.getValueAtPercentile(50),
            latency.getValueAtPercentile(90),
            latency.getValueAtPercentile(99),
            latency.getValueAtPercentile(99.9),
            any ? latency.getMaxValue() : 0,
            any ? latency.getMean() : 0),
        meter.errors(),
        meter.unknown(),
        TimeUnit.NANOSECONDS.toMillis(meter.longestGapNanos()),
        verification);
  }

  /**
   * How a run stands.
   *
   * @param remaining of this phase
   * @param operations successes since the last word
   * @param failures since the measuring began
   */
  public record Progress(boolean warmup, Duration remaining, long operations, long failures) {}
}

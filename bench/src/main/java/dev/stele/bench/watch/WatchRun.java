// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.watch;

import dev.stele.bench.Target;
import dev.stele.bench.watch.WatchReport.Spread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/**
 * Many watches and one steady writer. At the end every watch must have seen each write that was
 * acknowledged after it began, once and in order.
 */
public final class WatchRun {
  /** How long the watches may take to begin. */
  static final Duration BEGIN = Duration.ofMinutes(1);

  /** How long the last events may take after the last write. */
  static final Duration DRAIN = Duration.ofMinutes(5);

  private static final long LOOK_MILLIS = 20;
  private static final long TICK_MILLIS = 1_000;

  private final WatchOptions options;
  private final EventFeed feed;
  private final ScheduledExecutorService timer;
  private final LongSupplier nanoTime;
  private final Duration drain;
  private final SteadyWriter writer;
  private final Followers live;
  private final Followers stalled;
  private final PastWatch past;

  /**
   * Prepares a run.
   *
   * @param target takes the writes; stays the caller's to close, like {@code feed}
   * @param timer times the writes, and nothing else
   * @param nanoTime a monotonic clock
   */
  public WatchRun(
      WatchOptions options,
      EventFeed feed,
      Target target,
      ScheduledExecutorService timer,
      LongSupplier nanoTime) {
    this(options, feed, target, timer, nanoTime, DRAIN);
  }

  /**
   * The same.
   *
   * @param drain how long the last events may take after the last write
   */
  WatchRun(
      WatchOptions options,
      EventFeed feed,
      Target target,
      ScheduledExecutorService timer,
      LongSupplier nanoTime,
      Duration drain) {
    this.options = options;
    this.drain = drain;
    this.feed = feed;
    this.timer = timer;
    this.nanoTime = nanoTime;
    this.writer = new SteadyWriter(options, target, nanoTime);
    this.live = new Followers(options.watchers(), nanoTime);
    this.stalled = new Followers(options.stalled(), nanoTime);
    this.past = new PastWatch(nanoTime);
  }

  /**
   * Runs it to its end.
   *
   * @param progress told about once a second
   * @throws TimeoutException when watches don't begin
   */
  public WatchReport run(Consumer<String> progress) throws InterruptedException, TimeoutException {
    try (live;
        stalled;
        past) {
      live.open(feed, options);
      stalled.open(feed, options);
      long seconds = BEGIN.toSeconds();
      if (!live.awaitBegun(seconds) || !stalled.awaitBegun(seconds)) {
        throw new TimeoutException(
            "not all watches began within %d s %s".formatted(seconds, live.endings()));
      }
      return measure(progress);
    }
  }

  private WatchReport measure(Consumer<String> progress) throws InterruptedException {
    ScheduledFuture<?> writing = writer.start(timer);
    pass(options.warmup(), progress, "warming up");
    long beganNanos = nanoTime.getAsLong();
    live.measure(true);
    writer.measure(true);
    if (options.fromRevision() > 0) {
      past.begin(feed, options, writer.lastRevision());
    }
    stalled.stall();
    pass(options.duration(), progress, "measuring");
    live.measure(false);
    writer.measure(false);
    double seconds = (nanoTime.getAsLong() - beganNanos) / 1e9;
    writing.cancel(false);
    settle(() -> writer.underWay() == 0);
    Optional<Long> catchUp =
        options.stalled() > 0 ? Optional.of(catchUpMillis()) : Optional.empty();
    settle(() -> behind(live) + behind(stalled) == 0);
    return report(seconds, catchUp);
  }

  /** Until every stalled watch has seen everything. */
  private long catchUpMillis() throws InterruptedException {
    long beganNanos = nanoTime.getAsLong();
    stalled.goOn();
    settle(() -> behind(stalled) == 0);
    return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - beganNanos);
  }

  private int behind(Followers followers) {
    int behind = 0;
    for (int i = 0; i < followers.all().size(); i++) {
      if (followers.all().get(i).events() < writer.acknowledgedFor(i)) {
        behind++;
      }
    }
    return behind;
  }

  private WatchReport report(double seconds, Optional<Long> catchUp) {
    List<String> endings = new ArrayList<>(live.endings());
    endings.addAll(stalled.endings());
    endings.addAll(past.endings());
    long disordered =
        live.all().stream().filter(Follower::outOfOrder).count()
            + stalled.all().stream().filter(Follower::outOfOrder).count();
    return new WatchReport(
        options,
        seconds,
        live.measured(),
        spread(live.delayMicros()),
        writer.acknowledged(),
        writer.failed(),
        writer.errors(),
        spread(writer.latencyMicros()),
        behind(live) + behind(stalled),
        (int) disordered,
        List.copyOf(endings),
        catchUp,
        past.seen());
  }

  private static Spread spread(Histogram micros) {
    return new Spread(
        micros.getValueAtPercentile(50), micros.getValueAtPercentile(99), micros.getMaxValue());
  }

  private void pass(Duration time, Consumer<String> progress, String what)
      throws InterruptedException {
    long endNanos = nanoTime.getAsLong() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = endNanos - nanoTime.getAsLong()) {
      progress.accept(
          "%s, %,d events, %,d s left"
              .formatted(what, live.measured(), TimeUnit.NANOSECONDS.toSeconds(left)));
      Thread.sleep(Math.min(TICK_MILLIS, 1 + TimeUnit.NANOSECONDS.toMillis(left)));
    }
  }

  /** Waits for {@code settled}, and no longer than is allowed: the report tells what is not. */
  private void settle(Settled settled) throws InterruptedException {
    long endNanos = nanoTime.getAsLong() + drain.toNanos();
    while (!settled.now() && nanoTime.getAsLong() - endNanos < 0) {
      Thread.sleep(LOOK_MILLIS);
    }
  }

  private interface Settled {
    boolean now();
  }
}

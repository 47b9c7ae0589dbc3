// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class WatchRunTest {
  private final FakeStore store = new FakeStore();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  @AfterEach
  void stopTheTimer() {
    timer.shutdownNow();
  }

  @Test
  void everyWatchOfThePrefixSeesEveryWrite() throws Exception {
    WatchReport report = run(options(20, 0, false, 0));
    assertThat(report.holds()).isTrue();
    assertThat(report.writes()).isBetween(50L, 2_000L);
    assertThat(report.events()).isPositive().isLessThanOrEqualTo(20 * report.writes());
    assertThat(report.delay().maxMicros()).isPositive();
    assertThat(report.write().p99Micros()).isPositive();
  }

  @Test
  void aWatchOfOneKeySeesThatKeyOnly() throws Exception {
    WatchReport report = run(options(20, 0, true, 0));
    assertThat(report.holds()).isTrue();
    assertThat(report.events()).isPositive().isLessThanOrEqualTo(report.writes());
  }

  @Test
  void stalledWatchesCatchUp() throws Exception {
    WatchReport report = run(options(5, 7, false, 0));
    assertThat(report.holds()).isTrue();
    assertThat(report.catchUpMillis()).isPresent();
  }

  @Test
  void aWatchThatBeginsInThePastSeesItAll() throws Exception {
    WatchReport report = run(options(2, 0, false, 1));
    assertThat(report.past()).isPresent();
    assertThat(report.past().orElseThrow().events()).isPositive();
  }

  @Test
  void aLostEventIsFound() throws Exception {
    store.dropped = 3;
    WatchRun run = watchRun(options(2, 0, false, 0), Duration.ofMillis(100));
    WatchReport report = run.run(progress -> {});
    assertThat(report.incomplete()).isEqualTo(1);
    assertThat(report.holds()).isFalse();
  }

  @Test
  void anEventThatComesTwiceIsFound() throws Exception {
    store.twice = true;
    WatchReport report = run(options(2, 0, false, 0));
    assertThat(report.outOfOrder()).isEqualTo(1);
    assertThat(report.holds()).isFalse();
  }

  @Test
  void writesThatFailAreCountedByTheirReasons() throws Exception {
    store.refusing = true;
    WatchReport report = run(options(2, 0, false, 0));
    assertThat(report.failedWrites()).isPositive();
    assertThat(report.errors()).containsExactly(Map.entry("refused", report.failedWrites()));
    assertThat(report.events()).isZero();
  }

  @Test
  void whatIsOutOfRangeIsNamed() {
    assertThatThrownBy(() -> options(0, 0, false, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("watchers: 0 is not between 1 and 100000");
    assertThatThrownBy(() -> options(1, 0, false, -1)).hasMessage("from: -1 is negative");
  }

  private WatchReport run(WatchOptions options) throws Exception {
    return watchRun(options, WatchRun.DRAIN).run(progress -> {});
  }

  private WatchRun watchRun(WatchOptions options, Duration drain) {
    return new WatchRun(options, store, store, timer, System::nanoTime, drain);
  }

  private static WatchOptions options(int watchers, int stalled, boolean ownKeys, long from) {
    return new WatchOptions(
        watchers,
        stalled,
        3,
        ownKeys,
        500,
        20,
        Duration.ofMillis(100),
        Duration.ofMillis(300),
        64,
        "config/bench/",
        from);
  }
}

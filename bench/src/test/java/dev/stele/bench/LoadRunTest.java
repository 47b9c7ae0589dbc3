// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.bench.FakeTarget.Fault;
import dev.stele.bench.FakeTarget.Fault.Kind;
import dev.stele.bench.LoadOptions.Operation;
import dev.stele.bench.LoadReport.Verification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LoadRunTest {
  private static final long RUN = 77;

  private static final long SMALL_STACK_BYTES = 256 * 1024;

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> new Thread(null, task, "timer", SMALL_STACK_BYTES));
  private final ExecutorService pool = Executors.newFixedThreadPool(2);

  @AfterEach
  void stop() {
    timer.shutdownNow();
    pool.shutdownNow();
  }

  @Test
  void eachClientHasOneOperationUnderWayAtATime() throws Exception {
    FakeTarget target = new FakeTarget(pool, Fault.NONE);
    LoadReport report = run(target, options(Operation.PUT, 8, 16, false));
    assertThat(target.mostUnderWay.get()).isBetween(1, 8);
    assertThat(report.operations()).isPositive();
    assertThat(report.opsPerSecond()).isPositive();
    assertThat(report.latency().maxMicros()).isGreaterThanOrEqualTo(report.latency().p50Micros());
    assertThat(report.errors()).isEmpty();
    assertThat(report.verification()).isNull();
    assertThat(target.facts).hasSize(16);
  }

  @Test
  void aTargetThatCompletesAtOnceCostsNoStack() throws Exception {
    FakeTarget target = new FakeTarget(Runnable::run, Fault.NONE);
    LoadReport report = run(target, options(Operation.PUT, 1, 1, false));
    // Nested turns would have ended a stack of this size long before.
    assertThat(report.operations()).isGreaterThan(2_000);
  }

  @Test
  void allThatWasAcknowledgedIsFoundAgain() throws Exception {
    Verification found = verification(count -> Kind.OK);
    assertThat(found.holds()).isTrue();
    assertThat(found.acknowledged()).isPositive();
    assertThat(found.keys()).isEqualTo(8);
  }

  @Test
  void unknownOutcomesAndRefusalsAreNotLosses() throws Exception {
    Kind[] mix = {
      Kind.OK, Kind.DONE_UNKNOWN, Kind.REFUSED, Kind.NOT_DONE_UNKNOWN, Kind.OK, Kind.OK
    };
    FakeTarget target = new FakeTarget(pool, count -> mix[(int) (count % mix.length)]);
    LoadReport report = run(target, options(Operation.PUT, 4, 8, true));
    Verification found = report.verification();
    assertThat(found.holds()).isTrue();
    assertThat(found.unknownDone()).isPositive();
    assertThat(found.unknownNotDone()).isPositive();
    assertThat(report.unknown()).isPositive();
    assertThat(report.errors()).containsOnlyKeys("OUTCOME_UNKNOWN", "OVERLOADED");
    assertThat(report.errors().get("OUTCOME_UNKNOWN")).isEqualTo(report.unknown());
  }

  @Test
  void anAcknowledgedWriteThatIsNotThereIsALoss() throws Exception {
    Verification found = verification(count -> Kind.DROPPED);
    assertThat(found.holds()).isFalse();
    assertThat(found.lost()).isEqualTo(8);
    assertThat(found.examples()).contains("config/bench/000000 LOST");
  }

  @Test
  void aWriteThatTookEffectTwiceIsNoticed() throws Exception {
    Verification found = verification(count -> Kind.TWICE);
    assertThat(found.twice()).isEqualTo(8);
    assertThat(found.holds()).isFalse();
  }

  @Test
  void whatSomebodyElseWroteMeanwhileIsForeign() throws Exception {
    FakeTarget target = new FakeTarget(pool, Fault.NONE);
    target.put("config/bench/000000", new byte[64]).join();
    assertThat(run(target, options(Operation.PUT, 4, 8, true)).verification().holds())
        .as("what stood there before")
        .isTrue();
    LoadOptions options = options(Operation.PUT, 4, 8, true);
    LoadReport report =
        new LoadRun(options, List.of(target), timer, System::nanoTime, RUN + 1)
            .run(progress -> target.put("config/bench/000000", new byte[64]).join());
    assertThat(report.verification().foreign()).isEqualTo(1);
  }

  @Test
  void aWriteThatWasReportedAsNotDoneAndIsThereIsAPhantom() throws Exception {
    Verification found = verification(count -> Kind.DONE_REFUSED);
    assertThat(found.phantoms()).isEqualTo(8);
    assertThat(found.holds()).isFalse();
  }

  @Test
  void readsFindTheKeysThatWereWrittenBefore() throws Exception {
    FakeTarget target = new FakeTarget(pool, Fault.NONE);
    LoadReport report = run(target, options(Operation.GET, 4, 300, false));
    assertThat(report.errors()).isEmpty();
    assertThat(report.operations()).isPositive();
    assertThat(target.facts).hasSize(300);
  }

  @Test
  void theLongestGapSpansAnOutage() throws Exception {
    // Every write fails: no success from the first to the last moment.
    FakeTarget target = new FakeTarget(pool, count -> Kind.REFUSED);
    LoadReport report = run(target, options(Operation.PUT, 2, 2, false));
    assertThat(report.operations()).isZero();
    assertThat(report.longestGapMillis()).isGreaterThanOrEqualTo(190);
    assertThat(report.latency().maxMicros()).isZero();
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> options(Operation.PUT, 0, 1, false)).hasMessageContaining("clients");
    assertThatThrownBy(() -> options(Operation.PUT, LoadOptions.CLIENTS_MAX + 1, 100_000, false))
        .hasMessageContaining("clients");
    assertThatThrownBy(() -> options(Operation.PUT, 8, 7, false)).hasMessageContaining("keys");
    assertThatThrownBy(() -> options(Operation.PUT, 8, LoadOptions.KEYS_MAX + 1, false))
        .hasMessageContaining("keys");
    assertThatThrownBy(() -> options(Operation.GET, 8, 8, true)).hasMessageContaining("verified");
    assertThatThrownBy(() -> sized(LoadOptions.VALUE_BYTES_MIN - 1))
        .hasMessageContaining("value bytes");
    assertThatThrownBy(() -> sized(LoadOptions.VALUE_BYTES_MAX + 1))
        .hasMessageContaining("value bytes");
    assertThat(sized(LoadOptions.VALUE_BYTES_MIN).valueBytes()).isEqualTo(16);
    assertThat(sized(LoadOptions.VALUE_BYTES_MAX).valueBytes()).isEqualTo(200_000);
  }

  @Test
  void aLoadByRateAsksForNoMoreThanThat() throws Exception {
    FakeTarget target = new FakeTarget(pool, Fault.NONE);
    LoadOptions options =
        new LoadOptions(
            Operation.PUT,
            4,
            Duration.ZERO,
            Duration.ofMillis(500),
            64,
            8,
            "config/bench/",
            true,
            100);
    LoadReport report = run(target, options);
    assertThat(report.operations()).isBetween(10L, 55L);
    assertThat(report.verification().holds()).isTrue();
  }

  @Test
  void progressIsTold() throws Exception {
    List<LoadRun.Progress> told = new ArrayList<>();
    new LoadRun(
            options(Operation.PUT, 1, 1, false),
            List.of(new FakeTarget(pool, Fault.NONE)),
            timer,
            System::nanoTime,
            RUN)
        .run(told::add);
    assertThat(told).extracting(LoadRun.Progress::warmup).contains(true, false);
    assertThat(told.get(told.size() - 1).operations()).isPositive();
  }

  private Verification verification(Fault fault) throws Exception {
    return run(new FakeTarget(pool, fault), options(Operation.PUT, 4, 8, true)).verification();
  }

  private LoadReport run(FakeTarget target, LoadOptions options) throws Exception {
    return new LoadRun(options, List.of(target), timer, System::nanoTime, RUN).run(progress -> {});
  }

  private static LoadOptions options(Operation operation, int clients, int keys, boolean verify) {
    return new LoadOptions(
        operation,
        clients,
        Duration.ofMillis(20),
        Duration.ofMillis(200),
        64,
        keys,
        "config/bench/",
        verify,
        0);
  }

  private static LoadOptions sized(int valueBytes) {
    return new LoadOptions(
        Operation.PUT,
        1,
        Duration.ZERO,
        Duration.ofSeconds(1),
        valueBytes,
        1,
        "config/bench/",
        false,
        0);
  }
}

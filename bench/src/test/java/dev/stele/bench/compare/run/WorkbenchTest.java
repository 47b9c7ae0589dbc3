// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.bench.compare.FakeContender;
import dev.stele.bench.compare.FakeContender.FakeCluster;
import dev.stele.bench.compare.run.Bench.Load;
import dev.stele.bench.compare.run.Bench.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class WorkbenchTest {
  private static final Times SHORT =
      new Times(
          Duration.ofMillis(50),
          Duration.ofMillis(50),
          Duration.ofMillis(50),
          Duration.ofMillis(100),
          Duration.ofMillis(100),
          Duration.ofMillis(20),
          2,
          500);

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Workbench bench = new Workbench(SHORT, timer, System::nanoTime);
  private final FakeContender contender = new FakeContender("fake");
  private FakeCluster cluster;
  private Session session;

  @BeforeEach
  void start() throws IOException {
    cluster = (FakeCluster) contender.start(Path.of("unused"), 24_000);
    session = new Session(cluster, cluster);
  }

  @AfterEach
  void stop() {
    cluster.close();
    timer.shutdownNow();
  }

  @ParameterizedTest
  @EnumSource(Row.class)
  void everyRowHasAFigure(Row row) throws Exception {
    bench.warmUp(List.of(new Load(session, List.of(Row.PUT_64))), Duration.ofMillis(100));
    Measured measured = bench.measure(session, row);
    assertThat(measured.value()).as("%s", measured).isNotNegative();
    assertThat(measured.errors()).as("%s", measured).isZero();
    if (!row.isFault() && row != Row.MEMORY) {
      assertThat(measured.value()).isPositive();
      assertThat(measured.perSecond()).isPositive();
      assertThat(measured.latency().p99Micros())
          .isPositive()
          .isGreaterThanOrEqualTo(measured.latency().p50Micros());
    }
  }

  @Test
  void aPoolThatIsUsedUpIsFilledAgainForOthersUntilTheTimeIsOver() throws Exception {
    cluster.poolItems = 40;
    Measured measured = bench.measure(session, Row.CLAIMS);
    int fills = cluster.fills.get();
    assertThat(fills).isGreaterThan(1);
    assertThat(measured.operations()).isBetween((fills - 1) * 40L, fills * 40L);
    assertThat(measured.seconds()).isGreaterThanOrEqualTo(0.099);
    assertThat(cluster.released).hasSize(fills * Row.CLAIMS.clients()).doesNotHaveDuplicates();
    assertThat(cluster.among).containsExactly(1);
  }

  @Test
  void aRestOfTheTimeInWhichNothingIsClaimedIsTimeThatCounts() throws Exception {
    cluster.poolItems = 40;
    cluster.quickFills = 1;
    Measured measured = bench.measure(session, Row.CLAIMS);
    assertThat(measured.operations()).isEqualTo(40);
    assertThat(measured.seconds()).isGreaterThanOrEqualTo(0.099);
  }

  @Test
  void inTheKinderRowClientsPickOneOfAHundred() throws Exception {
    Measured measured = bench.measure(session, Row.CLAIMS_SPREAD);
    assertThat(measured.operations()).isPositive();
    assertThat(cluster.among).containsExactly(100);
  }

  @Test
  void anItemThatIsGivenTwiceIsAnError() throws Exception {
    cluster.twice = true;
    Measured measured = bench.measure(session, Row.CLAIMS);
    assertThat(measured.errors()).isPositive();
    assertThat(measured.note()).endsWith("items were claimed twice");
  }

  @Test
  void aPoolThatStaysEmptyGivesNoFigure() {
    cluster.poolItems = 0;
    assertThatThrownBy(() -> bench.measure(session, Row.CLAIMS))
        .isInstanceOf(IOException.class)
        .hasMessage("the pool was empty from the beginning");
    assertThat(cluster.released).hasSize(Row.CLAIMS.clients());
  }

  @Test
  void theLeaderIsKilledAndStartedAgainEachTime() throws Exception {
    Measured measured = bench.measure(session, Row.FAILOVER);
    assertThat(cluster.faults).containsExactly("kill 1", "start 1", "kill 1", "start 1");
    assertThat(measured.operations()).isEqualTo(2);
  }

  @Test
  void aFollowerIsRestartedOnAllItsKeys() throws Exception {
    Measured measured = bench.measure(session, Row.RESTART);
    assertThat(cluster.faults).containsExactly("kill 2", "start 2");
    assertThat(cluster.puts).hasValue(SHORT.restartKeys());
    assertThat(measured.value()).isNotNegative();
  }

  @Test
  void aStoreThatRefusesEverythingGivesNoFigureButAReason() {
    cluster.refusing = true;
    assertThatThrownBy(() -> bench.measure(session, Row.PUT_64))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no operation succeeded")
        .hasMessageContaining("IllegalStateException: refused");
  }

  @Test
  void theWarmUpWritesAllKeysThatReadsNeed() throws Exception {
    bench.warmUp(List.of(new Load(session, List.of(Row.GET_64))), Duration.ofMillis(20));
    assertThat(cluster.puts).hasValue(Calls.KEYS);
  }

  @Test
  void eachLoadIsWarmedUpAlsoWhenAnotherOneDoesNothing() throws Exception {
    FakeCluster refusing = (FakeCluster) contender.start(Path.of("unused"), 24_000);
    refusing.refusing = true;
    Load failing = new Load(new Session(cluster, refusing), List.of(Row.PUT_64));
    Load working = new Load(session, List.of(Row.PUT_1));
    try {
      assertThatThrownBy(() -> bench.warmUp(List.of(working, failing), Duration.ofMillis(400)))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("put, 64 clients: no operation succeeded");
      assertThat(refusing.puts).hasPositiveValue();
      assertThat(cluster.puts).hasValueGreaterThan(Calls.KEYS);
    } finally {
      refusing.close();
    }
  }

  @Test
  void whatIsTooSlowForItsShareOfTheWarmUpIsNoFailure() throws Exception {
    Load load = new Load(session, List.of(Row.GET_64));
    bench.warmUp(List.of(load), Duration.ofMillis(50));
    cluster.readMillis = 2 * SHORT.measured(Row.GET_64).toMillis();
    assertThatThrownBy(() -> bench.measure(session, Row.GET_64))
        .isInstanceOf(NothingYetException.class);
    assertThatCode(() -> bench.warmUp(List.of(load), Duration.ofMillis(50)))
        .doesNotThrowAnyException();
  }

  @Test
  void aWarmUpThatHangsEndsAfterTwiceItsTime() {
    AtomicLong nanos = new AtomicLong();
    // Every look at this clock takes a second.
    Workbench slow =
        new Workbench(SHORT, timer, () -> nanos.addAndGet(TimeUnit.SECONDS.toNanos(1)));
    Load load = new Load(session, List.of(Row.PUT_64, Row.PUT_1));
    assertThatThrownBy(() -> slow.warmUp(List.of(load), Duration.ofMillis(50)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("it took too long");
    assertThat(cluster.puts).hasValue(Calls.KEYS);
  }
}

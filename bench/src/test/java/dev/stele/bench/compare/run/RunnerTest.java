// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.bench.compare.Ability;
import dev.stele.bench.compare.Contender;
import dev.stele.bench.compare.FakeContender;
import dev.stele.bench.compare.FakeContender.FakeCluster;
import dev.stele.bench.compare.run.Results.Column;
import dev.stele.bench.compare.run.Results.Warmup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunnerTest {
  private static final Machine MACHINE =
      new Machine("a cpu", 2, 4_096, "Linux", "Java", "ext4", new Fsync(180, 900));

  @TempDir private Path folder;
  private final FakeContender stele = new FakeContender(Names.STELE);
  private final FakeContender raw = new FakeContender(Names.STELE_RAW);
  private final FakeContender etcd = new FakeContender(Names.ETCD);
  private final FakeContender limit = new FakeContender("echo");
  private final ScriptedBench bench = new ScriptedBench();
  private final List<String> told = new ArrayList<>();

  /** Measures nothing: each row is worth how many were measured by then. */
  private static final class ScriptedBench implements Bench {
    final List<String> steps = new ArrayList<>();
    final List<List<List<Row>>> warmed = new ArrayList<>();
    Fault fault = (cluster, row) -> {};
    WarmUpFault warmUpFault = cluster -> {};

    @Override
    public void warmUp(List<Load> loads, Duration duration) throws IOException {
      steps.add("warm " + duration.toSeconds());
      warmed.add(loads.stream().map(Load::rows).toList());
      warmUpFault.at((FakeCluster) loads.get(0).session().cluster());
    }

    @Override
    public Measured measure(Session session, Row row) throws IOException, InterruptedException {
      steps.add(row.id());
      fault.at((FakeCluster) session.cluster(), row);
      return Measured.of(steps.size(), "");
    }

    interface Fault {
      void at(FakeCluster cluster, Row row) throws IOException, InterruptedException;
    }

    interface WarmUpFault {
      void at(FakeCluster cluster) throws IOException;
    }
  }

  @BeforeEach
  void bothWaysReachTheSameServers() {
    raw.cluster = stele.name();
    stele.onJvm = true;
    raw.onJvm = true;
  }

  private Results run(int rounds, List<Row> rows, Contender... contenders) {
    Plan plan = new Plan(Times.QUICK, rounds, rows, folder.resolve("data"));
    return new Runner(plan, List.of(contenders), bench, MACHINE, new Ports(24_000), told::add)
        .run();
  }

  @Test
  void theContendersTakeTurns() {
    Results results = run(2, List.of(Row.PUT_1, Row.GET_1), stele, limit, etcd);
    assertThat(results.samples())
        .extracting(sample -> sample.round() + " " + sample.contender() + " " + sample.row().id())
        .containsExactly(
            "1 stele put-1",
            "1 stele get-1",
            "1 etcd put-1",
            "1 etcd get-1",
            "1 echo put-1",
            "2 stele put-1",
            "2 stele get-1",
            "2 etcd put-1",
            "2 etcd get-1");
    assertThat(bench.steps)
        .startsWith("warm 24", "put-1", "get-1", "warm 12", "put-1", "get-1", "warm 8");
    assertThat(results.cut()).isFalse();
  }

  @Test
  void eachTurnHasItsOwnClusterOnEmptyDataAndLeavesNothing() {
    run(2, List.of(Row.PUT_1), stele, etcd);
    assertThat(stele.started).hasSize(2);
    assertThat(Stream.of(stele, etcd).flatMap(each -> each.started.stream()))
        .allSatisfy(cluster -> assertThat(cluster.closed).hasValue(2))
        .extracting(cluster -> cluster.basePort)
        .doesNotHaveDuplicates();
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void contendersOfTheSameServersShareAClusterAndItsWarmUp() {
    Results results = run(2, List.of(Row.PUT_1, Row.GET_1, Row.FAILOVER), stele, etcd, raw);
    assertThat(results.samples())
        .extracting(sample -> sample.round() + " " + sample.contender() + " " + sample.row().id())
        .startsWith(
            "1 stele put-1",
            "1 stele get-1",
            "1 stele (one RPC a call) put-1",
            "1 stele (one RPC a call) get-1",
            "1 stele failover",
            "1 etcd put-1");
    assertThat(results.samples()).hasSize(16).allMatch(sample -> sample.problem().isEmpty());
    assertThat(stele.started).hasSize(2).allSatisfy(each -> assertThat(each.closed).hasValue(3));
    assertThat(raw.started).isEmpty();
    assertThat(bench.warmed.get(0))
        .containsExactly(
            List.of(Row.PUT_1, Row.GET_1, Row.FAILOVER), List.of(Row.PUT_1, Row.GET_1));
    assertThat(results.columns())
        .extracting(Column::warmup)
        .containsExactly(
            new Warmup(Duration.ofSeconds(24), List.of(Names.STELE_RAW)),
            new Warmup(Duration.ofSeconds(12), List.of()),
            new Warmup(Duration.ofSeconds(24), List.of(Names.STELE)));
  }

  @Test
  void oneOfTwoWaysAloneStartsItsOwnCluster() {
    Results results = run(1, List.of(Row.PUT_1), raw);
    assertThat(raw.started).hasSize(1);
    assertThat(results.samples()).extracting(Sample::contender).containsExactly(Names.STELE_RAW);
  }

  @Test
  void whoCannotConnectFailsItsOwnRowsOnly() {
    raw.connectFailure = "no node of Stele leads";
    Results results = run(1, List.of(Row.PUT_1, Row.GET_1), stele, raw);
    assertThat(results.samples())
        .filteredOn(sample -> sample.contender().equals(Names.STELE_RAW))
        .extracting(Sample::problem)
        .containsExactly("no node of Stele leads", "no node of Stele leads");
    assertThat(results.samples())
        .filteredOn(sample -> sample.contender().equals(Names.STELE))
        .hasSize(2)
        .allMatch(sample -> sample.measured().isPresent());
    assertThat(bench.warmed).containsExactly(List.of(List.of(Row.PUT_1, Row.GET_1)));
    assertThat(told).anyMatch(line -> line.contains("its logs are in " + folder));
  }

  @Test
  void whereNobodyCanConnectNothingIsWarmedUp() {
    stele.connectFailure = "no leader";
    raw.connectFailure = "no leader either";
    Results results = run(1, List.of(Row.PUT_1), stele, raw);
    assertThat(results.samples())
        .extracting(Sample::problem)
        .containsExactly("no leader", "no leader either");
    assertThat(bench.steps).isEmpty();
    assertThat(stele.started.get(0).closed).hasValue(1);
  }

  @Test
  void aDeathInTheRowsOfOneIsToldInThoseOfTheOther() {
    bench.fault = (cluster, row) -> cluster.dead = row == Row.PUT_64;
    Results results = run(1, List.of(Row.PUT_1, Row.PUT_64, Row.GET_1), stele, raw);
    assertThat(results.samples())
        .extracting(sample -> sample.contender() + ": " + sample.problem())
        .containsExactly(
            "stele: ",
            "stele: ",
            "stele: node 2 died in put-64",
            "stele (one RPC a call): node 2 died in put-64 of stele",
            "stele (one RPC a call): node 2 died in put-64 of stele",
            "stele (one RPC a call): node 2 died in put-64 of stele");
  }

  @Test
  void aDeathInTheWarmUpIsToldInAllRows() {
    bench.warmUpFault =
        cluster -> {
          cluster.dead = true;
          throw new IOException("only 7 of 10000 keys could be written");
        };
    Results results = run(1, List.of(Row.PUT_1), stele, raw);
    assertThat(results.samples())
        .extracting(Sample::problem)
        .containsExactly("node 2 died in the warm-up", "node 2 died in the warm-up");
    assertThat(told).anyMatch(line -> line.endsWith("only 7 of 10000 keys could be written"));
  }

  @Test
  void whatAContenderCannotDoIsLeftOut() {
    etcd.abilities = EnumSet.of(Ability.PUT);
    Results results = run(1, List.of(Row.PUT_1, Row.WATCH_DELAY), stele, etcd);
    assertThat(results.samples())
        .extracting(sample -> sample.contender() + " " + sample.row().id())
        .containsExactly("stele put-1", "stele watch-delay", "etcd put-1");
  }

  @Test
  void aMissingContenderSaysWhyAndTheRestRuns() {
    etcd.missing = "no etcd on the PATH";
    Results results = run(1, List.of(Row.PUT_1), etcd, stele);
    assertThat(results.samples()).extracting(Sample::contender).containsExactly("stele");
    assertThat(results.columns().get(0).missing()).contains("no etcd on the PATH");
    assertThat(told).contains("etcd: left out: no etcd on the PATH");
  }

  @Test
  void aContenderThatDoesNotStartFailsItsRowsAndTheRestRuns() {
    etcd.startFailure = "the port is taken";
    Results results = run(1, List.of(Row.PUT_1, Row.GET_1), etcd, stele);
    assertThat(results.samples())
        .extracting(Sample::problem)
        .containsExactly("the port is taken", "the port is taken", "", "");
  }

  @Test
  void aNodeThatDiesEndsTheTurnAndTheRestRuns() {
    bench.fault =
        (cluster, row) -> {
          if (etcd.started.contains(cluster) && row == Row.PUT_64) {
            cluster.dead = true;
            throw new IOException("no operation succeeded");
          }
        };
    Results results = run(1, List.of(Row.PUT_1, Row.PUT_64, Row.GET_1), etcd, stele);
    assertThat(results.samples())
        .extracting(Sample::problem)
        .containsExactly("", "node 2 died", "node 2 died in put-64", "", "", "");
    assertThat(etcd.started.get(0).closed).hasValue(2);
    assertThat(told).anyMatch(line -> line.contains("its logs are in " + folder));
    assertThat(etcd.started.get(0).directory).isDirectory();
  }

  @Test
  void aRowThatGivesNothingIsToldAndTheNextOneIsMeasured() {
    bench.fault =
        (cluster, row) -> {
          if (row == Row.PUT_1) {
            throw new IOException("no operation succeeded {NO_QUORUM=3}");
          }
        };
    Results results = run(1, List.of(Row.PUT_1, Row.GET_1), stele);
    assertThat(results.samples())
        .extracting(Sample::problem)
        .containsExactly("no operation succeeded {NO_QUORUM=3}", "");
  }

  @Test
  void anInterruptionKeepsWhatWasMeasuredAndStopsTheCluster() {
    bench.fault =
        (cluster, row) -> {
          if (row == Row.GET_1) {
            throw new InterruptedException();
          }
        };
    Results results = run(3, List.of(Row.PUT_1, Row.GET_1), stele, etcd);
    assertThat(results.cut()).isTrue();
    assertThat(results.samples()).hasSize(1);
    assertThat(stele.started).hasSize(1);
    assertThat(stele.started.get(0).closed).hasValue(2);
    assertThat(etcd.started).isEmpty();
  }

  @Test
  void whatFailsBecauseEverythingIsBeingStoppedIsNoFigure() {
    bench.fault =
        (cluster, row) -> {
          Thread.currentThread().interrupt();
          throw new IOException("the connection is gone");
        };
    Results results = run(2, List.of(Row.PUT_1, Row.GET_1), stele, etcd);
    assertThat(results.cut()).isTrue();
    assertThat(results.samples()).isEmpty();
    assertThat(etcd.started).isEmpty();
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void settingsAreAskedForOnceTheyAreKnown() {
    Results results = run(1, List.of(Row.PUT_1), stele);
    assertThat(results.columns().get(0).settings()).containsExactly("started 1 times");
  }

  @Test
  void theWholeStaysBelow38MinutesAndAQuickLookBelowSix() {
    FakeContender zookeeper = new FakeContender(Names.ZOOKEEPER);
    zookeeper.onJvm = true;
    List<Contender> all = List.of(stele, raw, etcd, zookeeper);
    List<Contender> withLimits = new ArrayList<>(all);
    withLimits.add(limited("ratis"));
    withLimits.add(limited("echo"));
    Plan full = new Plan(Times.FULL, 3, List.of(Row.values()), folder);
    Plan quick = new Plan(Times.QUICK, 1, List.of(Row.values()), folder);
    assertThat(full.estimate(full.turns(withLimits)))
        .isBetween(Duration.ofMinutes(30), Duration.ofMinutes(38));
    assertThat(quick.estimate(quick.turns(all)))
        .isBetween(Duration.ofMinutes(4), Duration.ofMinutes(6));
  }

  private static FakeContender limited(String name) {
    FakeContender contender = new FakeContender(name);
    contender.abilities = EnumSet.of(Ability.PUT);
    return contender;
  }

  @Test
  void roundsOutOfRangeAreRefused() {
    List<Row> rows = List.of(Row.PUT_1);
    assertThatThrownBy(() -> new Plan(Times.FULL, 0, rows, folder)).hasMessageContaining("rounds");
    assertThatThrownBy(() -> new Plan(Times.FULL, 21, rows, folder)).hasMessageContaining("rounds");
    assertThatThrownBy(() -> new Plan(Times.FULL, 1, List.of(), folder))
        .hasMessageContaining("rows");
    assertThat(new Plan(Times.FULL, 20, rows, folder).rounds()).isEqualTo(20);
  }
}

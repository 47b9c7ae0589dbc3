// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.bench.compare.report.Cell.Figures;
import dev.stele.bench.compare.report.Goal.Mark;
import dev.stele.bench.compare.run.Fsync;
import dev.stele.bench.compare.run.Machine;
import dev.stele.bench.compare.run.Measured;
import dev.stele.bench.compare.run.Names;
import dev.stele.bench.compare.run.Plan;
import dev.stele.bench.compare.run.Results;
import dev.stele.bench.compare.run.Results.Column;
import dev.stele.bench.compare.run.Results.Warmup;
import dev.stele.bench.compare.run.Row;
import dev.stele.bench.compare.run.Sample;
import dev.stele.bench.compare.run.Times;
import dev.stele.bench.watch.WatchReport.Spread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SummaryTest {
  private static final Machine MACHINE =
      new Machine("a cpu", 2, 4_096, "Linux 6", "Java 17", "ext4", new Fsync(180, 900));
  private static final List<Row> ROWS = List.of(Row.PUT_1, Row.PUT_512, Row.MEMORY, Row.GET_64);

  private final List<Sample> samples = new ArrayList<>();

  private void add(int round, String contender, Row row, double value, long p99Micros) {
    Measured measured =
        new Measured(
            value, value, new Spread(p99Micros / 2, p99Micros, p99Micros), 10, 0, 6, 4.5, 2.25, "");
    samples.add(new Sample(round, contender, row, Optional.of(measured), ""));
  }

  private void fail(int round, String contender, Row row, String problem) {
    samples.add(new Sample(round, contender, row, Optional.empty(), problem));
  }

  private Summary summary() {
    List<Column> columns =
        List.of(
            column(
                Names.STELE,
                Optional.empty(),
                new Warmup(Duration.ofSeconds(100), List.of(Names.STELE_RAW))),
            column(Names.ETCD, Optional.empty(), new Warmup(Duration.ofSeconds(40), List.of())),
            column(Names.ZOOKEEPER, Optional.of("it can't be downloaded"), Warmup.NONE));
    Plan plan = new Plan(Times.FULL, 3, ROWS, Path.of("data"));
    return new Summary(new Results(plan, MACHINE, columns, samples, false));
  }

  private static Column column(String name, Optional<String> missing, Warmup warmup) {
    return new Column(
        name, missing, name + " 1.0", List.of("three processes"), List.of(Row.values()), warmup);
  }

  private void aRun() {
    for (int round = 1; round <= 3; round++) {
      add(round, Names.STELE, Row.PUT_512, 40_000 + 10_000 * round, 9_000);
      add(round, Names.ETCD, Row.PUT_512, 15_000 + 1_000 * round, 60_000);
    }
    add(1, Names.STELE, Row.PUT_1, 1.2, 3_000);
    add(1, Names.ETCD, Row.PUT_1, 0.8, 2_000);
    add(1, Names.STELE, Row.MEMORY, 600, 0);
    fail(1, Names.ETCD, Row.GET_64, "node 2 died in put-1");
    add(1, Names.STELE, Row.GET_64, 30_000, 4_000);
  }

  @Test
  void theMedianStandsWithTheLeastAndTheMost() {
    aRun();
    Figures figures = summary().figures(Row.PUT_512, Names.STELE).orElseThrow();
    assertThat(figures.median()).isEqualTo(60_000);
    assertThat(figures.min()).isEqualTo(50_000);
    assertThat(figures.max()).isEqualTo(70_000);
    assertThat(figures.rounds()).isEqualTo(3);
    assertThat(figures.p99Millis()).isEqualTo(9);
  }

  @Test
  void aRoundThatFailedIsToldNextToTheOthers() {
    add(1, Names.ETCD, Row.GET_64, 9_000, 10_000);
    fail(2, Names.ETCD, Row.GET_64, "node 0 died");
    assertThat(Grid.figures(summary()).rows().get(3).get(3))
        .isEqualTo("9,000, p99 10.00 ms; in other rounds: node 0 died");
  }

  @Test
  void ratiosAreMarkedByWhatTheyMustBe() {
    aRun();
    Ratio many = summary().ratio(Row.PUT_512, Names.STELE, Names.ETCD).orElseThrow();
    assertThat(many.value()).isBetween(3.52, 3.54);
    assertThat(many.mark()).contains(Mark.REACHED);
    Ratio one = summary().ratio(Row.PUT_1, Names.STELE, Names.ETCD).orElseThrow();
    assertThat(one.value()).isBetween(1.49, 1.51);
    assertThat(one.mark()).contains(Mark.SHORT);
    assertThat(summary().ratio(Row.PUT_512, Names.STELE, Names.ZOOKEEPER)).isEmpty();
    assertThat(summary().ratio(Row.GET_64, Names.STELE, Names.ETCD)).isEmpty();
  }

  @Test
  void marksTurnExactlyAtTheirBounds() {
    Goal more = Goal.of(Row.PUT_512, Names.STELE, Names.ETCD).orElseThrow();
    assertThat(List.of(more.mark(2.999), more.mark(3), more.mark(4.999), more.mark(5)))
        .containsExactly(Mark.SHORT, Mark.REACHED, Mark.REACHED, Mark.AIM_REACHED);
    Goal less = Goal.of(Row.FAILOVER, Names.STELE, Names.ZOOKEEPER).orElseThrow();
    assertThat(List.of(less.mark(1.201), less.mark(1.2), less.mark(0.801), less.mark(0.8)))
        .containsExactly(Mark.SHORT, Mark.REACHED, Mark.REACHED, Mark.AIM_REACHED);
  }

  @Test
  void aVerdictIsTheWorstOfFigureAndTailNextToAllPeers() {
    add(1, Names.STELE, Row.PUT_512, 50_000, 9_000);
    add(1, Names.ETCD, Row.PUT_512, 10_000, 9_000);
    assertThat(summary().verdict(Row.PUT_512, Names.STELE)).contains(Mark.AIM_REACHED);
    add(1, Names.STELE, Row.PUT_1, 0.5, 2_001);
    add(1, Names.ETCD, Row.PUT_1, 1.0, 2_000);
    assertThat(summary().verdict(Row.PUT_1, Names.STELE)).contains(Mark.SHORT);
    assertThat(summary().tail(Row.PUT_1, Names.STELE, Names.ETCD).map(Tail::mark))
        .contains(Mark.SHORT);
    assertThat(summary().verdict(Row.GET_64, Names.STELE)).isEmpty();
  }

  @Test
  void aRowWithoutAGoalIsJudgedByItsTail() {
    add(1, Names.STELE, Row.TXN_64, 5_000, 10_000);
    add(1, Names.ETCD, Row.TXN_64, 6_000, 11_000);
    assertThat(summary().verdict(Row.TXN_64, Names.STELE)).contains(Mark.REACHED);
  }

  @Test
  void memoryIsJudgedByItsOwnBound() {
    add(1, Names.STELE, Row.MEMORY, 512, 0);
    assertThat(summary().verdict(Row.MEMORY, Names.STELE)).contains(Mark.REACHED);
    add(2, Names.STELE, Row.MEMORY, 513, 0);
    add(3, Names.STELE, Row.MEMORY, 513, 0);
    assertThat(summary().verdict(Row.MEMORY, Names.STELE)).contains(Mark.SHORT);
  }

  @Test
  void whatFallsShortIsListed() {
    aRun();
    assertThat(summary().shortfalls())
        .containsExactly(
            "put, 1 client, stele: 1.50× of etcd's, must be ≤ 1×",
            "put, 1 client, stele: p99 3.00 ms, etcd's is 2.00 ms",
            "memory of a node after the put rows: 600 MB, must be at most 512");
  }

  @Test
  void theMarkdownHasTheWholeTable() {
    aRun();
    assertThat(Markdown.of(summary(), "stele bench compare", true))
        .startsWith("# Side by side\n\n`stele bench compare`\n\nThree nodes of each on loopback")
        .contains("Machine: a cpu, 2 cores, 4,096 MiB, Linux 6, Java 17; data on ext4")
        .contains(
            """
            | row | unit | stele | etcd | zookeeper |
            | --- | --- | --- | --- | --- |
            | put, 1 client | p50 ms | 1.20, p99 3.00 ms | 0.80, p99 2.00 ms | missing |
            | put, 512 clients | ops/s | 60,000 (50,000–70,000), p99 9.00 ms | 17,000 (16,000–18,000), p99 60.00 ms | missing |
            | memory of a node after the put rows | MB | 600 | not measured | missing |
            | linearizable get, 64 clients | ops/s | 30,000, p99 4.00 ms | node 2 died in put-1 | missing |
            """)
        .contains(
            """
            | row | of | / etcd | p99 / etcd | / zookeeper | p99 / zookeeper | verdict |
            | --- | --- | --- | --- | --- | --- | --- |
            | put, 1 client | stele | 1.50× (≤ 1×, aim 0.8×) SHORT | 1.50× SHORT | – | – | SHORT |
            | put, 512 clients | stele | 3.53× (≥ 3×, aim 5×) reached | 0.15× reached | – | – | reached |
            | put, 512 clients | stele (one RPC a call) | – | – | – | – | – |
            | memory of a node after the put rows | stele | – | – | – | – | SHORT |
            | linearizable get, 64 clients | stele | – | – | – | – | – |
            """)
        .contains("| put, 512 clients | 675,000 | 675,000 | – |\n")
        .contains("**zookeeper**: not run: it can't be downloaded\n")
        .contains("**etcd**: etcd 1.0\n\n- warm-up: 40 s in each turn\n- three processes\n")
        .contains(
            "- warm-up: 100 s in each turn, shared with stele (one RPC a call) (the same servers)\n")
        .contains("![Ratios of throughput](chart.svg)");
  }

  @Test
  void theCsvHasEveryRound() {
    add(2, Names.STELE, Row.PUT_512, 50_000, 9_000);
    fail(2, Names.ETCD, Row.GET_64, "died, \"alas\"");
    assertThat(Csv.of(summary().results()))
        .isEqualTo(
            """
            round,contender,row,unit,value,perSecond,p50Millis,p99Millis,maxMillis,operations,errors,seconds,serverCpuSeconds,loadCpuSeconds,note,warmupSeconds,problem
            2,stele,put-512,ops/s,50000.000,50000.000,4.500,9.000,9.000,10,0,6.000,4.500,2.250,,100,
            2,etcd,get-64,ops/s,,,,,,,,,,,,40,"died, ""alas""\"
            """);
  }

  @Test
  void everyLineOfTheCsvHasAsManyFieldsAsItsHead() {
    for (Row row : Row.values()) {
      add(1, Names.STELE, row, 1, 1);
    }
    fail(1, Names.ETCD, Row.GET_64, "died");
    assertThat(Csv.of(summary().results()).lines())
        .allSatisfy(line -> assertThat(line.chars().filter(each -> each == ',')).hasSize(16));
  }

  @Test
  void linesThatAreToldBreakNoLineOfTheCsv() {
    fail(1, Names.ETCD, Row.GET_64, "died:\r\nno space, it said\nalas");
    assertThat(Csv.of(summary().results()).lines())
        .hasSize(2)
        .last()
        .asString()
        .endsWith(",\"died: no space, it said alas\"");
  }

  @Test
  void theRestartIsNamedByTheKeysThatItHas() {
    assertThat(Row.RESTART.title(Times.FULL)).isEqualTo("restart of one node with 200,000 keys");
    assertThat(Row.RESTART.title(Times.QUICK)).isEqualTo("restart of one node with 20,000 keys");
    assertThat(summary().title(Row.RESTART)).isEqualTo(Row.RESTART.title(Times.FULL));
  }

  @Test
  void theFilesAreThereWithTheChart(@TempDir Path folder) throws IOException {
    aRun();
    assertThat(ReportFiles.write(summary(), "stele bench compare", folder)).isEmpty();
    assertThat(folder.resolve("results.csv")).isNotEmptyFile();
    assertThat(folder.resolve("report.md")).isNotEmptyFile();
    assertThat(folder.resolve("chart.png")).isNotEmptyFile();
    assertThat(Files.readString(folder.resolve("chart.svg")))
        .startsWith("<svg ")
        .contains(
            "next to etcd",
            ">3.5<",
            ">512 clients<",
            ">warmed up in each turn: stele + stele (one RPC a call) 100 s, etcd 40 s<")
        .endsWith("</svg>\n");
  }

  @Test
  void withoutAPeerThereIsNoChart(@TempDir Path folder) throws IOException {
    add(1, Names.STELE, Row.PUT_512, 50_000, 9_000);
    assertThat(ReportFiles.write(summary(), "stele bench compare", folder)).isEmpty();
    assertThat(folder.resolve("chart.svg")).doesNotExist();
    assertThat(Files.readString(folder.resolve("report.md"))).doesNotContain("chart.svg");
  }

  @Test
  void noFigureIsNoZero() {
    assertThat(summary().figures(Row.PUT_1, Names.ETCD).map(Figures::median)).isEmpty();
  }
}

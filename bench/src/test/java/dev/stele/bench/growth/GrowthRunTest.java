// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.growth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.bench.growth.Finding.Figure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GrowthRunTest {
  private final List<String> steps = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private What failing = What.RESTART;
  private boolean interrupting;

  /** A cluster that only notes what it is asked. */
  private final class NotedSite implements Site {
    @Override
    public void fill(int from, int to) {
      steps.add("fill " + from + ".." + to);
    }

    @Override
    public void warmUp(Duration duration) {
      steps.add("warm");
    }

    @Override
    public Figure measure(What what, int facts, Duration duration)
        throws IOException, InterruptedException {
      steps.add(what.id() + " " + facts);
      if (interrupting) {
        throw new InterruptedException();
      }
      if (what == failing) {
        throw new IOException("no operation succeeded");
      }
      return new Figure(1_000, 1.5, 2.5, "");
    }

    @Override
    public Figure watch(int watchers, Duration duration) {
      steps.add("watch " + watchers);
      return new Figure(200, 1, 2, "");
    }

    @Override
    public long diskBytes() {
      steps.add("disk");
      return 5_000_000;
    }

    @Override
    public Figure restart() {
      steps.add("restart");
      return new Figure(3_000, 0, 0, "");
    }

    @Override
    public void close() {
      steps.add("close");
    }
  }

  private List<Finding> run(List<Integer> facts, List<Integer> nodes, List<Integer> watchers) {
    GrowthPlan plan = new GrowthPlan(facts, nodes, watchers, Duration.ZERO, Duration.ofSeconds(1));
    return new GrowthRun(
            plan,
            count -> {
              steps.add("start " + count);
              return new NotedSite();
            },
            told::add)
        .run();
  }

  @Test
  void factsGrowOnOneClusterWhichIsRestartedAtTheEnd() {
    List<Finding> findings = run(List.of(100_000, 10_000), List.of(), List.of());
    assertThat(steps)
        .containsExactly(
            "start 3",
            "fill 0..10000",
            "warm",
            "fill 10000..10000",
            "disk",
            "put 10000",
            "get 10000",
            "list 10000",
            "watch 100",
            "fill 10000..100000",
            "disk",
            "put 100000",
            "get 100000",
            "list 100000",
            "watch 100",
            "restart",
            "close");
    assertThat(findings)
        .filteredOn(finding -> finding.what() == What.DISK)
        .extracting(finding -> finding.figure().orElseThrow().value())
        .containsExactly(500.0, 50.0);
  }

  @Test
  void eachNumberOfNodesIsAClusterOfItsOwn() {
    assertThat(run(List.of(), List.of(1, 5), List.of())).hasSize(8);
    assertThat(steps)
        .filteredOn(step -> step.startsWith("start"))
        .containsExactly("start 1", "start 5");
    assertThat(steps).filteredOn("close"::equals).hasSize(2);
  }

  @Test
  void watchersGrowOnOneCluster() {
    assertThat(run(List.of(), List.of(), List.of(1, 1_000)))
        .extracting(Finding::watchers)
        .containsExactly(1, 1_000);
    assertThat(steps)
        .containsExactly("start 3", "fill 0..10000", "warm", "watch 1", "watch 1000", "close");
  }

  @Test
  void aFigureThatFailsIsToldAndTheRestIsMeasured() {
    failing = What.GET;
    List<Finding> findings = run(List.of(), List.of(3), List.of());
    assertThat(findings)
        .extracting(Finding::problem)
        .containsExactly("", "no operation succeeded", "", "");
    assertThat(GrowthTable.csv(findings.subList(0, 2)))
        .isEqualTo(
            """
            what,nodes,facts,watchers,value,unit,p50Millis,p99Millis,note
            put,3,10000,0,1000.000,ops/s,1.500,2.500,
            get,3,10000,0,,ops/s,,,no operation succeeded
            """);
  }

  @Test
  void anInterruptionStopsTheClusterAndKeepsWhatWasMeasured() {
    interrupting = true;
    assertThat(run(List.of(10_000), List.of(3), List.of())).isEmpty();
    assertThat(steps).endsWith("put 10000", "close").containsOnlyOnce("start 3");
  }

  @Test
  void whatIsOutOfRangeIsNamed() {
    assertThatThrownBy(() -> run(List.of(9_999), List.of(), List.of()))
        .hasMessage("facts: 9999 is not between 10000 and 1000000");
    assertThatThrownBy(() -> run(List.of(), List.of(10), List.of()))
        .hasMessage("nodes: 10 is not between 1 and 9");
    assertThatThrownBy(() -> run(List.of(), List.of(), List.of(20_001)))
        .hasMessage("watchers: 20001 is not between 1 and 20000");
    assertThatThrownBy(() -> run(List.of(), List.of(), List.of())).hasMessageContaining("nothing");
  }
}

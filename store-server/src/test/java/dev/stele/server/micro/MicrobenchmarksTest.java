// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.micro;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Microbenchmarks do what they say; how long it takes is not looked at. */
final class MicrobenchmarksTest {
  /** JMH lets one process measure at a time; nothing is measured here. */
  private static final String IGNORE_LOCK = "jmh.ignoreLock";

  @BeforeAll
  static void runBesideOthers() {
    System.setProperty(IGNORE_LOCK, "true");
  }

  @AfterAll
  static void restore() {
    System.clearProperty(IGNORE_LOCK);
  }

  @Test
  void eachOfThemRuns() throws RunnerException {
    Options shortly =
        new OptionsBuilder()
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(1))
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .build();
    Collection<RunResult> results = new Runner(shortly).run();
    assertThat(results)
        .extracting(MicrobenchmarksTest::name)
        .contains(
            "ApplyBenchmark.puts 512",
            "ApplyBenchmark.putsUnderSessions 512",
            "ApplyBenchmark.transactions 512",
            "CommitBenchmark.decide 512",
            "CommitBenchmark.decideAndCommit 512",
            "EntryBenchmark.decode 512",
            "EntryBenchmark.encode 512",
            "MatchBenchmark.asked 10000",
            "MatchBenchmark.onePrefix 10000",
            "MatchBenchmark.ownKeys 10000",
            "PutBenchmark.parse");
    assertThat(results)
        .allSatisfy(result -> assertThat(result.getPrimaryResult().getScore()).isPositive());
  }

  /** Class and method, and the parameter if there is one. */
  private static String name(RunResult result) {
    String[] parts = result.getParams().getBenchmark().split("\\.", -1);
    String name = parts[parts.length - 2] + "." + parts[parts.length - 1];
    for (String key : result.getParams().getParamsKeys()) {
      name += " " + result.getParams().getParam(key);
    }
    return name;
  }
}

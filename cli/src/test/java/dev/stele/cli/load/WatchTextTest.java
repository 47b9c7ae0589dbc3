// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.bench.watch.WatchOptions;
import dev.stele.bench.watch.WatchReport;
import dev.stele.bench.watch.WatchReport.Past;
import dev.stele.bench.watch.WatchReport.Spread;
import dev.stele.cli.CliRun;
import dev.stele.cli.output.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class WatchTextTest {
  private static final WatchOptions OPTIONS =
      new WatchOptions(
          1_000,
          10,
          100,
          false,
          200,
          1_000,
          Duration.ofSeconds(3),
          Duration.ofSeconds(10),
          128,
          "config/bench/",
          7);

  @Test
  void theJsonHasStableFields() {
    assertThat(Json.write(WatchText.json(report(0))))
        .isEqualTo(
            "{\"operation\":\"watch\",\"watchers\":1000,\"stalled\":10,\"connections\":100,"
                + "\"ownKeys\":false,\"rate\":200,\"seconds\":10.0,\"events\":2000000,"
                + "\"eventsPerSecond\":200000.0,"
                + "\"delayMicros\":{\"p50\":1500,\"p99\":20000,\"max\":130000},"
                + "\"writes\":2600,\"failedWrites\":2,\"errors\":{\"NO_QUORUM\":2},"
                + "\"writeMicros\":{\"p50\":900,\"p99\":3000,\"max\":9000},"
                + "\"holds\":true,\"incomplete\":0,\"outOfOrder\":0,\"endings\":[],"
                + "\"catchUpMillis\":412,\"past\":{\"events\":900,\"seconds\":0.5}}");
  }

  @Test
  void peopleReadItInMilliseconds() {
    assertThat(WatchText.table(report(0)))
        .contains("watch: 1,000 watches of one prefix, 100 connections, 200 writes/s")
        .contains("  events       2,000,000, 200,000/s\n")
        .contains("  delay        p50 1.50 ms, p99 20 ms, max 130 ms\n")
        .contains("  writes       2,600, 2 failed {NO_QUORUM=2}\n")
        .contains("  stalled      10, caught up in 412 ms\n")
        .contains("  the past     900 events in 0.5 s, 1,800/s\n")
        .contains("every watch saw each acknowledged write");
  }

  @Test
  void aLossIsNotToBeOverlooked() {
    assertThat(WatchText.table(report(3)))
        .contains("NOT AS IT MUST BE: 3 watches lack events, 0 were out of order, 0 ended");
  }

  @Test
  void whatIsOutOfRangeIsBadInput() {
    CliRun.Result result = new CliRun().run("bench", "watch", "--watchers", "0");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("watchers: 0 is not between 1 and 100000");
  }

  private static WatchReport report(int incomplete) {
    return new WatchReport(
        OPTIONS,
        10,
        2_000_000,
        new Spread(1_500, 20_000, 130_000),
        2_600,
        2,
        Map.of("NO_QUORUM", 2L),
        new Spread(900, 3_000, 9_000),
        incomplete,
        0,
        List.of(),
        Optional.of(412L),
        Optional.of(new Past(900, 0.5)));
  }
}

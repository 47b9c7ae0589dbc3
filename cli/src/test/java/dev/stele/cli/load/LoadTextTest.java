// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.bench.LoadOptions;
import dev.stele.bench.LoadOptions.Operation;
import dev.stele.bench.LoadReport;
import dev.stele.bench.LoadReport.Latency;
import dev.stele.bench.LoadReport.Verification;
import dev.stele.cli.CliRun;
import dev.stele.cli.output.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class LoadTextTest {
  private static final LoadOptions OPTIONS =
      new LoadOptions(
          Operation.PUT,
          64,
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          128,
          1_000,
          "config/bench/",
          true,
          0);

  @Test
  void theJsonHasStableFields() {
    assertThat(Json.write(LoadText.json(report(0))))
        .isEqualTo(
            "{\"operation\":\"put\",\"clients\":64,\"connections\":2,\"keys\":1000,"
                + "\"valueBytes\":128,\"seconds\":10.0,\"operations\":12345,"
                + "\"opsPerSecond\":1234.5,\"latencyMicros\":{\"p50\":1500,\"p90\":2000,"
                + "\"p99\":12000,\"p999\":20000,\"max\":1300000,\"mean\":1612.346},"
                + "\"errors\":{\"NO_QUORUM\":3,\"OUTCOME_UNKNOWN\":2},\"unknown\":2,"
                + "\"longestGapMillis\":1100,\"verification\":{\"holds\":true,\"keys\":1000,"
                + "\"acknowledged\":13000,\"unknownDone\":3,\"unknownNotDone\":4,\"lost\":0,"
                + "\"twice\":0,\"phantoms\":0,\"wentBack\":0,\"foreign\":0,"
                + "\"unread\":0,\"examples\":[]}}");
  }

  @Test
  void peopleReadItInMilliseconds() {
    assertThat(LoadText.table(report(0)))
        .contains("  operations   12,345, 1,235/s\n")
        .contains("p50 1.50 ms, p90 2.00 ms, p99 12 ms, p99.9 20 ms, max 1,300 ms\n")
        .contains(
            "  verified     13,000 acknowledged writes of 1,000 keys, each there exactly once; of 7 unknown ones 3 once, 4 never\n");
  }

  @Test
  void aLossIsNotToBeOverlooked() {
    assertThat(LoadText.table(report(2)))
        .contains("NOT AS IT MUST BE: of 1,000 keys 2 lost, 0 twice")
        .contains("               config/bench/000001 LOST\n");
  }

  @Test
  void optionsOutOfRangeEndWithTwo() {
    CliRun cli = new CliRun();
    String[][] wrong = {
      {"bench", "put", "--clients", "0"},
      {"bench", "put", "--clients", "10001"},
      {"bench", "put", "--connections", "0"},
      {"bench", "put", "--connections", "257"},
      {"bench", "put", "--keys", "100001"},
      {"bench", "put", "--clients", "8", "--keys", "7"},
      {"bench", "get", "--duration", "0s"},
      {"bench", "get", "--verify"},
      {"bench", "put", "--rate", "-1"},
      {"bench", "put", "--rate", "100001"},
      {"bench", "watch", "--connections", "1001"},
      {"bench", "watch", "--prefix", "desired/"},
      {"bench", "lease", "--connections", "257"},
      {"bench", "get", "--prefix", "desired/"},
    };
    for (String[] args : wrong) {
      assertThat(cli.run(args).code()).as(String.join(" ", args)).isEqualTo(2);
    }
    assertThat(cli.store.opened).isEmpty();
  }

  private static LoadReport report(int lost) {
    List<String> examples = lost == 0 ? List.of() : List.of("config/bench/000001 LOST");
    return new LoadReport(
        OPTIONS,
        2,
        10,
        12_345,
        1_234.5,
        new Latency(1_500, 2_000, 12_000, 20_000, 1_300_000, 1_612.345_6),
        new TreeMap<>(Map.of("NO_QUORUM", 3L, "OUTCOME_UNKNOWN", 2L)),
        2,
        1_100,
        new Verification(1_000, 13_000, 3, 4, lost, 0, 0, 0, 0, 0, examples));
  }
}

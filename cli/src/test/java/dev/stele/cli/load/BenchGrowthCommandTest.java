// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.bench.growth.Finding;
import dev.stele.bench.growth.Finding.Figure;
import dev.stele.bench.growth.What;
import dev.stele.cli.CliRun;
import dev.stele.cli.CliRun.Result;
import dev.stele.cli.output.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchGrowthCommandTest {
  private static final List<Finding> FINDINGS =
      List.of(
          new Finding(What.PUT, 3, 10_000, 0, Optional.of(new Figure(9_000, 5, 20, "")), ""),
          new Finding(What.WATCH, 3, 10_000, 100, Optional.empty(), "no event came"));

  @TempDir private Path folder;
  private final CliRun cli = new CliRun();

  @Test
  void theJsonHasStableFields() {
    assertThat(Json.write(BenchGrowthCommand.json(FINDINGS)))
        .isEqualTo(
            "{\"findings\":[{\"what\":\"put\",\"nodes\":3,\"facts\":10000,\"watchers\":0,"
                + "\"unit\":\"ops/s\",\"value\":9000.0,\"p50Millis\":5.0,\"p99Millis\":20.0,"
                + "\"note\":\"\"},{\"what\":\"watch\",\"nodes\":3,\"facts\":10000,"
                + "\"watchers\":100,\"unit\":\"events/s\",\"problem\":\"no event came\"}]}");
  }

  @Test
  void peopleReadATable() {
    assertThat(BenchGrowthCommand.table(FINDINGS).lines())
        .anyMatch(line -> line.matches("put +3 +10,000 +– +9,000 +ops/s +5.00 +20.00 +"))
        .anyMatch(line -> line.matches("watch +3 +10,000 +100 +– +events/s +– +– +no event came"));
  }

  @Test
  void aClusterThatDoesNotStartIsTold() throws IOException {
    Path launcher = folder.resolve("stele");
    Files.writeString(launcher, "#!/bin/sh\necho 'stele: no such disk' >&2\nexit 3\n");
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    cli.environment.put("STELE_LAUNCHER", launcher.toString());
    Result result =
        cli.in(folder).run("bench", "growth", "--facts", "-", "--watchers", "-", "--out", "here");
    assertThat(result.code()).isEqualTo(3);
    assertThat(result.err()).contains("no such disk");
    assertThat(folder.resolve("here/growth.csv")).isNotEmptyFile();
  }

  @Test
  void whatIsOutOfRangeIsBadInput() {
    cli.in(folder);
    assertThat(cli.run("bench", "growth", "--nodes", "1,x").err()).contains("'1,x' is no list");
    assertThat(cli.run("bench", "growth", "--nodes", "10").code()).isEqualTo(2);
    assertThat(cli.run("bench", "growth").err()).contains("STELE_LAUNCHER: is not set");
    assertThat(folder).isEmptyDirectory();
  }
}

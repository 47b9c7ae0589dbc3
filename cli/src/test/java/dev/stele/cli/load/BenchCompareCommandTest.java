// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stele.bench.compare.report.Summary;
import dev.stele.bench.compare.run.Fsync;
import dev.stele.bench.compare.run.Machine;
import dev.stele.bench.compare.run.Measured;
import dev.stele.bench.compare.run.Plan;
import dev.stele.bench.compare.run.Results;
import dev.stele.bench.compare.run.Results.Column;
import dev.stele.bench.compare.run.Results.Warmup;
import dev.stele.bench.compare.run.Row;
import dev.stele.bench.compare.run.Sample;
import dev.stele.bench.compare.run.Times;
import dev.stele.bench.watch.WatchReport.Spread;
import dev.stele.cli.CliRun;
import dev.stele.cli.CliRun.Result;
import dev.stele.cli.output.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchCompareCommandTest {
  @TempDir private Path folder;
  private final CliRun cli = new CliRun();

  /** Without variables no contender finds what it needs. */
  private Result compare(String... more) {
    List<String> args =
        new ArrayList<>(List.of("bench", "compare", "--quick", "--contenders", "stele,etcd"));
    args.addAll(List.of(more));
    return cli.in(folder).run(args.toArray(String[]::new));
  }

  @Test
  void whereNothingCouldBeMeasuredTheCodeIsThreeAndTheReportSaysWhy() throws IOException {
    Result result = compare("--only", "put-64,put-512", "--out", "here");
    assertThat(result.code()).isEqualTo(3);
    assertThat(result.out())
        .contains("etcd was left out: no etcd on the PATH")
        .contains("stele was left out: STELE_LAUNCHER");
    assertThat(result.err()).contains("stele: etcd: left out: no etcd on the PATH");
    assertThat(Files.readString(folder.resolve("here/report.md")))
        .startsWith("# Side by side\n\n`stele bench compare --quick --contenders stele,etcd --only")
        .contains("| put, 512 clients | ops/s | missing | missing |");
    assertThat(folder.resolve("here/results.csv")).isNotEmptyFile();
    assertThat(folder.resolve("here/data")).doesNotExist();
  }

  @Test
  void programsGetOneDocument() throws IOException {
    Result result = compare("-o", "json");
    assertThat(result.code()).isEqualTo(3);
    JsonNode document = Json.read(result.out());
    assertThat(document.get("contenders").get(1).get("missing").asText())
        .startsWith("no etcd on the PATH");
    assertThat(document.get("directory").asText())
        .startsWith(folder.resolve("bench-results") + "/");
  }

  @Test
  void whatIsOutOfRangeOrUnknownIsBadInput() {
    cli.in(folder);
    Map<String, List<String>> wrong =
        Map.of(
            "there is no row 'put-7'", List.of("--only", "put-64,put-7"),
            "there is no 'consul'; there are stele, stele-one-rpc-a-call",
                List.of("--contenders", "consul"),
            "rounds: 21 is not between 1 and 20", List.of("--rounds", "21"),
            "port: 80 is not between 1024 and 30000", List.of("--port", "80"));
    wrong.forEach(
        (message, args) -> {
          Result result =
              cli.run(
                  Stream.concat(Stream.of("bench", "compare"), args.stream())
                      .toArray(String[]::new));
          assertThat(result.code()).as(message).isEqualTo(2);
          assertThat(result.err()).contains(message);
        });
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void theJsonHasStableFields() {
    Measured measured =
        new Measured(40_000, 40_000, new Spread(10_000, 30_000, 50_000), 240_000, 1, 6, 9, 3, "x");
    Results results =
        new Results(
            new Plan(Times.FULL, 1, List.of(Row.PUT_512), folder),
            new Machine("a cpu", 2, 4_096, "Linux", "Java", "ext4", new Fsync(180, 900)),
            List.of(column("stele"), column("etcd")),
            List.of(
                new Sample(1, "stele", Row.PUT_512, Optional.of(measured), ""),
                new Sample(1, "etcd", Row.PUT_512, Optional.of(measured), "")),
            false);
    assertThat(Json.write(CompareText.json(new Summary(results), Path.of("/here"))))
        .isEqualTo(
            "{\"rounds\":1,\"cut\":false,\"directory\":\"/here\",\"machine\":{\"cpu\":\"a cpu\","
                + "\"cores\":2,\"memoryMebibytes\":4096,\"kernel\":\"Linux\",\"java\":\"Java\","
                + "\"fileSystem\":\"ext4\",\"fsyncP50Micros\":180,\"fsyncP99Micros\":900},"
                + "\"contenders\":[{\"name\":\"stele\",\"id\":\"stele\",\"version\":\"1.0\","
                + "\"warmupSeconds\":100,"
                + "\"settings\":[\"a flag\"]},{\"name\":\"etcd\",\"id\":\"etcd\","
                + "\"version\":\"1.0\",\"warmupSeconds\":100,\"settings\":[\"a flag\"]}],"
                + "\"rows\":[{\"id\":\"put-512\",\"title\":\"put, 512 clients\","
                + "\"unit\":\"ops/s\",\"moreIsBetter\":true,\"figures\":["
                + figures("stele")
                + ","
                + figures("etcd")
                + "]}],\"ratios\":[{\"row\":\"put-512\",\"of\":\"stele\",\"peer\":\"etcd\","
                + "\"ratio\":1.0,\"must\":3.0,\"aim\":5.0,\"mark\":\"short\","
                + "\"p99Ratio\":1.0,\"p99Mark\":\"reached\"}],"
                + "\"shortfalls\":[\"put, 512 clients, stele: 1.00× of etcd's, must be ≥ 3×\"]}");
  }

  private static Column column(String name) {
    return new Column(
        name,
        Optional.empty(),
        "1.0",
        List.of("a flag"),
        List.of(Row.PUT_512),
        new Warmup(Duration.ofSeconds(100), List.of()));
  }

  private static String figures(String contender) {
    return "{\"median\":40000.0,\"min\":40000.0,\"max\":40000.0,\"rounds\":1,\"p50Millis\":10.0,"
        + "\"p99Millis\":30.0,\"errors\":1,\"serverCpuSeconds\":9.0,\"loadCpuSeconds\":3.0,"
        + "\"note\":\"x\",\"contender\":\""
        + contender
        + "\"}";
  }
}

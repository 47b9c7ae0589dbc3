// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SettingsTest {
  /** Key, what is accepted at its limits, what is refused beyond them. */
  static Stream<Arguments> limits() {
    return Stream.of(
        row(
            "cluster.name",
            List.of("a", "a" + "b".repeat(62), "a-1"),
            List.of("", "1a", "A", "a_b", "a" + "b".repeat(63))),
        row(
            "cluster.secret",
            List.of("", "s".repeat(16), "!".repeat(256)),
            List.of("s".repeat(15), "s".repeat(257), "s".repeat(15) + " ", "ü".repeat(16))),
        row("cluster.kinds-file", List.of("", "../config/kinds.yaml"), List.of("a\0b")),
        row("node.id", List.of("n0"), List.of("", "-n", "N0", "n".repeat(64))),
        row("node.data-dir", List.of("/var/lib/stele", "."), List.of("", "a\0b")),
        row(
            "node.stop-timeout",
            List.of("0s", "10m"),
            List.of("601s", "-1s", "10", "1d", "1.5s", "", "s")),
        row(
            "api.listen",
            List.of("127.0.0.1:0", "localhost:65535", "[::1]:7400"),
            List.of(
                "127.0.0.1",
                "127.0.0.1:65536",
                ":7400",
                "::1:7400",
                "a b:7400",
                "127.0.0.1:-1",
                "http://127.0.0.1:7400")),
        row(
            "raft.listen",
            List.of("127.0.0.1:1", "127.0.0.1:65535"),
            List.of("127.0.0.1:0", "127.0.0.1:65536")),
        row("http.listen", List.of("127.0.0.1:0", "0.0.0.0:7402"), List.of("7402")),
        row(
            "raft.allow-unauthenticated-network",
            List.of("true", "false"),
            List.of("yes", "", "True", "1")),
        row("raft.election-timeout-min", List.of("50ms", "599ms"), List.of("49ms", "30001ms")),
        row(
            "raft.election-timeout-max",
            List.of("301ms", "60s"),
            List.of("99ms", "60001ms", "99999999999999h")),
        row("raft.min-free-space", List.of("0B", "1024GiB"), List.of("1025GiB", "-1B", "1GB", "1")),
        row(
            "storage.block-cache",
            List.of("1MiB", "64GiB"),
            List.of("1048575B", "65GiB", "9007199254740993GiB")),
        row("storage.row-cache", List.of("0B", "1GiB"), List.of("1025MiB")),
        row("storage.write-buffer", List.of("6MiB", "4GiB"), List.of("6143KiB", "4097MiB")),
        row("storage.compression", List.of("none", "lz4"), List.of("zip")),
        row("storage.background-jobs", List.of("2", "16"), List.of("1", "17")),
        row("api.max-connections", List.of("0", "1", "65536"), List.of("-1", "65537")),
        row("raft.segment-size", List.of("1MiB", "1GiB"), List.of("1023KiB", "1025MiB")),
        row(
            "storage.flush-commands",
            List.of("1", "10000000"),
            List.of("0", "10000001", "1e3", "99999999999")),
        row("storage.flush-bytes", List.of("64KiB", "4GiB"), List.of("65535B", "5GiB")),
        row("storage.flush-interval", List.of("100ms", "1h"), List.of("99ms", "61m")),
        row("compaction.keep-age", List.of("0s", "1h", "8784h"), List.of("-1s", "8785h", "1")),
        row(
            "compaction.keep-revisions",
            List.of("0", "1000000", "999999999"),
            List.of("-1", "1000000000", "1e6")),
        row(
            "members.report-threshold-percent",
            List.of("0", "100"),
            List.of("-1", "101", "10%", "1.5")),
        row("members.report-interval", List.of("0s", "1h"), List.of("-1s", "3600001ms", "1")),
        row(
            "members.report-writes-per-second",
            List.of("1", "1000000"),
            List.of("0", "1000001", "1e3")),
        row("log.format", List.of("text", "json"), List.of("TEXT", "xml", "")),
        row("log.level", List.of("error", "trace"), List.of("verbose")));
  }

  private static Arguments row(String key, List<String> accepted, List<String> refused) {
    return Arguments.of(key, accepted, refused);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("limits")
  void aKeyAcceptsItsLimitsAndNamesWhatIsBeyondThem(
      String key, List<String> accepted, List<String> refused) {
    for (String text : accepted) {
      assertThat(StoreConfig.of(Map.of(key, text))).as(text).isNotNull();
    }
    for (String text : refused) {
      String shown = key.equals("cluster.secret") ? Setting.MASK : text;
      assertThatThrownBy(() -> StoreConfig.of(Map.of(key, text)))
          .as(text)
          .isInstanceOfSatisfying(
              ConfigException.class,
              e -> {
                assertThat(e.problems()).hasSize(1);
                assertThat(e.problems().get(0).toString())
                    .startsWith(key + ": ")
                    .contains("\"" + shown + "\"", "right is ");
              });
    }
  }

  @Test
  void everyKeyHasItsLimitsTested() {
    List<String> tested = new ArrayList<>(limits().map(row -> (String) row.get()[0]).toList());
    tested.add("cluster.nodes");
    assertThat(tested).containsExactlyInAnyOrderElementsOf(Settings.names().toList());
  }

  @Test
  void aValueThatIsPrintedIsReadBack() throws BadValue {
    for (Setting<?> setting : Settings.all()) {
      assertReadBack(setting);
    }
  }

  private static <T> void assertReadBack(Setting<T> setting) throws BadValue {
    T value = setting.defaultValue();
    assertThat(setting.parse(setting.print(value))).as(setting.name()).isEqualTo(value);
  }

  @Test
  void durationsAndSizesAreWrittenWithTheGreatestUnitThatFits() throws BadValue {
    for (String text : List.of("0s", "1ms", "1500ms", "2s", "90s", "5m", "2h")) {
      assertThat(Quantities.print(Quantities.duration(text))).isEqualTo(text);
    }
    for (String text : List.of("0B", "1B", "1025B", "1KiB", "3MiB", "4GiB")) {
      assertThat(Quantities.printSize(Quantities.size(text))).isEqualTo(text);
    }
  }

  @Test
  void aClusterHasOneToNineNodes() {
    assertThat(StoreConfig.of(cluster(9)).cluster().nodes()).hasSize(9);
    assertThatThrownBy(() -> StoreConfig.of(cluster(10)))
        .hasMessageContaining("cluster.nodes")
        .hasMessageContaining("there are 10");
  }

  private static Map<String, String> cluster(int size) {
    List<String> nodes = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      nodes.add("n" + i + "=127.0.0.1:" + (7400 + 10 * i) + "/127.0.0.1:" + (7401 + 10 * i));
    }
    return Map.of("cluster.nodes", String.join(",", nodes), "cluster.secret", "0123456789abcdef");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "n0",
        "n0=127.0.0.1:7400",
        "n0=127.0.0.1:7400/127.0.0.1:0",
        "n0=127.0.0.1/127.0.0.1:7401",
        "N0=127.0.0.1:7400/127.0.0.1:7401",
        "n0=127.0.0.1:7400/127.0.0.1:7401,",
      })
  void aNodeWithoutIdOrAddressIsRefused(String nodes) {
    assertThatThrownBy(() -> StoreConfig.of(Map.of("cluster.nodes", nodes)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("cluster.nodes: (--set) \"" + nodes + "\" is wrong");
  }

  @Test
  void everyKeyHasItsOwnVariableAndASectionThatIsExplained() {
    assertThat(Settings.all().stream().map(Setting::environmentVariable)).doesNotHaveDuplicates();
    assertThat(Settings.names().map(name -> name.substring(0, name.indexOf('.'))))
        .allSatisfy(section -> assertThat(Settings.SECTIONS).containsKey(section));
    assertThat(Settings.names()).allMatch(name -> name.matches("[a-z]+\\.[a-z-]+"));
  }

  @Test
  void aRecordMadeByHandIsCheckedToo() {
    assertThatThrownBy(() -> new StoreConfig.Http(new Endpoint("127.0.0.1", 65_536)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new StoreConfig.Node("N", Path.of("x"), Duration.ZERO))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("node.id: \"N\" is wrong");
  }

  @Test
  void theSecretIsShownNowhere() {
    String secret = "correct-horse-battery";
    LoadedConfig loaded =
        ConfigLoader.load(ConfigSources.none().withOverrides(List.of("cluster.secret=" + secret)));
    assertThat(loaded.print()).contains("cluster.secret = " + Setting.MASK + "  (--set)");
    assertThat(loaded + loaded.print()).doesNotContain(secret);
  }
}

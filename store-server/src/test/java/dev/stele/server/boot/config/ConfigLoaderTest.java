// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigLoaderTest {
  private static final Path SHIPPED = Path.of("../config/server.yaml");

  @TempDir private Path directory;

  @Test
  void theShippedFileIsWhatTheTableSays() throws IOException {
    assertThat(Files.readString(SHIPPED)).isEqualTo(DefaultFile.text());
  }

  @Test
  void theShippedFileSetsEveryKeyToItsDefault() {
    LoadedConfig shipped = ConfigLoader.load(ConfigSources.none().withFile(SHIPPED));
    assertThat(shipped.config()).isEqualTo(StoreConfig.defaults());
    assertThat(shipped.values()).allMatch(value -> value.origin().startsWith(SHIPPED + " line "));
  }

  @Test
  void aLaterSourceWinsAndSaysSo() {
    Path file = file("log:\n  level: warn\n  format: json\nnode: {stop-timeout: 1s}\n");
    LoadedConfig loaded =
        ConfigLoader.load(
            ConfigSources.none()
                .withFile(file)
                .withEnvironment(
                    Map.of("STELE_LOG_LEVEL", "debug", "STELE_LOG_FORMAT", "text", "PATH", "/bin"))
                .withOverrides(List.of("log.level=error", "log.level=trace")));
    assertThat(loaded.config().log())
        .isEqualTo(new StoreConfig.Log(LogFormat.TEXT, LogLevel.TRACE));
    assertThat(loaded.print())
        .contains("log.level = trace  (--set)\n")
        .contains("log.format = text  (environment STELE_LOG_FORMAT)\n")
        .contains("node.stop-timeout = 1s  (" + file + " line 4)\n")
        .contains("node.id = n0  (default)\n");
    assertThat(loaded.values()).hasSameSizeAs(Settings.all());
  }

  @Test
  void nodesAreAListInTheFileAndALineElsewhere() {
    String line = "n0=127.0.0.1:7400/127.0.0.1:7401,n1=127.0.0.1:7410/127.0.0.1:7411";
    Path file =
        file(
            """
            cluster:
              secret: 0123456789012345
              nodes:
                - {id: n0, api: '127.0.0.1:7400', raft: '127.0.0.1:7401'}
                - id: n1
                  api: 127.0.0.1:7410
                  raft: 127.0.0.1:7411
            """);
    StoreConfig fromFile = ConfigLoader.load(ConfigSources.none().withFile(file)).config();
    assertThat(fromFile)
        .isEqualTo(
            StoreConfig.of(Map.of("cluster.nodes", line, "cluster.secret", "0123456789012345")));
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce() {
    Path file = file("log:\n  level: loud\n  colour: red\nraft:\n  election-timeout-min: 300\n");
    assertThat(
            problems(
                ConfigSources.none()
                    .withFile(file)
                    .withEnvironment(Map.of("STELE_STORAGE_BLOCK_CACHE", "a lot"))
                    .withOverrides(List.of("http.listen=nowhere", "api.listn=x", "bare"))))
        .containsExactlyInAnyOrder(
            "log.colour: (" + file + " line 3) is an unknown key; did you mean log.format?",
            "log.level: ("
                + file
                + " line 2) \"loud\" is wrong; right is one of error, warn, info,"
                + " debug, trace",
            "raft.election-timeout-min: ("
                + file
                + " line 5) \"300\" is wrong; right is a duration"
                + " from 50ms to 30s: a whole number with its unit, as in 500ms, 10s, 5m or 1h",
            "storage.block-cache: (environment STELE_STORAGE_BLOCK_CACHE) \"a lot\" is wrong; right"
                + " is a size from 1MiB to 64GiB: a whole number with its unit, as in 512B, 64KiB,"
                + " 32MiB or 4GiB",
            "http.listen: (--set) \"nowhere\" is wrong; right is host:port to listen on; port 0"
                + " takes any free one: host:port, as in 127.0.0.1:7400 or [::1]:7400, port at most"
                + " 65535",
            "api.listn: (--set) is an unknown key; did you mean api.listen?",
            "--set: \"bare\" is wrong; right is key=value");
  }

  @Test
  void aSecretThatIsWrongIsNotRepeated() {
    assertThat(
            problems(ConfigSources.none().withEnvironment(Map.of("STELE_CLUSTER_SECRET", "pst"))))
        .singleElement()
        .asString()
        .doesNotContain("pst")
        .startsWith("cluster.secret: (environment STELE_CLUSTER_SECRET) \"********\" is wrong");
  }

  @Test
  void aSlipInAVariableIsAnErrorAndAnotherProgramsVariableIsNot() {
    assertThat(problems(ConfigSources.none().withEnvironment(Map.of("STELE_NODE_IDS", "n0"))))
        .containsExactly(
            "STELE_NODE_IDS: is no variable of the configuration; did you mean STELE_NODE_ID?");
    Map<String, String> strangers =
        Map.of(
            "STELE_TOKEN", "7",
            "STELE_ENDPOINTS", "127.0.0.1:7400",
            "STELE_RAFT_PORT_7401_TCP", "tcp://10.0.0.1:7401",
            "STELE_API_SERVICE_HOST", "10.0.0.1",
            "STELE_API_PORT", "tcp://10.0.0.1:7400");
    assertThat(problems(ConfigSources.none().withEnvironment(strangers))).isEmpty();
  }

  @Test
  void aKeyThatStandsTwiceIsRefused() {
    assertThat(problems("log:\n  level: info\n  level: info\n"))
        .singleElement()
        .asString()
        .startsWith("log.level: stands in ")
        .endsWith(" twice, in lines 2 and 3");
    assertThat(problems("log: {level: info}\nlog.level: info\n")).hasSize(1);
  }

  @Test
  void textsStayWhatTheyAreWhateverYamlMakesOfThem() {
    Path file = file("cluster:\n  secret: 0000000000000123\n  name: no\n");
    StoreConfig config = ConfigLoader.load(ConfigSources.none().withFile(file)).config();
    assertThat(config.cluster().secret()).isEqualTo("0000000000000123");
    assertThat(config.cluster().name()).isEqualTo("no");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "log: [",
        "a: &a {b: *a}",
        "- log",
        "just words",
        "log:\n  level:\n",
        "log:\n  level: {a: b}\n",
        "log: info",
        "cluster:\n  nodes: {id: n0}\n",
        "cluster:\n  nodes: [[n0]]\n",
        "cluster:\n  nodes: [{id: n0, api: '127.0.0.1:1'}]\n",
        "cluster:\n  nodes: [{id: n0, api: '127.0.0.1:1', raft: '127.0.0.1:2', http: x}]\n",
        "cluster:\n  nodes: [{id: n0, id: n1, api: '127.0.0.1:1', raft: '127.0.0.1:2'}]\n",
        "!!java.lang.Object {}",
        "? {a: b}\n: c",
        "log: {level: info}\n---\nlog: {level: info}\n",
        "\"\0\"",
      })
  void aFileThatIsNoConfigurationIsRefused(String yaml) {
    assertThat(problems(yaml)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n", "log:\n", "log: {}\n", "---\n"})
  void aFileThatSaysNothingChangesNothing(String yaml) {
    assertThat(ConfigLoader.load(ConfigSources.none().withFile(file(yaml))).config())
        .isEqualTo(StoreConfig.defaults());
  }

  @Test
  void aFileIsReadUpToOneMebibyte() throws IOException {
    String comment = "#".repeat(ConfigFile.MAX_BYTES);
    assertThat(problems(comment)).isEmpty();
    assertThat(problems(comment + "#")).singleElement().asString().contains("at most 1MiB");
  }

  @Test
  void aFileThatIsNotThereIsAnError() {
    assertThat(problems(ConfigSources.none().withFile(directory.resolve("absent.yaml"))))
        .singleElement()
        .asString()
        .contains("absent.yaml", "can't be read");
  }

  @Test
  void distancesCountEdits() {
    assertThat(Nearest.distance("", "")).isZero();
    assertThat(Nearest.distance("", "abc")).isEqualTo(3);
    assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Nearest.distance("flaw", "lawn")).isEqualTo(2);
  }

  private List<String> problems(String yaml) {
    return problems(ConfigSources.none().withFile(file(yaml)));
  }

  private static List<String> problems(ConfigSources sources) {
    ConfigException thrown =
        catchThrowableOfType(ConfigException.class, () -> ConfigLoader.load(sources));
    return thrown == null
        ? List.of()
        : thrown.problems().stream().map(ConfigProblem::toString).toList();
  }

  private Path file(String yaml) {
    try {
      return Files.writeString(Files.createTempFile(directory, "server", ".yaml"), yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

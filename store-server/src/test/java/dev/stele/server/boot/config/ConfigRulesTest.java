// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ConfigRulesTest {
  private static final String SECRET = "0123456789abcdef";
  private static final String TWO_NODES =
      "n0=127.0.0.1:7400/127.0.0.1:7401,n1=127.0.0.1:7410/127.0.0.1:7411";

  @Test
  void theNodeMustBeOneOfTheCluster() {
    assertThat(problems("node.id", "n1"))
        .containsExactly(
            "node.id: \"n1\" is not in cluster.nodes; right is one of n0 (did you mean n0?)");
  }

  @Test
  void aNodeStandsInTheClusterOnce() {
    assertThat(
            problems(
                "cluster.secret",
                SECRET,
                "cluster.nodes",
                "n0=127.0.0.1:7400/127.0.0.1:7401,n0=127.0.0.1:7410/127.0.0.1:7401"))
        .containsExactly(
            "cluster.nodes: the id n0 stands there twice",
            "cluster.nodes: 127.0.0.1:7401 stands there twice; every listener of every node needs"
                + " its own");
  }

  @Test
  void everyListenerHasItsOwnPort() {
    assertThat(problems("raft.listen", "127.0.0.1:7400", "http.listen", "127.0.0.1:7400"))
        .hasSize(3)
        .contains("raft.listen: \"127.0.0.1:7400\" is also api.listen; right is a port of its own");
    assertThat(problems("api.listen", "127.0.0.1:0", "http.listen", "127.0.0.1:0")).isEmpty();
  }

  @Test
  void electionTimeoutsMustBeARange() {
    assertThat(problems("raft.election-timeout-min", "400ms", "raft.election-timeout-max", "400ms"))
        .singleElement()
        .asString()
        .startsWith("raft.election-timeout-max: \"400ms\" must be longer than")
        .contains("split the vote");
    assertThat(problems("raft.election-timeout-min", "400ms", "raft.election-timeout-max", "401ms"))
        .isEmpty();
  }

  @Test
  void moreThanOneNodeNeedsASecret() {
    assertThat(problems("cluster.nodes", TWO_NODES))
        .singleElement()
        .asString()
        .startsWith("cluster.secret: must be set, because cluster.nodes has more than one node");
    assertThat(problems("cluster.nodes", TWO_NODES, "cluster.secret", SECRET)).isEmpty();
  }

  @Test
  void aListenerThatOthersReachNeedsASecret() {
    assertThat(problems("api.listen", "0.0.0.0:7400"))
        .singleElement()
        .asString()
        .startsWith("cluster.secret: must be set, because api.listen is \"0.0.0.0:7400\"");
    assertThat(problems("api.listen", "0.0.0.0:7400", "cluster.secret", SECRET)).isEmpty();
  }

  @Test
  void aRaftPortThatOthersReachMustBeMeant() {
    assertThat(problems("raft.listen", "10.0.0.5:7401", "cluster.secret", SECRET))
        .singleElement()
        .asString()
        .startsWith("raft.listen: \"10.0.0.5:7401\" can be reached by other machines")
        .contains("raft.allow-unauthenticated-network: true");
  }

  @Test
  void whatIsOpenToTheNetworkIsWarnedOf() {
    LoadedConfig loaded =
        ConfigLoader.load(
            ConfigSources.none()
                .withOverrides(
                    List.of(
                        "cluster.secret=" + SECRET,
                        "api.listen=0.0.0.0:7400",
                        "raft.listen=0.0.0.0:7401",
                        "raft.allow-unauthenticated-network=true")));
    assertThat(loaded.warnings())
        .hasSize(2)
        .anyMatch(warning -> warning.startsWith("api.listen is 0.0.0.0:7400"))
        .anyMatch(warning -> warning.startsWith("raft.listen is 0.0.0.0:7401"));
    assertThat(ConfigLoader.load(ConfigSources.none()).warnings()).isEmpty();
  }

  @Test
  void theOthersMustKnowThePortOfTheApi() {
    assertThat(
            problems(
                "cluster.nodes", TWO_NODES, "cluster.secret", SECRET, "api.listen", "127.0.0.1:0"))
        .singleElement()
        .asString()
        .startsWith("api.listen: \"127.0.0.1:0\" takes any free port");
  }

  @Test
  void aRuleAboutAKeyThatIsWrongAnywayKeepsQuiet() {
    assertThat(problems("raft.election-timeout-min", "1d", "raft.election-timeout-max", "200ms"))
        .singleElement()
        .asString()
        .startsWith("raft.election-timeout-min");
  }

  @Test
  void onlyThisMachineReachesLoopback() {
    for (String host : List.of("localhost", "127.0.0.1", "127.1.2.3", "::1")) {
      assertThat(new Endpoint(host, 1).isLoopback()).as(host).isTrue();
    }
    for (String host : List.of("0.0.0.0", "::", "10.0.0.1", "127.example.org", "localhost.x")) {
      assertThat(new Endpoint(host, 1).isLoopback()).as(host).isFalse();
    }
  }

  private static List<String> problems(String... keysAndValues) {
    Map<String, String> settings = new HashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      settings.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    ConfigException thrown =
        catchThrowableOfType(ConfigException.class, () -> StoreConfig.of(settings));
    return thrown == null
        ? List.of()
        : thrown.problems().stream().map(ConfigProblem::toString).toList();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.stele.server.boot.StartException;
import dev.stele.server.boot.StoreServer;
import dev.stele.server.boot.config.StoreConfig;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClusterLifeTest {
  @Test
  void aPortThatIsTakenIsAnErrorAndLeavesTheDataAlone(@TempDir Path directory)
      throws InterruptedException {
    try (LocalCluster cluster = LocalCluster.start(1)) {
      for (String key : List.of("api.listen", "raft.listen", "http.listen")) {
        String taken =
            switch (key) {
              case "api.listen" -> cluster.node(0).apiAddress().toString();
              case "raft.listen" -> cluster.node(0).config().raft().listen().toString();
              default -> cluster.node(0).httpAddress().toString();
            };
        Map<String, String> settings = new HashMap<>(alone(directory.resolve(key)));
        settings.put(key, taken);
        assertThatThrownBy(() -> StoreServer.start(StoreConfig.of(settings)))
            .as(key)
            .isInstanceOf(StartException.class);
        try (StoreServer server =
            StoreServer.start(StoreConfig.of(alone(directory.resolve(key))))) {
          assertThat(server.awaitReady(Duration.ofSeconds(20))).isTrue();
        }
      }
    }
  }

  @Test
  void aNodeCanBeClosedAgainAndAgain(@TempDir Path directory) throws InterruptedException {
    StoreServer server = StoreServer.start(StoreConfig.of(alone(directory)));
    assertThat(server.awaitReady(Duration.ofSeconds(20))).isTrue();
    server.close();
    server.close();
    server.kill();
    server.awaitStopped();
    assertThat(server.awaitReady(Duration.ofSeconds(1))).isFalse();
    assertThat(server.fault()).isEmpty();
    assertThat(server.whenStopped().toCompletableFuture().join()).isEmpty();
  }

  @Test
  void aNodeWhoseLogFailsStopsByItselfAndSaysWhy() throws InterruptedException, IOException {
    try (LocalCluster cluster = LocalCluster.start(1, Map.of("raft.segment-size", "1MiB"));
        RawClient client = new RawClient(cluster.endpoints().get(0))) {
      StoreServer node = cluster.node(0);
      client.put("config/a", "x");
      // The next file of the log can't be made any more.
      delete(cluster.directory().resolve("n0/raft"));
      String large = "x".repeat(15_000);
      StatusRuntimeException refused =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> {
                for (int i = 0; i < 500; i++) {
                  client.put("config/a", large);
                }
              });
      assertThat(refused).isNotNull();
      node.awaitStopped();
      assertThat(node.fault()).isPresent();
      assertThat(node.whenStopped().toCompletableFuture().join()).isEqualTo(node.fault());
      assertThat(node.awaitReady(Duration.ZERO)).isFalse();
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static Map<String, String> alone(Path data) {
    List<Integer> ports = FreePorts.find(2);
    return Map.of(
        "cluster.nodes",
        "n0=127.0.0.1:" + ports.get(0) + "/127.0.0.1:" + ports.get(1),
        "node.data-dir",
        data.toString(),
        "api.listen",
        "127.0.0.1:" + ports.get(0),
        "raft.listen",
        "127.0.0.1:" + ports.get(1),
        "http.listen",
        "127.0.0.1:0",
        "raft.min-free-space",
        "0B");
  }
}

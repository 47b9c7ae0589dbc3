// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import static dev.stele.server.testing.RawClient.reason;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.stele.proto.v1.ReadMode;
import io.grpc.StatusRuntimeException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** The floor is every node's, and each of them frees what lies below it. */
final class CompactionAtEveryNodeTest {
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int WRITES = 40;

  @Test
  void aCompactionThroughOneNodeCountsAtAllAndIsDoneAfterARestartToo() throws Exception {
    try (LocalCluster cluster = LocalCluster.start(3)) {
      List<RawClient> clients = connect(cluster);
      try {
        long last = write(clients);
        int leader = cluster.leader().orElseThrow();
        int follower = (leader + 1) % 3;
        cluster.stop(follower);
        assertThat(clients.get(3 - leader - follower).compact(last - 3).getFloor())
            .isEqualTo(last - 3);
        cluster.restart(follower);
        assertThat(cluster.awaitReady(PATIENCE)).isTrue();
        for (int node = 0; node < 3; node++) {
          assertCompacted(clients.get(node), last - 4);
          assertThat(clients.get(node).get("config/a", at(last - 3), DEADLINE).hasFact()).isTrue();
          awaitReclaimed(cluster, node, last - 3);
        }
        assertThat(clients.get(0).hash().getEqual()).isTrue();
      } finally {
        clients.forEach(RawClient::close);
      }
    }
  }

  @Test
  void aLeaderCompactsByItselfWhatItsConfigurationDoesNotKeep() throws Exception {
    try (LocalCluster cluster = LocalCluster.start(3, Map.of("compaction.keep-revisions", "10"))) {
      List<RawClient> clients = connect(cluster);
      try {
        long last = write(clients);
        for (int node = 0; node < 3; node++) {
          awaitReclaimed(cluster, node, last - 10);
          assertCompacted(clients.get(node), last - 11);
          assertThat(clients.get(node).get("config/a", at(last - 10), DEADLINE).hasFact()).isTrue();
        }
      } finally {
        clients.forEach(RawClient::close);
      }
    }
  }

  private static List<RawClient> connect(LocalCluster cluster) {
    List<RawClient> clients = new ArrayList<>();
    cluster.endpoints().forEach(endpoint -> clients.add(new RawClient(endpoint)));
    return clients;
  }

  private static long write(List<RawClient> clients) {
    long last = 0;
    for (int i = 0; i < WRITES; i++) {
      last = clients.get(i % 3).put("config/a", "x" + i).getRevision();
    }
    return last;
  }

  private static void assertCompacted(RawClient client, long revision) {
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> client.get("config/a", at(revision), DEADLINE));
    assertThat(reason(refused)).isEqualTo("COMPACTED");
  }

  private static ReadMode at(long revision) {
    return ReadMode.newBuilder().setAt(revision).build();
  }

  private static void awaitReclaimed(LocalCluster cluster, int node, long floor) {
    Callable<String> metrics = () -> metrics(cluster, node);
    await()
        .atMost(PATIENCE)
        .until(
            metrics,
            text ->
                text.lines().anyMatch(line -> isGauge(line, "stele_floor", floor))
                    && text.lines().anyMatch(line -> isGauge(line, "stele_reclaimed", floor)));
  }

  private static boolean isGauge(String line, String name, long value) {
    return line.startsWith(name + "{") && line.endsWith(" " + (double) value);
  }

  private static String metrics(LocalCluster cluster, int node) throws Exception {
    URI uri = URI.create("http://" + cluster.node(node).httpAddress() + "/metrics");
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    return response.body();
  }
}

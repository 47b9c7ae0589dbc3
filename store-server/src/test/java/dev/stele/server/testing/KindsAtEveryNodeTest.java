// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import static dev.stele.server.testing.RawClient.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.stele.proto.v1.KindPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kind counts everywhere once one node said that it does. */
final class KindsAtEveryNodeTest {
  private static final int ROUNDS = 20;

  @Test
  void aKindThatWasSetAtOneNodeTakesWritesThroughEachOtherAtOnce(@TempDir Path directory)
      throws IOException, InterruptedException {
    Path seeds = directory.resolve("kinds.yaml");
    Files.writeString(seeds, "kinds: {seeded: {type: json, max-facts: 1}}\n");
    try (LocalCluster cluster =
        LocalCluster.start(3, Map.of("cluster.kinds-file", seeds.toString()))) {
      List<RawClient> clients = new ArrayList<>();
      cluster.endpoints().forEach(endpoint -> clients.add(new RawClient(endpoint)));
      try {
        assertSeeded(clients);
        for (int i = 0; i < ROUNDS; i++) {
          assertKnownEverywhere(clients, i);
        }
        killTheLeader(cluster, clients);
      } finally {
        clients.forEach(RawClient::close);
      }
    }
  }

  private static void assertSeeded(List<RawClient> clients) throws IOException {
    KindPolicy seeded = KindPolicy.parseFrom(clients.get(2).get("kind/seeded").getFact().getBody());
    assertThat(seeded.getMaxFacts()).isEqualTo(1);
    clients.get(0).putBytes("seeded/a", utf8("1"));
    assertThatThrownBy(() -> clients.get(1).putBytes("seeded/b", utf8("1")))
        .hasMessageContaining("kind seeded holds 1 facts");
  }

  private static void assertKnownEverywhere(List<RawClient> clients, int round) {
    String kind = "k" + round;
    clients.get(round % 3).putBytes("kind/" + kind, policy());
    for (int node = 1; node < 3; node++) {
      RawClient other = clients.get((round + node) % 3);
      String key = kind + "/" + node;
      ByteString text = utf8("{\"round\": " + round + "}");
      other.putBytes(key, text);
      clients.forEach(client -> assertThat(client.get(key).getFact().getBody()).isEqualTo(text));
      assertThatThrownBy(() -> other.putBytes(key, utf8("{")))
          .hasMessageContaining("body is no JSON");
    }
  }

  private static void killTheLeader(LocalCluster cluster, List<RawClient> clients)
      throws InterruptedException {
    int leader = cluster.leader().orElseThrow();
    int other = (leader + 1) % 3;
    clients.get(leader).putBytes("kind/last", policy());
    cluster.kill(leader);
    clients.get(other).putBytes("last/a", utf8("1"));
    assertThat(clients.get(other).get("last/a").hasFact()).isTrue();
  }

  private static ByteString policy() {
    return KindPolicy.newBuilder()
        .setBodyType(KindPolicy.BodyType.JSON)
        .setMaxFacts(5)
        .build()
        .toByteString();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.stele.proto.v1.GetResponse;
import dev.stele.proto.v1.ReadMode;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a cluster keeps, and what it refuses, when nodes go away. */
final class LostNodesTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private LocalCluster cluster;
  private RawClient[] clients;

  @BeforeEach
  void startCluster() throws InterruptedException {
    cluster = LocalCluster.start(3);
    clients = cluster.endpoints().stream().map(RawClient::new).toArray(RawClient[]::new);
  }

  @AfterEach
  void stopCluster() {
    for (RawClient client : clients) {
      client.close();
    }
    cluster.close();
  }

  @Test
  void writesResumeWhenTheLeaderIsKilled() throws InterruptedException {
    int leader = cluster.awaitLeader(SOON);
    long before = clients[leader].put("config/a", "before").getRevision();
    cluster.kill(leader);
    int survivor = (leader + 1) % 3;
    long after = putUntilTaken(survivor, "config/a", "after");
    assertThat(after).isGreaterThan(before);
    cluster.restart(leader);
    assertThat(cluster.node(leader).awaitReady(SOON)).isTrue();
    assertThat(getAgain(leader, "config/a").getFact().getModRevision()).isEqualTo(after);
  }

  @Test
  void whatWasAcknowledgedSurvivesTheLossOfAllNodesAtOnce() throws InterruptedException {
    Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    AtomicBoolean writing = new AtomicBoolean(true);
    CountDownLatch enough = new CountDownLatch(400);
    ExecutorService writers = Executors.newFixedThreadPool(6);
    try {
      for (int writer = 0; writer < 6; writer++) {
        int id = writer;
        writers.execute(() -> writeWhile(writing, id, acknowledged, enough));
      }
      assertThat(enough.await(60, TimeUnit.SECONDS)).isTrue();
      IntStream.range(0, 3).parallel().forEach(cluster::kill);
    } finally {
      writing.set(false);
      writers.shutdown();
      assertThat(writers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
    IntStream.range(0, 3).forEach(cluster::restart);
    assertThat(cluster.awaitReady(SOON)).isTrue();
    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(400);
    try (RawClient reader = new RawClient(cluster.endpoints().get(0))) {
      acknowledged.forEach(
          (key, revision) ->
              assertThat(reader.get(key).getFact().getModRevision()).as(key).isEqualTo(revision));
    }
  }

  private void writeWhile(
      AtomicBoolean writing, int writer, Map<String, Long> acknowledged, CountDownLatch enough) {
    for (int i = 0; writing.get(); i++) {
      String key = "config/w" + writer + "/" + i;
      try {
        long revision = clients[writer % 3].put(key, "x", Duration.ofSeconds(2)).getRevision();
        acknowledged.put(key, revision);
        enough.countDown();
      } catch (StatusRuntimeException notAcknowledged) {
        assertThat(RawClient.reason(notAcknowledged))
            .isIn(
                "UNAVAILABLE",
                "NO_QUORUM",
                "NOT_LEADER",
                "OUTCOME_UNKNOWN",
                "DEADLINE_EXCEEDED",
                "CANCELLED");
      }
    }
  }

  @Test
  void aClusterThatWasStoppedGoesOnWhereItWas() throws InterruptedException {
    long revision = clients[0].put("config/a", "kept").getRevision();
    IntStream.range(0, 3).forEach(cluster::stop);
    IntStream.range(0, 3).forEach(cluster::restart);
    assertThat(cluster.awaitReady(SOON)).isTrue();
    assertThat(getAgain(2, "config/a").getFact().getModRevision()).isEqualTo(revision);
    assertThat(putUntilTaken(1, "config/a", "next")).isEqualTo(revision + 1);
  }

  @Test
  void aLeaderThatIsStoppedHandsOver() throws InterruptedException {
    int leader = cluster.awaitLeader(SOON);
    cluster.stop(leader);
    assertThat(cluster.leader()).isPresent();
    assertThat(clients[(leader + 1) % 3].put("config/a", "x").getRevision()).isPositive();
  }

  @Test
  void withoutAMajorityAReadIsRefusedInTimeAndALocalOneTellsItsAge() throws InterruptedException {
    int survivor = cluster.awaitLeader(SOON);
    long revision = clients[survivor].put("config/a", "x").getRevision();
    cluster.kill((survivor + 1) % 3);
    // Right after a read that a majority confirmed, and without any write in between.
    assertThat(clients[survivor].get("config/a").getFact().getModRevision()).isEqualTo(revision);
    cluster.kill((survivor + 2) % 3);
    assertRefusedInTime(survivor);
    assertRefusedInTime(survivor);

    GetResponse local = clients[survivor].getLocal("config/a");
    assertThat(local.getFact().getModRevision()).isEqualTo(revision);
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(
                        clients[survivor]
                            .getLocal("config/a")
                            .getHeader()
                            .getLeaderContactAgeMillis())
                    .isGreaterThan(500));
  }

  private void assertRefusedInTime(int node) {
    Duration deadline = Duration.ofSeconds(2);
    long start = System.nanoTime();
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> clients[node].get("config/a", ReadMode.getDefaultInstance(), deadline));
    assertThat(refused).isNotNull();
    assertThat(RawClient.reason(refused)).isEqualTo("NO_QUORUM");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(deadline.plusSeconds(1));
  }

  @Test
  void aLeaderThatIsCutOffDoesNotAnswerWithWhatWasReplaced() throws InterruptedException {
    int old = cluster.awaitLeader(SOON);
    int other = (old + 1) % 3;
    clients[old].put("config/a", "old");
    assertThat(clients[old].get("config/a").hasFact()).isTrue();
    cluster.isolate(old);
    long replaced = putUntilTaken(other, "config/a", "new");
    assertRefusedInTime(old);
    assertThatThrownBy(() -> clients[old].put("config/b", "x", Duration.ofSeconds(1)))
        .isInstanceOf(StatusRuntimeException.class);
    cluster.heal();
    await()
        .atMost(SOON)
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(clients[old].get("config/a").getFact().getModRevision())
                    .isEqualTo(replaced));
  }

  /** Over a new connection: an old one may still be waiting before it tries again. */
  private GetResponse getAgain(int node, String key) {
    try (RawClient client = new RawClient(cluster.endpoints().get(node))) {
      return client.get(key);
    }
  }

  /** Tries until a write is acknowledged; earlier tries may have taken effect as well. */
  private long putUntilTaken(int node, String key, String text) {
    long[] revision = new long[1];
    await()
        .atMost(SOON)
        .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
        .until(
            () -> {
              revision[0] = clients[node].put(key, text, Duration.ofSeconds(2)).getRevision();
              return true;
            });
    return revision[0];
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.jepsen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.stele.client.Keys;
import dev.stele.client.StoreClient;
import dev.stele.client.kind.Claim;
import dev.stele.client.kind.Claim.State;
import dev.stele.client.kind.Pool;
import dev.stele.jepsen.claims.ClaimChecker;
import dev.stele.jepsen.claims.ClaimHistory;
import dev.stele.jepsen.claims.ClaimRow;
import dev.stele.jepsen.claims.Claimers;
import dev.stele.jepsen.claims.Claimers.Taken;
import dev.stele.jepsen.cluster.Launcher;
import dev.stele.jepsen.cluster.Launcher.Finished;
import dev.stele.jepsen.cluster.ProcessCluster;
import dev.stele.jepsen.cluster.ProcessCluster.Node;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A hundred claimers on a thousand claims, while leaders and claimers are killed (G11, G13).
 * Everything is found in the histories of the facts. {@code -Dkills=5} for more kills than a check
 * has time for, {@code -Dseed=N} for what the claimers did in an earlier run.
 */
final class ClaimKillIT {
  private static final int KILLS = Integer.getInteger("kills", 2);
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final int BASE_PORT = 17_900;
  private static final String POOL = "shards";
  private static final int CLAIMS = 1_000;
  private static final int CLIENTS = 20;
  private static final int PER_CLIENT = 5;
  private static final long MAX_PER_OWNER = 15;
  private static final int TAKEN_BETWEEN = 300;
  private static final Duration LONG = Duration.ofMinutes(2);

  @TempDir Path directory;

  /** Everything is looked for in history, however much there is. */
  private final Launcher launcher =
      new Launcher(Path.of("..", "stele").toAbsolutePath())
          .with(Map.of("STELE_COMPACTION_KEEP_REVISIONS", "0"));

  private ProcessCluster cluster;
  private StoreClient store;

  @BeforeEach
  void startThreeNodes() {
    cluster = new ProcessCluster(launcher, directory.resolve("data"), BASE_PORT);
    cluster.start();
    store =
        StoreClient.builder()
            .endpoints(cluster.endpoints())
            .requestTimeout(Duration.ofSeconds(30))
            .build();
  }

  @AfterEach
  void stopThem() {
    store.close();
    cluster.close();
  }

  @Test
  void eachClaimIsOwnedOnceAnEpochAndNeverByTheDead() {
    store
        .claims()
        .define(POOL, new Pool(Pool.Loss.IDLE, 0, MAX_PER_OWNER, new Pool.Listed()))
        .join();
    List<String> items = IntStream.range(0, CLAIMS).mapToObj("%04d"::formatted).toList();
    assertThat(store.claims().add(POOL, items).join()).isEqualTo(CLAIMS);

    try (Claimers claimers = new Claimers(cluster.endpoints(), POOL, PER_CLIENT, SEED)) {
      IntStream.range(0, CLIENTS).forEach(i -> claimers.bear());
      for (int kill = 1; kill <= KILLS; kill++) {
        awaitMore(claimers);
        cluster.kill(leader());
        claimers.replaceOldest();
        awaitMore(claimers);
        cluster.start();
        claimers.replaceOldest();
      }
      awaitMore(claimers);
      await().atMost(LONG).until(claimers::stop);
      awaitNobodyDeadOrDraining();
      check(claimers, items.stream().map(item -> POOL + "/" + item).toList());
    }
    assertAllNodesHoldTheSame();
  }

  private static void awaitMore(Claimers claimers) {
    int before = claimers.taken().size();
    await().atMost(LONG).until(() -> claimers.taken().size() >= before + TAKEN_BETWEEN);
  }

  /** Until little changes by itself: the living only renew, which no history tells. */
  private void awaitNobodyDeadOrDraining() {
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              assertThat(store.leases().list("c", 1_000, "").join().leases())
                  .hasSizeLessThanOrEqualTo(CLIENTS * PER_CLIENT);
              assertThat(store.claims().list(POOL).join())
                  .noneMatch(fact -> fact.body().state() == State.DRAINING);
            });
  }

  private void check(Claimers claimers, List<String> keys) {
    long[] revision = new long[1];
    AtomicReference<ClaimHistory> read = new AtomicReference<>();
    await()
        .atMost(LONG)
        .until(
            () -> {
              revision[0] = revision();
              read.set(ClaimHistory.of(store, keys, new HashSet<>(claimers.leases())));
              return revision() == revision[0];
            });
    ClaimHistory history = read.get();
    ClaimChecker checker = new ClaimChecker(keys, MAX_PER_OWNER);
    List<String> problems = checker.problems(history);
    long held = history.leases().stream().filter(row -> !row.held()).count();
    System.out.printf(
        "seed %d: leader killed %d times, %d claimers, of whom %d died; %d leases, of which %d"
            + " ended; %d claims taken %d times (%d acknowledged), highest epoch %d, %d changes of"
            + " claims until revision %d; %d problems%n",
        SEED,
        KILLS,
        claimers.born(),
        claimers.born() - CLIENTS * PER_CLIENT,
        claimers.leases().size(),
        held,
        CLAIMS,
        checker.taken(),
        claimers.taken().size(),
        history.claims().stream()
            .flatMap(row -> row.claim().stream())
            .mapToLong(Claim::epoch)
            .max()
            .orElse(0),
        history.claims().size(),
        revision[0],
        problems.size());
    assertThat(problems).isEmpty();
    assertAcknowledged(claimers, history);
    assertThat(checker.taken()).isGreaterThanOrEqualTo(claimers.taken().size());
  }

  /** What a claimer was told is what history tells. */
  private static void assertAcknowledged(Claimers claimers, ClaimHistory history) {
    Map<String, ClaimRow> rows = new HashMap<>();
    history.claims().forEach(row -> rows.put(row.key() + "@" + row.revision(), row));
    Set<String> epochs = new HashSet<>();
    for (Taken taken : claimers.taken()) {
      assertThat(epochs.add(taken.key() + "#" + taken.epoch())).as("%s", taken).isTrue();
      ClaimRow row = rows.get(taken.key() + "@" + taken.revision());
      assertThat(row).as("%s", taken).isNotNull();
      assertThat(row.claim()).contains(new Claim(taken.owner(), taken.epoch(), State.OWNED));
      assertThat(row.lease().orElseThrow().token()).isEqualTo(taken.token());
    }
  }

  /** Without a process of its own, which would wait long for its turn beside the claimers. */
  private Node leader() {
    String id = store.cluster().status().join().info().leader();
    return cluster.nodes().stream().filter(node -> node.id().equals(id)).findFirst().orElseThrow();
  }

  private long revision() {
    return store.facts().get(Keys.pool(POOL)).join().info().revision();
  }

  private void assertAllNodesHoldTheSame() {
    Finished compared =
        launcher.run(LONG, "hash", "--endpoints", cluster.endpoints(), "-o", "json");
    assertThat(compared.exitCode()).as(compared.output() + compared.errors()).isZero();
    assertThat(compared.json().get("equal").asBoolean()).isTrue();
  }
}

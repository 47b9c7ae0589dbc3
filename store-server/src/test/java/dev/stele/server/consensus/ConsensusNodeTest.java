// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import static dev.stele.server.consensus.TestNode.now;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.command.Put.Written;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.ReadGate.Admitted;
import dev.stele.server.port.StateStore;
import io.micrometer.core.instrument.search.MeterNotFoundException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.server.RaftServerConfigKeys.Rpc;
import org.apache.ratis.util.TimeDuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes in one process. */
final class ConsensusNodeTest {
  private static final String KEY = "config/colour";

  @TempDir Path directory;

  private final Map<String, List<LogPosition>> commits = new ConcurrentHashMap<>();

  @Test
  void writesAreAppliedAtAllNodesAlike() throws Exception {
    try (TestCluster cluster = new TestCluster.Plan(directory).start()) {
      for (int i = 0; i < 50; i++) {
        cluster.write("config/k" + i, "v" + i);
      }
      cluster.awaitEqualStates();

      States states = States.of(cluster.node("n1").store);
      assertThat(states.rows()).hasSize(50);
      assertThat(states.meta().revision()).isGreaterThanOrEqualTo(50);
      assertThat(states.meta().identity())
          .hasValueSatisfying(it -> assertThat(it.epoch()).isZero());
      assertThat(cluster.up()).allSatisfy(node -> assertThat(node.faults).isEmpty());
    }
  }

  @Test
  void aReadAtEveryNodeSeesWhatWasAcknowledgedBefore() throws Exception {
    try (TestCluster cluster = new TestCluster.Plan(directory).start()) {
      for (int i = 0; i < 10; i++) {
        cluster.write(KEY, "v" + i);
        for (TestNode node : cluster.up()) {
          assertThat(now(node.read(TestNode.PATIENCE))).isInstanceOf(Admitted.class);
          assertThat(node.body(KEY)).contains("v" + i);
        }
      }
    }
  }

  @Test
  void writesResumeAfterTheLeaderIsKilled() throws Exception {
    try (TestCluster cluster = new TestCluster.Plan(directory).start()) {
      cluster.write(KEY, "blue");
      cluster.awaitEqualStates();
      TestNode killed = cluster.leader();
      killed.kill();

      cluster.write(KEY, "green");
      killed.start();

      cluster.awaitEqualStates();
      assertThat(killed.body(KEY)).contains("green");
      assertThat(killed.faults).isEmpty();
    }
  }

  @Test
  void acknowledgedWritesOutliveAllNodes() throws Exception {
    try (TestCluster cluster = new TestCluster.Plan(directory).start()) {
      for (int i = 0; i < 20; i++) {
        cluster.write("config/k" + i, "v" + i);
      }
      List<TestNode> nodes = cluster.up();
      nodes.forEach(TestNode::kill);
      for (TestNode node : nodes) {
        node.start();
      }
      TestNode leader = cluster.leader();

      assertThat(now(leader.read(TestNode.PATIENCE))).isInstanceOf(Admitted.class);
      for (int i = 0; i < 20; i++) {
        assertThat(leader.body("config/k" + i)).contains("v" + i);
      }
    }
  }

  @Test
  void aKilledNodeReplaysFromWhatWasDurable() throws Exception {
    try (TestCluster cluster = watched().start()) {
      cluster.write("config/a", "1");
      cluster.awaitEqualStates();
      TestNode node = follower(cluster);
      node.flush();
      LogPosition durable = node.store.durable();
      cluster.write("config/b", "2");
      cluster.awaitEqualStates();
      node.kill();
      commits.clear();

      node.start();
      cluster.awaitEqualStates();

      assertThat(commits.get(node.id).get(0).index()).isEqualTo(durable.index() + 1);
      assertThat(node.faults).isEmpty();
    }
  }

  @Test
  void aReplaySkipsWhatTheStoreHasApplied() throws Exception {
    try (TestCluster cluster = watched().start()) {
      cluster.write("config/a", "1");
      cluster.awaitEqualStates();
      TestNode node = follower(cluster);
      node.flush();
      cluster.write("config/b", "2");
      cluster.awaitEqualStates();
      LogPosition applied = node.store.applied();
      assertThat(node.store.durable().index()).isLessThan(applied.index());
      node.stop();
      commits.clear();

      node.start();
      cluster.write("config/c", "3");
      cluster.awaitEqualStates();

      assertThat(commits.get(node.id))
          .allSatisfy(at -> assertThat(at.index()).isGreaterThan(applied.index()));
      assertThat(node.faults).isEmpty();
    }
  }

  @Test
  void anAppendedWriteOfADeposedLeaderIsUnknown() throws Exception {
    try (TestCluster cluster = new TestCluster.Plan(directory).start()) {
      cluster.write(KEY, "blue");
      cluster.awaitEqualStates();
      TestNode old = cluster.leader();
      cluster.links.isolate(old.id);

      CompletableFuture<Proposal> lost = old.write(KEY, "lost");
      cluster.write(KEY, "green");
      cluster.links.heal(old.id);

      assertThat(now(lost)).isInstanceOf(Proposal.Unknown.class);
      cluster.awaitEqualStates();
      assertThat(old.body(KEY)).contains("green");
    }
  }

  @Test
  void aWriteAtAFollowerIsNotProposed() throws Exception {
    try (TestCluster cluster = new TestCluster.Plan(directory).start()) {
      cluster.write(KEY, "blue");
      cluster.awaitEqualStates();

      assertThat(now(follower(cluster).write(KEY, "green")))
          .isInstanceOf(Proposal.NotProposed.class);
    }
  }

  @Test
  void nothingIsProposedBeforeTheClusterIsFormed() throws Exception {
    try (TestCluster cluster = new TestCluster.Plan(directory).build()) {
      TestNode alone = cluster.node("n1");
      alone.start();

      assertThat(now(alone.write(KEY, "blue"))).isInstanceOf(Proposal.NotProposed.class);
      assertThat(alone.standing().contactAgeMillis()).isEqualTo(Long.MAX_VALUE);
    }
  }

  @Test
  void aStoppingLeaderHandsOverLongBeforeAnElectionTimeout() throws Exception {
    Duration electionTimeout = Duration.ofSeconds(20);
    TestCluster.Plan plan =
        new TestCluster.Plan(directory)
            .settings(
                it -> it.withElectionTimeouts(electionTimeout, electionTimeout.plusSeconds(5)))
            .properties(
                (id, properties) -> {
                  int first = id.equals("n1") ? 1_500 : 10_000;
                  Rpc.setFirstElectionTimeoutMin(
                      properties, TimeDuration.valueOf(first, TimeUnit.MILLISECONDS));
                  Rpc.setFirstElectionTimeoutMax(
                      properties, TimeDuration.valueOf(first + 100, TimeUnit.MILLISECONDS));
                });
    try (TestCluster cluster = plan.start()) {
      cluster.write(KEY, "blue");
      cluster.awaitEqualStates();
      TestNode old = cluster.leader();
      long startNanos = System.nanoTime();

      old.stop();
      TestNode next = cluster.leader();

      assertThat(Duration.ofNanos(System.nanoTime() - startNanos))
          .isLessThan(electionTimeout.dividedBy(4));
      assertThat(now(next.write(KEY, "green"))).isInstanceOf(Proposal.Decided.class);
      assertThat(next.faults).isEmpty();
    }
  }

  @Test
  void aNodeThatLosesItsLeaderTellsForHowLong() throws Exception {
    try (TestCluster cluster = new TestCluster.Plan(directory).start()) {
      cluster.write(KEY, "blue");
      cluster.awaitEqualStates();
      TestNode follower = follower(cluster);
      assertThat(follower.standing().contactAgeMillis()).isLessThan(5_000);
      cluster.links.isolate(follower.id);

      await().atMost(TestNode.PATIENCE).until(() -> follower.standing().leader().isEmpty());
      long age = follower.standing().contactAgeMillis();
      await()
          .atMost(TestNode.PATIENCE)
          .until(() -> follower.standing().contactAgeMillis() >= age + 1_000);
      assertThat(cluster.leader().standing().contactAgeMillis()).isZero();
    }
  }

  @Test
  void withoutAMajorityReadsAndWritesEndAtTheirDeadlines() throws Exception {
    try (TestCluster cluster = new TestCluster.Plan(directory).start()) {
      cluster.write(KEY, "blue");
      TestNode leader = cluster.leader();
      assertThat(now(leader.read(TestNode.PATIENCE))).isInstanceOf(Admitted.class);
      cluster.up().stream().filter(node -> node != leader).forEach(TestNode::kill);

      assertThat(now(leader.read(Duration.ofMillis(500)))).isNotInstanceOf(Admitted.class);
      assertThat(now(leader.write(KEY, "green"))).isNotInstanceOf(Proposal.Decided.class);
    }
  }

  @Test
  void anEntryThatCannotBeAppliedStopsTheNode() throws Exception {
    List<String> broken = new CopyOnWriteArrayList<>();
    TestCluster.Plan plan =
        new TestCluster.Plan(directory)
            .nodes(1)
            .wrapping(
                (id, store) ->
                    new DelegatingStore(store) {
                      @Override
                      public void commit(LogPosition at, Effects effects) {
                        if (broken.contains(id)) {
                          throw new IllegalStateException("broken on purpose");
                        }
                        super.commit(at, effects);
                      }
                    });
    try (TestCluster cluster = plan.start()) {
      cluster.write(KEY, "blue");
      TestNode node = cluster.leader();
      LogPosition applied = node.store.applied();
      broken.add(node.id);

      Proposal proposal = now(node.write(KEY, "green"));

      assertThat(proposal).isInstanceOf(Proposal.Unknown.class);
      await().atMost(TestNode.PATIENCE).until(() -> !node.faults.isEmpty());
      assertThat(node.faults).hasSize(1);
      assertThat(node.faults.get(0)).contains("could not be applied", "broken on purpose");
      assertThat(node.store.applied()).isEqualTo(applied);
    }
  }

  @Test
  void aLeaderThatIsClosedLeavesNoThreads() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    TestCluster cluster = new TestCluster.Plan(directory).nodes(1).start();
    cluster.write(KEY, "blue");
    TestNode node = cluster.leader();

    node.stop();

    await()
        .atMost(TestNode.PATIENCE)
        .untilAsserted(() -> assertThat(threadsOf(node.id, before)).isEmpty());
  }

  @Test
  void theMetersTellWhereTheNodeStands() throws Exception {
    try (TestCluster cluster = new TestCluster.Plan(directory).start()) {
      cluster.write("config/a", "1");
      cluster.write("desired/b", "2");
      cluster.awaitEqualStates();

      await()
          .atMost(TestNode.PATIENCE)
          // The gauges of kinds and peers come with the first look at them.
          .ignoreExceptionsInstanceOf(MeterNotFoundException.class)
          .untilAsserted(
              () -> {
                // A busy machine may elect another leader meanwhile.
                TestNode leader = cluster.leader();
                TestNode follower = follower(cluster);
                assertThat(gauge(leader, "stele.leader")).isOne();
                assertThat(gauge(follower, "stele.leader")).isZero();
                assertThat(gauge(leader, "stele.term"))
                    .isEqualTo((double) leader.standing().term());
                assertThat(gauge(follower, "stele.revision"))
                    .isEqualTo((double) States.of(follower.store).meta().revision());
                assertThat(gauge(follower, "stele.facts", "kind", "desired")).isOne();
                assertThat(gauge(leader, "stele.raft.lag", "peer", follower.id)).isZero();
              });
      assertThat(cluster.leader().meters.get("stele.apply").timer().count()).isPositive();
    }
  }

  private static double gauge(TestNode node, String name, String... tags) {
    return node.meters.get(name).tags(tags).gauge().value();
  }

  @Test
  void theFirstWriteOfAClusterOfOneIsItsFirstRevision() throws Exception {
    try (TestCluster cluster = new TestCluster.Plan(directory).nodes(1).start()) {
      Proposal.Decided first = cluster.write(KEY, "blue");

      assertThat(first.result()).isEqualTo(new Written(1, 1, 1));
      assertThat(now(cluster.leader().read(TestNode.PATIENCE))).isInstanceOf(Admitted.class);
    }
  }

  /** Threads of the node that were not there before, with what they do. */
  private static Map<String, String> threadsOf(String id, Set<Thread> before) {
    Map<String, String> found = new TreeMap<>();
    Thread.getAllStackTraces()
        .forEach(
            (thread, stack) -> {
              String name = thread.getName();
              boolean isItsOwn =
                  name.contains(id + "@") || name.contains(id + "-") || name.endsWith("-" + id);
              if (isItsOwn && thread.isAlive() && !before.contains(thread)) {
                found.put(name, Arrays.toString(stack));
              }
            });
    return found;
  }

  private TestCluster.Plan watched() {
    return new TestCluster.Plan(directory).wrapping(this::watch);
  }

  private StateStore watch(String id, StateStore store) {
    return new DelegatingStore(store) {
      @Override
      public void commit(LogPosition entry, Effects effects) {
        super.commit(entry, effects);
        commits.computeIfAbsent(id, any -> new CopyOnWriteArrayList<>()).add(entry);
      }
    };
  }

  private static TestNode follower(TestCluster cluster) {
    TestNode leader = cluster.leader();
    return cluster.up().stream().filter(node -> node != leader).findFirst().orElseThrow();
  }
}

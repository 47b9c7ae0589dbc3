// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import static dev.stele.server.consensus.TestNode.now;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.consensus.ratis.RatisReads;
import dev.stele.server.port.Leadership.Role;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.ReadGate.Admission;
import dev.stele.server.port.ReadGate.Admitted;
import dev.stele.server.port.ReadGate.Denied;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys.Read;
import org.apache.ratis.server.RaftServerConfigKeys.Rpc;
import org.apache.ratis.util.TimeDuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A leader that was cut off and does not know it, asked for what was overwritten meanwhile.
 *
 * <p>Luck can't pass it: the first leader is made one that steps down only after a minute, and the
 * test checks that it still believed to lead before and after it was asked. The same steps with
 * Ratis's own linearizable reads in place of the rounds do read the old value.
 */
final class StaleReadTest {
  private static final String KEY = "config/colour";
  private static final Duration READ_DEADLINE = Duration.ofSeconds(1);

  @TempDir Path directory;

  @Test
  void aDeposedLeaderThatDoesNotKnowItDoesNotAnswerALinearizableRead() throws Exception {
    try (TestCluster cluster = clusterThatBelievesLong()) {
      TestNode old = firstLeader(cluster);
      assertThat(now(old.write(KEY, "blue"))).isInstanceOf(Proposal.Decided.class);
      // The read after which Ratis asks nobody any more.
      assertThat(now(old.read(TestNode.PATIENCE))).isInstanceOf(Admitted.class);
      assertThat(old.body(KEY)).contains("blue");

      cluster.links.isolate(old.id);
      cluster.write(KEY, "green");

      assertStillBelieves(old);
      Admission admission = now(old.read(READ_DEADLINE));
      assertStillBelieves(old);
      assertThat(old.body(KEY)).as("what an admitted read would have seen").contains("blue");
      assertThat(admission).isInstanceOf(Denied.class);
    }
  }

  @Test
  void onceItIsBackItReadsTheNewValue() throws Exception {
    try (TestCluster cluster = clusterThatBelievesLong()) {
      TestNode old = firstLeader(cluster);
      assertThat(now(old.write(KEY, "blue"))).isInstanceOf(Proposal.Decided.class);
      cluster.links.isolate(old.id);
      cluster.write(KEY, "green");
      assertStillBelieves(old);

      cluster.links.heal(old.id);

      assertThat(now(old.read(TestNode.PATIENCE))).isInstanceOf(Admitted.class);
      assertThat(old.body(KEY)).contains("green");
    }
  }

  @Test
  void theSameReadThroughRatisItselfAnswersWithTheOldValue() throws Exception {
    try (TestCluster cluster = clusterThatBelievesLong()) {
      TestNode old = firstLeader(cluster);
      assertThat(now(old.write(KEY, "blue"))).isInstanceOf(Proposal.Decided.class);
      assertThat(ratisAdmits(old, 1)).isTrue();
      assertThat(old.body(KEY)).contains("blue");

      cluster.links.isolate(old.id);
      cluster.write(KEY, "green");

      assertStillBelieves(old);
      assertThat(ratisAdmits(old, 2)).as("Ratis lets the stale read through").isTrue();
      assertThat(old.body(KEY)).as("and this is what it reads").contains("blue");
      assertStillBelieves(old);
    }
  }

  private static boolean ratisAdmits(TestNode node, long callId) throws Exception {
    CompletableFuture<Boolean> admitted =
        RatisReads.ask(node.consensus.raft(), callId, READ_DEADLINE.toMillis())
            .handle((reply, e) -> e == null && reply.isSuccess());
    return now(admitted);
  }

  private static void assertStillBelieves(TestNode old) {
    assertThat(old.standing().role()).isEqualTo(Role.LEADER);
    assertThat(old.standing().ready()).isTrue();
  }

  /** n1 becomes the first leader, and steps down without a majority only after a minute. */
  private TestCluster clusterThatBelievesLong() throws Exception {
    return new TestCluster.Plan(directory).properties(StaleReadTest::believeLong).start();
  }

  private static void believeLong(String id, RaftProperties properties) {
    // Only read by Ratis's own reads, which the rounds don't use.
    Read.setOption(properties, Read.Option.LINEARIZABLE);
    RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(properties, millis(60_000));
    if (id.equals("n1")) {
      Rpc.setTimeoutMax(properties, millis(60_000));
      Rpc.setFirstElectionTimeoutMin(properties, millis(100));
      Rpc.setFirstElectionTimeoutMax(properties, millis(200));
    } else {
      Rpc.setFirstElectionTimeoutMin(properties, millis(5_000));
      Rpc.setFirstElectionTimeoutMax(properties, millis(6_000));
    }
  }

  private static TestNode firstLeader(TestCluster cluster) {
    TestNode leader = cluster.leader();
    cluster.write("config/warm", "up");
    // Ratis counts no vote of a node whose log is empty.
    cluster.awaitEqualStates();
    assertThat(leader.id).isEqualTo("n1");
    return leader;
  }

  private static TimeDuration millis(long value) {
    return TimeDuration.valueOf(value, TimeUnit.MILLISECONDS);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import static dev.stele.server.consensus.TestNode.now;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.server.consensus.ratis.DamagedLogException;
import dev.stele.server.consensus.ratis.LogFiles;
import dev.stele.server.port.ReadGate.Admitted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that died while they wrote the last record of their logs. */
final class TornLogTest {
  private static final int WRITES = 20;

  @TempDir Path directory;

  @Test
  void aSingleNodeServesAgain() throws Exception {
    try (TestCluster cluster = new TestCluster.Plan(directory).nodes(1).start()) {
      write(cluster);
      TestNode node = cluster.leader();
      for (int bytes : new int[] {1, 2, 5, 200}) {
        node.kill();
        LogFiles.tear(open(node), bytes);
        node.start();
        assertThat(now(cluster.leader().read(TestNode.PATIENCE))).isInstanceOf(Admitted.class);
        assertWritten(node);
        cluster.write("config/after", "torn " + bytes);
      }
      assertThat(node.body("config/after")).contains("torn 200");
    }
  }

  @Test
  void allNodesServeAgainAndAgree() throws Exception {
    try (TestCluster cluster = new TestCluster.Plan(directory).nodes(3).start()) {
      write(cluster);
      List<TestNode> nodes = cluster.up();
      nodes.forEach(TestNode::kill);
      for (TestNode node : nodes) {
        LogFiles.tear(open(node), 100);
        node.start();
      }
      cluster.write("config/after", "torn");
      cluster.awaitEqualStates();
      for (TestNode node : nodes) {
        assertWritten(node);
        assertThat(node.body("config/after")).contains("torn");
        assertThat(node.faults).isEmpty();
      }
    }
  }

  @Test
  void aFollowerCatchesUpWithWhatTheOthersWroteMeanwhile() throws Exception {
    try (TestCluster cluster = new TestCluster.Plan(directory).nodes(3).start()) {
      write(cluster);
      TestNode follower = follower(cluster);
      follower.kill();
      cluster.write("config/after", "meanwhile");
      LogFiles.tear(open(follower), 100);
      follower.start();
      cluster.awaitEqualStates();
      assertWritten(follower);
      assertThat(follower.body("config/after")).contains("meanwhile");
    }
  }

  /** What of a record was synced nobody knows; whoever leads next must not rely on it. */
  @Test
  void aNodeWhoseOwnLastEntryIsTornFetchesItFromTheNextLeader() throws Exception {
    try (TestCluster cluster = new TestCluster.Plan(directory).nodes(3).start()) {
      write(cluster);
      cluster.awaitEqualStates();
      List<TestNode> nodes = cluster.up();
      nodes.forEach(TestNode::kill);
      TestNode torn = nodes.get(0);
      byte[] log = Files.readAllBytes(open(torn));
      Files.write(
          open(torn), Arrays.copyOf(Arrays.copyOf(log, log.length - 10), log.length + 4096));
      for (TestNode node : nodes) {
        node.start();
      }
      cluster.write("config/after", "torn");
      cluster.awaitEqualStates();
      assertWritten(torn);
    }
  }

  @Test
  void aNodeWhoseLogIsDamagedDoesNotStartAndTheOthersGoOn() throws Exception {
    try (TestCluster cluster = new TestCluster.Plan(directory).nodes(3).start()) {
      write(cluster);
      cluster.awaitEqualStates();
      TestNode follower = follower(cluster);
      follower.kill();
      Path log = open(follower);
      byte[] bytes = Files.readAllBytes(log);
      bytes[bytes.length / 2] ^= 1;
      Files.write(log, bytes);
      assertThatThrownBy(follower::start)
          .isInstanceOf(DamagedLogException.class)
          .hasMessageContaining(log + " at offset ");
      assertThat(Files.readAllBytes(log)).isEqualTo(bytes);
      cluster.write("config/after", "damage");
    }
  }

  private static TestNode follower(TestCluster cluster) {
    TestNode leader = cluster.leader();
    return cluster.up().stream().filter(node -> node != leader).findFirst().orElseThrow();
  }

  private static void write(TestCluster cluster) {
    for (int i = 0; i < WRITES; i++) {
      cluster.write("config/" + i, "written " + i);
    }
  }

  private static void assertWritten(TestNode node) {
    for (int i = 0; i < WRITES; i++) {
      assertThat(node.body("config/" + i)).contains("written " + i);
    }
  }

  private Path open(TestNode node) throws IOException {
    try (Stream<Path> found =
        Files.find(
            directory.resolve(node.id),
            3,
            (path, it) -> path.getFileName().toString().startsWith("log_inprogress_"))) {
      return found.findFirst().orElseThrow();
    }
  }
}

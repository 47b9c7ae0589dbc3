// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import static dev.stele.server.consensus.TestNode.now;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.stele.server.port.LogPosition;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.ReadGate.Admitted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the files of the log. */
final class RaftLogTest {
  private static final int SEGMENT_BYTES = 1 << 20;
  private static final String BODY = "x".repeat(16_000);
  private static final int WRITES_OF_THREE_FILES = 220;

  @TempDir Path directory;

  @Test
  void whatIsDurableIsPurgedInWholeFiles() throws Exception {
    try (TestCluster cluster = smallFiles(3).start()) {
      fill(cluster);
      cluster.awaitEqualStates();
      assertThat(closedFiles("n1")).hasSizeGreaterThan(2);

      cluster.up().forEach(TestNode::flush);

      for (TestNode node : cluster.up()) {
        await()
            .atMost(TestNode.PATIENCE)
            .untilAsserted(() -> assertThat(closedFiles(node.id)).hasSizeLessThan(2));
        assertThat(firstIndexOfLog(node.id)).isLessThan(node.store.durable().index());
      }
      assertRestarts(cluster);
    }
  }

  @Test
  void whatIsNotDurableIsKept() throws Exception {
    try (TestCluster cluster = smallFiles(1).start()) {
      fill(cluster);
      TestNode node = cluster.leader();

      node.consensus.durable(LogPosition.NONE);
      fill(cluster);

      assertThat(firstIndexOfLog(node.id)).isZero();
    }
  }

  @Test
  void nothingIsPurgedThatAStoppedVoterNeeds() throws Exception {
    try (TestCluster cluster = smallFiles(3).start()) {
      cluster.write("config/first", "1");
      cluster.awaitEqualStates();
      TestNode stopped =
          cluster.up().stream().filter(node -> !node.leads()).findFirst().orElseThrow();
      stopped.kill();
      fill(cluster);
      List<TestNode> others = cluster.up();
      for (TestNode node : others) {
        // So that nobody remembers from before how far the stopped one is.
        node.flush();
        node.kill();
        node.start();
      }
      fill(cluster);
      others.forEach(TestNode::flush);

      stopped.start();
      cluster.awaitEqualStates();

      assertThat(stopped.faults).isEmpty();
      assertThat(stopped.body("config/fill")).contains(BODY);
      stopped.flush();
      others.forEach(TestNode::flush);
      await()
          .atMost(TestNode.PATIENCE)
          .untilAsserted(() -> assertThat(closedFiles(others.get(0).id)).hasSizeLessThan(3));
    }
  }

  @Test
  void aLogThatCannotBeWrittenStopsTheNode() throws Exception {
    try (TestCluster cluster = smallFiles(1).start()) {
      cluster.write("config/first", "1");
      TestNode node = cluster.leader();
      for (int index = 1; index <= WRITES_OF_THREE_FILES; index++) {
        // Opening a link that leads nowhere fails as a full or broken disk does.
        Files.createSymbolicLink(
            current(node.id).resolve("log_inprogress_" + index), Path.of("nowhere", "at", "all"));
      }

      fillUntilItStops(node);

      assertThat(node.faults).hasSize(1);
      assertThat(node.faults.get(0)).contains("the Raft log can't be written");
      assertThat(now(node.write("config/after", "1"))).isNotInstanceOf(Proposal.Decided.class);
    }
  }

  @Test
  void aRatisThatClosedItselfStopsTheNode() throws Exception {
    try (TestCluster cluster = smallFiles(1).start()) {
      cluster.write("config/first", "1");
      TestNode node = cluster.leader();
      Files.move(current(node.id), current(node.id).resolveSibling("gone"));

      fillUntilItStops(node);

      assertThat(node.faults).hasSize(1);
      assertThat(node.faults.get(0)).contains("Ratis closed itself");
    }
  }

  private static void fillUntilItStops(TestNode node) throws Exception {
    for (int i = 0; i < WRITES_OF_THREE_FILES && node.faults.isEmpty(); i++) {
      assertThat(now(node.write("config/fill", BODY))).isNotNull();
    }
    await().atMost(TestNode.PATIENCE).until(() -> !node.faults.isEmpty());
  }

  private static void assertRestarts(TestCluster cluster) throws Exception {
    List<TestNode> nodes = cluster.up();
    nodes.forEach(TestNode::kill);
    for (TestNode node : nodes) {
      node.start();
    }
    assertThat(now(cluster.leader().read(TestNode.PATIENCE))).isInstanceOf(Admitted.class);
    assertThat(cluster.leader().body("config/fill")).contains(BODY);
  }

  private static void fill(TestCluster cluster) {
    for (int i = 0; i < WRITES_OF_THREE_FILES; i++) {
      cluster.write("config/fill", BODY);
    }
  }

  private TestCluster.Plan smallFiles(int nodes) {
    return new TestCluster.Plan(directory)
        .nodes(nodes)
        .settings(it -> it.withLog(SEGMENT_BYTES, 0));
  }

  private List<String> closedFiles(String id) {
    return files(id).filter(name -> name.matches("log_\\d+-\\d+")).toList();
  }

  private long firstIndexOfLog(String id) {
    return files(id)
        .filter(name -> name.startsWith("log_"))
        .map(name -> name.replace("log_inprogress_", "").replace("log_", ""))
        .mapToLong(name -> Long.parseLong(name.split("-", -1)[0]))
        .min()
        .orElseThrow();
  }

  private Stream<String> files(String id) {
    try (Stream<Path> files = Files.list(current(id))) {
      return files.map(file -> file.getFileName().toString()).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path current(String id) throws IOException {
    try (Stream<Path> found =
        Files.find(directory.resolve(id), 2, (path, it) -> path.endsWith("current"))) {
      return found.findFirst().orElseThrow();
    }
  }
}

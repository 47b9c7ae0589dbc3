// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.server.port.NodeAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class ConsensusSettingsTest {
  private static final Path DIRECTORY = Path.of("raft");
  private static final ConsensusSettings PLAIN =
      ConsensusSettings.of("stele", "n1", nodes(3), DIRECTORY);

  @Test
  void whatIsAllowedIsKept() {
    assertThat(PLAIN.self().id()).isEqualTo("n1");
    assertThat(ConsensusSettings.of("stele", "n9", nodes(9), DIRECTORY).nodes()).hasSize(9);
    assertThat(
            PLAIN
                .withElectionTimeouts(Duration.ofMillis(50), Duration.ofMinutes(1))
                .withLog(1 << 20, 0)
                .withLog(1 << 30, 0)
                .segmentBytes())
        .isEqualTo(1 << 30);
  }

  @Test
  void electionTimeoutsAreBoundedAndInOrder() {
    refused(
        "electionTimeoutMin",
        () -> PLAIN.withElectionTimeouts(Duration.ofMillis(49), Duration.ofMillis(600)));
    refused(
        "electionTimeoutMax",
        () -> PLAIN.withElectionTimeouts(Duration.ofMillis(50), Duration.ofMillis(60_001)));
    refused(
        "electionTimeoutMax",
        () -> PLAIN.withElectionTimeouts(Duration.ofMillis(300), Duration.ofMillis(300)));
  }

  @Test
  void filesOfTheLogAreNeitherTinyNorHuge() {
    refused("segmentBytes", () -> PLAIN.withLog((1 << 20) - 1, 0));
    refused("segmentBytes", () -> PLAIN.withLog((1L << 30) + 1, 0));
    refused("minFreeBytes", () -> PLAIN.withLog(1 << 20, -1));
  }

  @Test
  void nodesAreOneToNineAndDiffer() {
    refused("nodes", () -> ConsensusSettings.of("stele", "n1", List.of(), DIRECTORY));
    refused("nodes", () -> ConsensusSettings.of("stele", "n1", nodes(10), DIRECTORY));
    refused(
        "nodes",
        () ->
            ConsensusSettings.of(
                "stele", "n1", List.of(node("n1", "h:1"), node("n1", "h:2")), DIRECTORY));
    refused(
        "nodes",
        () ->
            ConsensusSettings.of(
                "stele", "n1", List.of(node("n1", "h:1"), node("n2", "h:1")), DIRECTORY));
    refused("selfId", () -> ConsensusSettings.of("stele", "n4", nodes(3), DIRECTORY));
    refused("clusterName", () -> ConsensusSettings.of(" ", "n1", nodes(3), DIRECTORY));
  }

  @Test
  void aRaftListenerIsHostAndPort() {
    for (String wrong : List.of("host", ":1", "host:", "host:x", "host:0", "host:65536")) {
      refused(
          "nodes",
          () -> ConsensusSettings.of("stele", "n1", List.of(node("n1", wrong)), DIRECTORY));
    }
    assertThat(
            ConsensusSettings.of("stele", "n1", List.of(node("n1", "host:65535")), DIRECTORY)
                .self()
                .raft())
        .isEqualTo("host:65535");
  }

  private static void refused(String setting, ThrowingCallable attempt) {
    assertThatThrownBy(attempt)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(setting + ": ");
  }

  private static List<NodeAddress> nodes(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> node("n" + i, "host:" + i)).toList();
  }

  private static NodeAddress node(String id, String raft) {
    return new NodeAddress(id, "host:1000", raft);
  }
}

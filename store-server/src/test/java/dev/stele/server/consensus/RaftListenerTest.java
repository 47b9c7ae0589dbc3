// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The port on which nodes talk Raft. */
final class RaftListenerTest {
  @TempDir Path directory;

  @Test
  void aTakenPortIsAnErrorAndNotTheEndOfTheProcess() throws Exception {
    try (TestCluster cluster = new TestCluster.Plan(directory).nodes(1).build();
        ServerSocket taken =
            new ServerSocket(raftPort(cluster.node("n1")), 1, InetAddress.getLoopbackAddress())) {
      assertThat(taken.isBound()).isTrue();
      assertThatThrownBy(() -> cluster.node("n1").start())
          .isInstanceOf(IOException.class)
          .hasMessageContaining(cluster.node("n1").settings().self().raft());
    }
  }

  private static int raftPort(TestNode node) {
    return URI.create("raft://" + node.settings().self().raft()).getPort();
  }
}

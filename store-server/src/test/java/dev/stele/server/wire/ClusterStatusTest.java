// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static dev.stele.server.wire.Requests.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.proto.v1.ClusterGrpc;
import dev.stele.proto.v1.NodeStatus;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.StatusRequest;
import dev.stele.proto.v1.StatusResponse;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.NodeAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ClusterStatusTest {
  private static StatusResponse status(TestNode node) {
    return ClusterGrpc.newBlockingStub(node.channel())
        .withDeadlineAfter(5, TimeUnit.SECONDS)
        .status(StatusRequest.getDefaultInstance());
  }

  private static NodeStatus node(StatusResponse response, String id) {
    return response.getNodesList().stream()
        .filter(node -> node.getId().equals(id))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void anyNodeTellsOfAllAndWhoDoesNotAnswer() throws IOException {
    try (TestNode leader = TestNode.formed("n1");
        ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      leader.facts().put(put("desired/a").build());
      leader.standing =
          new Leadership.Standing(Leadership.Role.LEADER, 7, Optional.of("n1"), true, 0, 10);
      NodeAddress mute = new NodeAddress("n3", "127.0.0.1:" + silent.getLocalPort(), "127.0.0.1:9");
      try (TestNode asked = TestNode.formed("n2", leader.address(), mute)) {
        asked.standing = TestNode.following(Optional.of("n1"));
        StatusResponse response = status(asked);
        assertThat(response.getHeader().getMember()).isEqualTo("n2");
        assertThat(response.getNodesCount()).isEqualTo(3);
        assertThat(node(response, "n1").getRole()).isEqualTo(NodeStatus.Role.LEADER);
        assertThat(node(response, "n1").getHealthy()).isTrue();
        assertThat(node(response, "n1").getRevision()).isEqualTo(1);
        assertThat(node(response, "n1").getLagEntries()).as("10 committed, 1 applied").isEqualTo(9);
        assertThat(node(response, "n2").getLagEntries()).isEqualTo(10);
        assertThat(node(response, "n3").getHealthy()).isFalse();
        assertThat(node(response, "n3").getDetail()).contains("did not answer");
        assertThat(node(response, "n3").getPeer()).isEqualTo("127.0.0.1:9");
      }
    }
  }

  /** Found with a leader that was paused for longer than an election takes. */
  @Test
  void aNodeWhoseTermIsOverTellsTheTermAndTheLeaderThatTheOthersKnow() throws IOException {
    try (TestNode leader = TestNode.formed("n1")) {
      leader.standing =
          new Leadership.Standing(Leadership.Role.LEADER, 8, Optional.of("n1"), true, 0, 10);
      try (TestNode asked = TestNode.formed("n2", leader.address())) {
        asked.standing = TestNode.leading("n2");
        StatusResponse response = status(asked);
        assertThat(response.getHeader().getMember()).isEqualTo("n2");
        assertThat(response.getHeader().getTerm()).isEqualTo(8);
        assertThat(response.getHeader().getLeader()).isEqualTo("n1");
        assertThat(response.getHeader().getLeaderEndpoint()).isEqualTo(leader.address().api());
      }
    }
  }

  @Test
  void aLaterTermWhoseLeaderDoesNotAnswerHasNoKnownLeader() throws IOException {
    try (TestNode follower = TestNode.formed("n1")) {
      follower.standing =
          new Leadership.Standing(Leadership.Role.FOLLOWER, 8, Optional.of("n3"), false, 5, 10);
      try (TestNode asked = TestNode.formed("n2", follower.address())) {
        asked.standing = TestNode.leading("n2");
        StatusResponse response = status(asked);
        assertThat(response.getHeader().getTerm()).isEqualTo(8);
        assertThat(response.getHeader().getLeader()).isEmpty();
        assertThat(response.getHeader().getLeaderEndpoint()).isEmpty();
      }
    }
  }

  /**
   * Found after a restart: the channel's pause after a refused connection looked like a dead node.
   */
  @Test
  void aNodeThatCameBackAMomentAgoIsHealthyAtTheNextLook() throws IOException {
    int port = freePort();
    NodeAddress away = new NodeAddress("n1", "127.0.0.1:" + port, "127.0.0.1:9");
    try (TestNode asked = TestNode.formed("n2", away)) {
      assertThat(node(status(asked), "n1").getHealthy()).isFalse();
      asked.nanos.addAndGet(Duration.ofMillis(100).toNanos());
      try (TestNode back = TestNode.formedAt(port, "n1")) {
        assertThat(node(status(asked), back.id).getHealthy()).isTrue();
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void aClusterThatIsNotFormedYetCanBeLookedAt() throws IOException {
    try (TestNode fresh = new TestNode("n1")) {
      fresh.standing =
          new Leadership.Standing(Leadership.Role.NONE, 0, Optional.empty(), false, 0, -1);
      StatusResponse response = status(fresh);
      assertThat(response.getHeader().getClusterId()).isEmpty();
      assertThat(node(response, "n1").getHealthy()).isFalse();
      assertThat(node(response, "n1").getDetail()).isNotEmpty();
    }
  }

  @Test
  void aCallerOfAnotherClusterIsToldSo() throws IOException {
    try (TestNode node = TestNode.formed("n1")) {
      StatusRequest request =
          StatusRequest.newBuilder()
              .setHeader(RequestHeader.newBuilder().setClusterId("other"))
              .build();
      Refused refused =
          Refused.by(() -> ClusterGrpc.newBlockingStub(node.channel()).status(request));
      assertThat(refused.reason()).isEqualTo(Reason.WRONG_EPOCH);
    }
  }
}

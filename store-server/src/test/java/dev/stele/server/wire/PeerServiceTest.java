// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.proto.peer.v1.ConfirmTermRequest;
import dev.stele.proto.peer.v1.ConfirmTermResponse;
import dev.stele.proto.peer.v1.ConfirmedIndexRequest;
import dev.stele.proto.peer.v1.ConfirmedIndexResponse;
import dev.stele.proto.peer.v1.NodeRequest;
import dev.stele.proto.peer.v1.NodeResponse;
import dev.stele.proto.peer.v1.PeerGrpc;
import dev.stele.proto.v1.NodeStatus;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.PeerAnswers;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PeerServiceTest {
  private TestNode node;
  private PeerGrpc.PeerBlockingStub peer;

  @BeforeEach
  void start() throws IOException {
    node = TestNode.formed("n1");
    peer =
        PeerGrpc.newBlockingStub(node.channel())
            .withInterceptors(
                MetadataUtils.newAttachHeadersInterceptor(
                    RawCall.peerHeaders("n2", TestNode.SECRET)));
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private static ConfirmTermRequest.Builder question() {
    return ConfirmTermRequest.newBuilder()
        .setGroupId(TestNode.GROUP)
        .setFrom("n2")
        .setTo("n1")
        .setTerm(7);
  }

  @Test
  void aTermIsConfirmedWithGroupAndMember() {
    ConfirmTermResponse answer = peer.confirmTerm(question().build());
    assertThat(answer.getTerm()).isEqualTo(7);
    assertThat(answer.getGroupId()).isEqualTo(TestNode.GROUP);
    assertThat(answer.getMember()).isEqualTo("n1");
  }

  @Test
  void aQuestionForAnotherGroupIsRefused() {
    Refused refused = Refused.by(() -> peer.confirmTerm(question().setGroupId("other").build()));
    assertThat(refused.reason()).isEqualTo(Reason.INVALID_FIELD);
    assertThat(refused.field()).isEqualTo("group_id");
  }

  @Test
  void aQuestionForAnotherNodeIsRefused() {
    Refused refused = Refused.by(() -> peer.confirmTerm(question().setTo("n3").build()));
    assertThat(refused.reason()).isEqualTo(Reason.INVALID_FIELD);
    assertThat(refused.field()).isEqualTo("to");
  }

  @Test
  void anIndexIsConfirmedOrTheReasonTold() {
    ConfirmedIndexRequest request =
        ConfirmedIndexRequest.newBuilder().setGroupId(TestNode.GROUP).setFrom("n2").build();
    ConfirmedIndexResponse answer = peer.confirmedIndex(request);
    assertThat(answer.getIndex()).isEqualTo(42);
    assertThat(answer.getTerm()).isEqualTo(7);
    node.index = new PeerAnswers.NotConfirmed(Reason.NOT_LEADER, "not any more");
    assertThat(Refused.by(() -> peer.confirmedIndex(request)).reason())
        .isEqualTo(Reason.NOT_LEADER);
  }

  @Test
  void aNodeTellsItsStatus() {
    NodeResponse answer = peer.node(NodeRequest.newBuilder().setGroupId(TestNode.GROUP).build());
    NodeStatus status = answer.getStatus();
    assertThat(status.getId()).isEqualTo("n1");
    assertThat(status.getRole()).isEqualTo(NodeStatus.Role.LEADER);
    assertThat(status.getHealthy()).isTrue();
    assertThat(status.getVersion()).isEqualTo("1.2.3");
    assertThat(status.getTerm()).isEqualTo(7);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static dev.stele.server.wire.Requests.at;
import static dev.stele.server.wire.Requests.delete;
import static dev.stele.server.wire.Requests.get;
import static dev.stele.server.wire.Requests.history;
import static dev.stele.server.wire.Requests.list;
import static dev.stele.server.wire.Requests.put;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.stele.proto.v1.CompactRequest;
import dev.stele.proto.v1.CompactResponse;
import dev.stele.proto.v1.MaintenanceGrpc;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.SessionTag;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.StoreMeta;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compaction on the wire, and what reads say of it. */
final class CompactTest {
  private TestNode node;

  @BeforeEach
  void start() throws IOException {
    node = TestNode.formed("n1");
    for (int i = 1; i <= 5; i++) {
      node.facts().put(put("desired/a").build());
    }
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void theFloorRisesAndNeverGoesBack() {
    assertThat(compact(node, 3).getFloor()).isEqualTo(3);
    assertThat(compact(node, 2).getFloor()).isEqualTo(3);
    CompactResponse last = compact(node, 5);
    assertThat(last.getFloor()).isEqualTo(5);
    assertThat(last.getDuplicate()).isFalse();
    assertThat(last.getHeader().getRevision()).isEqualTo(5);
    assertThat(node.revision()).isEqualTo(5);
  }

  @Test
  void whatIsOutOfRangeIsRefusedWithItsFieldAndChangesNothing() {
    for (long wrong : new long[] {0, 6, -1, Long.MAX_VALUE}) {
      StoreMeta before = node.store.meta();
      Refused refused = Refused.by(() -> compact(node, wrong));
      assertThat(refused.reason()).as("%d", wrong).isEqualTo(Reason.INVALID_FIELD);
      assertThat(refused.field()).isEqualTo("revision");
      assertThat(node.store.meta().floor()).isEqualTo(before.floor());
    }
  }

  @Test
  void aRetryIsAnsweredAsTheFirstTryWas() {
    RequestHeader header =
        RequestHeader.newBuilder()
            .setSession(
                SessionTag.newBuilder()
                    .setId(ByteString.copyFrom(new byte[16]))
                    .setSequence(1)
                    .setAcknowledgedBelow(1))
            .build();
    CompactRequest request = CompactRequest.newBuilder().setHeader(header).setRevision(2).build();
    assertThat(stub(node).compact(request).getDuplicate()).isFalse();
    compact(node, 4);
    CompactResponse again = stub(node).compact(request);
    assertThat(again.getDuplicate()).isTrue();
    assertThat(again.getFloor()).isEqualTo(2);
    Refused other =
        Refused.by(() -> stub(node).compact(request.toBuilder().setRevision(3).build()));
    assertThat(other.reason()).isEqualTo(Reason.SEQUENCE_REUSED);
  }

  @Test
  void anotherNodePassesItOnToTheLeader() throws IOException {
    try (TestNode follower = TestNode.formed("n2", node.address())) {
      follower.standing = TestNode.following(Optional.of("n1"));
      assertThat(compact(follower, 3).getHeader().getMember()).isEqualTo("n1");
      assertThat(node.store.meta().floor()).isEqualTo(3);
    }
  }

  @Test
  void readsAreTheSameReclaimedOrNot() {
    node.facts().put(put("desired/b").build());
    node.facts().delete(delete("desired/b").build());
    node.facts().put(put("desired/a").build());
    compact(node, 7);
    String before = reads();
    assertThat(node.store.reclaim(7, 100)).isFalse();
    assertThat(node.store.reclaimed()).isEqualTo(7);
    assertThat(reads()).isEqualTo(before);
  }

  private String reads() {
    return ""
        + node.facts().get(get("desired/a").setRead(at(7)).build()).getFact()
        + node.facts().get(get("desired/b").setRead(at(7)).build()).hasFact()
        + node.facts().list(list("desired/").setRead(at(7)).build()).getFactsList()
        + node.facts().list(list("desired/").setRead(at(8)).build()).getFactsList()
        + node.facts().history(history("desired/a").build()).getChangesList()
        + node.facts().history(history("desired/b").build()).getChangesList();
  }

  private static CompactResponse compact(TestNode node, long revision) {
    return stub(node).compact(CompactRequest.newBuilder().setRevision(revision).build());
  }

  private static MaintenanceGrpc.MaintenanceBlockingStub stub(TestNode node) {
    return MaintenanceGrpc.newBlockingStub(node.channel());
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static dev.stele.server.wire.ExchangeCall.get;
import static dev.stele.server.wire.ExchangeCall.put;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.stele.proto.v1.CallBatch;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.ResponseHeader;
import dev.stele.proto.v1.SessionTag;
import dev.stele.server.core.model.Reason;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls of a stream at a node that does not lead. */
final class PipelineForwardTest {
  private static final RequestHeader CLUSTER =
      RequestHeader.newBuilder()
          .setClusterId(TestNode.CLUSTER.clusterId())
          .setEpoch(TestNode.CLUSTER.epoch())
          .build();

  private TestNode leader;
  private TestNode follower;
  private ExchangeCall stream;

  @BeforeEach
  void start() throws IOException {
    leader = TestNode.formed("n1");
    follower = TestNode.formed("n2", leader.address());
    follower.standing = TestNode.following(Optional.of("n1"));
    stream = ExchangeCall.open(follower.channel());
  }

  @AfterEach
  void stop() {
    stream.close();
    follower.close();
    leader.close();
  }

  private static RequestHeader tagged(long sequence) {
    return RequestHeader.newBuilder()
        .setSession(
            SessionTag.newBuilder()
                .setId(ByteString.copyFrom(new byte[16]))
                .setSequence(sequence)
                .setAcknowledgedBelow(1))
        .build();
  }

  @Test
  void aWriteIsAnsweredByTheLeaderInItsOwnWords() {
    ResponseHeader alone = leader.facts().put(Requests.put("desired/a").build()).getHeader();
    stream.send(put(1, Requests.put("desired/b")));
    ExchangeCall.Told told = stream.next();
    assertThat(told.answer().getPut().getRevision()).isEqualTo(2);
    ResponseHeader header = told.header();
    assertThat(header.getRevision()).isEqualTo(2);
    assertThat(header.toBuilder().clearRevision().clearStoreTimeMillis().build())
        .isEqualTo(alone.toBuilder().clearRevision().clearStoreTimeMillis().build());
    assertThat(follower.revision()).isZero();
  }

  @Test
  void aReadBesideItKeepsThisNodesHeader() {
    stream.send(
        put(1, Requests.put("desired/a")),
        get(2, Requests.get("lease/a").setRead(Requests.local())));
    for (int i = 0; i < 2; i++) {
      ExchangeCall.Told told = stream.next();
      boolean isRead = told.id() == 2;
      assertThat(told.header().getMember()).isEqualTo(isRead ? "n2" : "n1");
      assertThat(told.header().getLeaderContactAgeMillis()).isEqualTo(isRead ? 20 : 0);
      assertThat(told.header().getRevision()).isEqualTo(isRead ? 0 : 1);
    }
  }

  @Test
  void whatIsPassedOnHasTheMergedHeader() {
    stream.send(
        CallBatch.newBuilder()
            .setHeader(CLUSTER)
            .addCalls(put(1, Requests.put("desired/a").setHeader(tagged(1)))));
    assertThat(stream.next().answer().getPut().getDuplicate()).isFalse();
    stream.send(
        CallBatch.newBuilder()
            .setHeader(CLUSTER.toBuilder().mergeFrom(tagged(1)))
            .addCalls(put(2, Requests.put("desired/a"))));
    assertThat(stream.next().answer().getPut().getDuplicate())
        .as("the batch's session went along")
        .isTrue();
    assertThat(leader.revision()).isEqualTo(1);
  }

  @Test
  void aRefusalIsTheLeadersToTheLetter() {
    leader.facts().put(Requests.put("desired/a").build());
    Refused there =
        Refused.by(() -> leader.facts().put(Requests.put("desired/a").setIfAbsent(true).build()));
    stream.send(put(1, Requests.put("desired/a").setIfAbsent(true)));
    Refused here = stream.next().refusal();
    assertThat(here.details()).isEqualTo(there.details());
    assertThat(here.reason()).isEqualTo(Reason.ALREADY_EXISTS);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static dev.stele.server.wire.Requests.delete;
import static dev.stele.server.wire.Requests.get;
import static dev.stele.server.wire.Requests.list;
import static dev.stele.server.wire.Requests.put;
import static dev.stele.server.wire.Requests.putStep;
import static dev.stele.server.wire.Requests.then;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.stele.proto.v1.ClusterGrpc;
import dev.stele.proto.v1.DeleteResponse;
import dev.stele.proto.v1.HashRequest;
import dev.stele.proto.v1.HashResponse;
import dev.stele.proto.v1.HelloRequest;
import dev.stele.proto.v1.PutResponse;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.SessionTag;
import dev.stele.proto.v1.TxnResponse;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Reason;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A write's session on the wire. */
final class SessionsTest {
  private static final ByteString ID = ByteString.copyFrom(new byte[16]);

  private TestNode node;

  @BeforeEach
  void start() throws IOException {
    node = TestNode.formed("n1");
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void eachKindOfWriteSaysWhetherItsAnswerIsARepeatedOne() {
    PutResponse put = node.facts().put(put("desired/a").setHeader(tagged(1)).build());
    PutResponse putAgain = node.facts().put(put("desired/a").setHeader(tagged(1)).build());
    assertThat(put.getDuplicate()).isFalse();
    assertThat(putAgain.getDuplicate()).isTrue();
    assertThat(putAgain.getRevision()).isEqualTo(put.getRevision());

    DeleteResponse deleted = node.facts().delete(delete("desired/a").setHeader(tagged(2)).build());
    DeleteResponse deletedAgain =
        node.facts().delete(delete("desired/a").setHeader(tagged(2)).build());
    assertThat(deletedAgain.getDeleted()).isEqualTo(deleted.getDeleted()).isEqualTo(1);
    assertThat(deletedAgain.getDuplicate()).isTrue();

    TxnResponse ran = node.facts().txn(then(putStep("desired/a")).setHeader(tagged(3)).build());
    TxnResponse ranAgain =
        node.facts().txn(then(putStep("desired/a")).setHeader(tagged(3)).build());
    assertThat(ranAgain.getRevision()).isEqualTo(ran.getRevision()).isEqualTo(node.revision());
    assertThat(ranAgain.getDuplicate()).isTrue();
  }

  @Test
  void theRulesOfSessionsHaveTheirReasons() {
    node.facts().put(put("desired/a").setHeader(tagged(1)).build());
    node.facts().put(put("desired/a").setHeader(header(tag(2).setAcknowledgedBelow(2))).build());
    long before = node.revision();
    assertRefused(tagged(1), Reason.SEQUENCE_TOO_OLD, "header.session.sequence");
    assertRefused(tagged(2), Reason.SEQUENCE_REUSED, "header.session.sequence");
    assertRefused(tagged(2 + Limits.SESSION_WINDOW), Reason.WINDOW_FULL, "header.session.sequence");
    assertThat(node.revision()).isEqualTo(before);
  }

  private void assertRefused(RequestHeader header, Reason reason, String field) {
    Refused refused =
        Refused.by(() -> node.facts().put(put("desired/other").setHeader(header).build()));
    assertThat(refused.reason()).isEqualTo(reason);
    assertThat(refused.field()).isEqualTo(field);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongTags")
  void aWrongTagIsRefusedWithItsField(String what, SessionTag tag, String field) {
    long before = node.revision();
    RequestHeader header = RequestHeader.newBuilder().setSession(tag).build();
    Refused refused =
        Refused.by(() -> node.facts().put(put("desired/a").setHeader(header).build()));
    assertThat(refused.reason()).as(what).isEqualTo(Reason.INVALID_FIELD);
    assertThat(refused.field()).isEqualTo("header.session" + field);
    assertThat(node.revision()).isEqualTo(before);
  }

  static Stream<Arguments> wrongTags() {
    return Stream.of(
        Arguments.of("no id", tag(1).clearId().build(), ".id"),
        Arguments.of("a short id", tag(1).setId(ID.substring(1)).build(), ".id"),
        Arguments.of(
            "a long id", tag(1).setId(ID.concat(ByteString.copyFromUtf8("x"))).build(), ".id"),
        Arguments.of("no sequence", tag(0).build(), ".sequence"),
        Arguments.of("a negative sequence", tag(-1).build(), ".sequence"),
        Arguments.of("no mark", tag(1).setAcknowledgedBelow(0).build(), ".acknowledged_below"),
        Arguments.of(
            "a mark above the sequence",
            tag(1).setAcknowledgedBelow(2).build(),
            ".acknowledged_below"),
        Arguments.of(
            "a negative time", tag(1).setStoreTimeMillis(-1).build(), ".store_time_millis"),
        Arguments.of(
            "a time to come", tag(1).setStoreTimeMillis(1_000_000).build(), ".store_time_millis"));
  }

  @Test
  void aReadHasNoSession() {
    assertThat(
            Refused.by(() -> node.facts().get(get("desired/a").setHeader(tagged(1)).build()))
                .field())
        .isEqualTo("header.session");
    assertThat(
            Refused.by(() -> node.facts().list(list("desired/").setHeader(tagged(1)).build()))
                .field())
        .isEqualTo("header.session");
    assertThat(
            Refused.by(
                    () ->
                        ClusterGrpc.newBlockingStub(node.channel())
                            .hello(HelloRequest.newBuilder().setHeader(tagged(1)).build()))
                .field())
        .isEqualTo("header.session");
  }

  @Test
  void helloTellsTheStoreTimeThatAFirstWriteNeeds() {
    node.facts().put(put("desired/a").build());
    long told =
        ClusterGrpc.newBlockingStub(node.channel())
            .hello(HelloRequest.getDefaultInstance())
            .getHeader()
            .getStoreTimeMillis();
    assertThat(told).isPositive();
    SessionTag tag = tag(1).setStoreTimeMillis(told).build();
    node.facts().put(put("desired/a").setHeader(header(tag.toBuilder())).build());
    assertThat(node.revision()).isEqualTo(2);
  }

  @Test
  void aNodeByItselfIsEqualToItself() {
    node.facts().put(put("desired/a").build());
    HashResponse response =
        ClusterGrpc.newBlockingStub(node.channel()).hash(HashRequest.getDefaultInstance());
    assertThat(response.getEqual()).isTrue();
    assertThat(response.getNodesList())
        .singleElement()
        .satisfies(
            hash -> {
              assertThat(hash.hasHash()).isTrue();
              assertThat(hash.getRevision()).isEqualTo(1);
              assertThat(hash.getAppliedIndex()).isEqualTo(response.getAppliedIndex());
            });
  }

  private static SessionTag.Builder tag(long sequence) {
    return SessionTag.newBuilder().setId(ID).setSequence(sequence).setAcknowledgedBelow(1);
  }

  private static RequestHeader tagged(long sequence) {
    return header(tag(sequence));
  }

  private static RequestHeader header(SessionTag.Builder tag) {
    return RequestHeader.newBuilder().setSession(tag).build();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.stele.proto.v1.AnswerBatch;
import dev.stele.proto.v1.Fact;
import dev.stele.proto.v1.GetResponse;
import dev.stele.proto.v1.PipelineAnswer;
import dev.stele.proto.v1.PutResponse;
import dev.stele.proto.v1.ResponseHeader;
import dev.stele.server.core.model.Bytes;
import org.junit.jupiter.api.Test;

/** Which answers may share a header, and how many go together. */
final class ParcelTest {
  private static final ResponseHeader FIRST = header(1);
  private static final ResponseHeader SECOND = header(2);

  private final Parcel parcel = new Parcel();

  private record One(long id, Outcome outcome) implements Parcel.Answered {}

  private static ResponseHeader header(long revision) {
    return ResponseHeader.newBuilder().setMember("n1").setRevision(revision).build();
  }

  private static Parcel.Answered write(long id, ResponseHeader header) {
    Message bare = PutResponse.newBuilder().setRevision(id).build();
    return new One(id, new Outcome.Given(PipelineAnswer.PUT_FIELD_NUMBER, bare, header, false));
  }

  private static Parcel.Answered read(long id, ResponseHeader header) {
    return read(id, header, GetResponse.getDefaultInstance());
  }

  private static Parcel.Answered read(long id, ResponseHeader header, GetResponse bare) {
    return new One(id, new Outcome.Given(PipelineAnswer.GET_FIELD_NUMBER, bare, header, true));
  }

  private static Parcel.Answered passed(long id) {
    byte[] response = PutResponse.newBuilder().setHeader(SECOND).build().toByteArray();
    return new One(id, new Outcome.Passed(PipelineAnswer.PUT_FIELD_NUMBER, Bytes.wrap(response)));
  }

  private static Parcel.Answered refused(long id) {
    return new One(id, new Outcome.Refused(com.google.rpc.Status.getDefaultInstance()));
  }

  private AnswerBatch sent() {
    try {
      return AnswerBatch.parseFrom(parcel.encoded().unsafeArray());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theMessageIsWhatWasPutIn() {
    assertThat(parcel.add(write(Long.MAX_VALUE, FIRST))).isTrue();
    assertThat(parcel.add(refused(2))).isTrue();
    assertThat(parcel.add(read(3, FIRST))).isTrue();
    assertThat(sent())
        .isEqualTo(
            AnswerBatch.newBuilder()
                .setHeader(FIRST)
                .addAnswers(
                    PipelineAnswer.newBuilder()
                        .setId(Long.MAX_VALUE)
                        .setPut(PutResponse.newBuilder().setRevision(Long.MAX_VALUE)))
                .addAnswers(
                    PipelineAnswer.newBuilder()
                        .setId(2)
                        .setRefused(com.google.rpc.Status.getDefaultInstance()))
                .addAnswers(
                    PipelineAnswer.newBuilder().setId(3).setGet(GetResponse.getDefaultInstance()))
                .build());
  }

  @Test
  void writesShareTheHeaderOfTheLastOfThem() {
    assertThat(parcel.add(write(1, FIRST))).isTrue();
    assertThat(parcel.add(write(2, SECOND))).isTrue();
    assertThat(parcel.add(write(3, FIRST))).isTrue();
    assertThat(sent().getHeader()).isEqualTo(SECOND);
  }

  @Test
  void aReadsHeaderIsNoOtherThanItsOwn() {
    assertThat(parcel.add(read(1, FIRST))).isTrue();
    assertThat(parcel.add(read(2, SECOND))).isFalse();
    assertThat(parcel.add(read(3, header(1)))).isTrue();
    assertThat(sent().getHeader()).isEqualTo(FIRST);
    assertThat(sent().getAnswersCount()).isEqualTo(2);
  }

  @Test
  void aWriteGoesWithAReadThatIsNotBehindIt() {
    assertThat(parcel.add(read(1, FIRST))).isTrue();
    assertThat(parcel.add(write(2, FIRST))).isTrue();
    assertThat(parcel.add(write(3, SECOND))).isFalse();
    assertThat(sent().getHeader()).isEqualTo(FIRST);
  }

  @Test
  void aReadGoesWithWritesThatAreNotBeyondIt() {
    assertThat(parcel.add(write(1, FIRST))).isTrue();
    assertThat(parcel.add(read(2, SECOND))).isTrue();
    assertThat(parcel.add(write(3, FIRST))).isTrue();
    assertThat(parcel.add(read(4, FIRST))).isFalse();
    assertThat(sent().getHeader()).isEqualTo(SECOND);
  }

  @Test
  void aReadOfARevisionBeforeTheWritesGoesAlone() {
    assertThat(parcel.add(write(1, SECOND))).isTrue();
    assertThat(parcel.add(read(2, FIRST))).isFalse();
    assertThat(sent().getHeader()).isEqualTo(SECOND);
  }

  @Test
  void anotherNodesAnswersGoUnderNoHeaderOfOurs() {
    assertThat(parcel.add(refused(1))).isTrue();
    assertThat(parcel.add(passed(2))).isTrue();
    assertThat(parcel.add(write(3, FIRST))).isFalse();
    assertThat(parcel.add(passed(4))).isTrue();
    AnswerBatch sent = sent();
    assertThat(sent.hasHeader()).isFalse();
    assertThat(sent.getAnswers(1).getPut().getHeader()).isEqualTo(SECOND);
    assertThat(sent.getAnswersCount()).isEqualTo(3);
  }

  @Test
  void ourAnswersTakeNoneOfAnotherNode() {
    assertThat(parcel.add(write(1, FIRST))).isTrue();
    assertThat(parcel.add(passed(2))).isFalse();
  }

  @Test
  void soManyAnswersGoTogetherAndNotOneMore() {
    for (int id = 1; id <= Parcel.MAX_ANSWERS; id++) {
      assertThat(parcel.add(write(id, FIRST))).isTrue();
    }
    assertThat(parcel.add(write(5_000, FIRST))).isFalse();
    assertThat(sent().getAnswersCount()).isEqualTo(Parcel.MAX_ANSWERS);
  }

  @Test
  void soManyBytesGoTogetherAndALongerOneGoesAlone() {
    GetResponse half = sized(Parcel.MAX_BYTES / 2 - 100);
    assertThat(parcel.add(read(1, FIRST, half))).isTrue();
    assertThat(parcel.add(read(2, FIRST, half))).isTrue();
    assertThat(parcel.add(read(3, FIRST, sized(300)))).isFalse();
    assertThat(parcel.encoded().length()).isLessThanOrEqualTo(Parcel.MAX_BYTES);
    Parcel alone = new Parcel();
    assertThat(alone.add(read(1, FIRST, sized(2 * Parcel.MAX_BYTES)))).isTrue();
    assertThat(alone.add(refused(2))).isFalse();
  }

  private static GetResponse sized(int bytes) {
    return GetResponse.newBuilder()
        .setFact(Fact.newBuilder().setBody(ByteString.copyFrom(new byte[bytes])))
        .build();
  }
}

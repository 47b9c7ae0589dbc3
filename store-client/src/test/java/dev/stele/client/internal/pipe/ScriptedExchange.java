// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.pipe;

import dev.stele.proto.v1.AnswerBatch;
import dev.stele.proto.v1.CallBatch;
import dev.stele.proto.v1.PipelineAnswer;
import dev.stele.proto.v1.PipelineCall;
import dev.stele.proto.v1.PutResponse;
import dev.stele.proto.v1.ResponseHeader;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A stream whose other end, and whose readiness, are the test's. */
class ScriptedExchange extends ClientCall<CallBatch, AnswerBatch> {
  final List<CallBatch> sent = new ArrayList<>();
  boolean ready = true;
  private @Nullable Listener<AnswerBatch> listener;

  @Override
  public void start(Listener<AnswerBatch> answers, Metadata headers) {
    listener = answers;
  }

  @Override
  public boolean isReady() {
    return ready;
  }

  @Override
  public void sendMessage(CallBatch batch) {
    sent.add(batch);
  }

  @Override
  public void request(int count) {
    // The test answers when it likes.
  }

  @Override
  public void cancel(@Nullable String reason, @Nullable Throwable cause) {
    throw new IllegalStateException("a stream is not given up");
  }

  @Override
  public void halfClose() {
    throw new IllegalStateException("a stream stays open");
  }

  void becomesReady() {
    ready = true;
    listener().onReady();
  }

  void answers(ResponseHeader shared, PipelineAnswer... answers) {
    listener()
        .onMessage(
            AnswerBatch.newBuilder().setHeader(shared).addAllAnswers(List.of(answers)).build());
  }

  /** Answers all calls of a message with one. */
  void answers(CallBatch batch) {
    AnswerBatch.Builder answers = AnswerBatch.newBuilder();
    for (PipelineCall call : batch.getCallsList()) {
      answers.addAnswers(put(call.getId(), PutResponse.getDefaultInstance()));
    }
    listener().onMessage(answers.build());
  }

  static PipelineAnswer put(long id, PutResponse response) {
    return PipelineAnswer.newBuilder().setId(id).setPut(response).build();
  }

  void ends(Status status) {
    ready = false;
    listener().onClose(status, new Metadata());
  }

  CallBatch last() {
    return sent.get(sent.size() - 1);
  }

  private Listener<AnswerBatch> listener() {
    return Objects.requireNonNull(listener, "not started");
  }
}

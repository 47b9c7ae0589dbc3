// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import com.google.protobuf.MessageLite;
import dev.stele.proto.v1.AnswerBatch;
import dev.stele.proto.v1.CallBatch;
import dev.stele.proto.v1.DeleteResponse;
import dev.stele.proto.v1.FactsGrpc;
import dev.stele.proto.v1.GetResponse;
import dev.stele.proto.v1.PipelineAnswer;
import dev.stele.proto.v1.PipelineCall;
import dev.stele.proto.v1.PipelineGrpc;
import dev.stele.proto.v1.PutResponse;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.ResponseHeader;
import dev.stele.proto.v1.TxnResponse;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * Serves the calls of a stream as the unary methods are served: each request is given the header of
 * its batch, and of the header of each answer a part is said for all.
 */
final class FakePipeline extends PipelineGrpc.PipelineImplBase {
  private final FactsGrpc.FactsImplBase facts;
  final List<CallBatch> received = new CopyOnWriteArrayList<>();
  final List<Stream> streams = new CopyOnWriteArrayList<>();

  FakePipeline(FactsGrpc.FactsImplBase facts) {
    this.facts = facts;
  }

  @Override
  public StreamObserver<CallBatch> exchange(StreamObserver<AnswerBatch> answers) {
    Stream stream = new Stream(answers);
    streams.add(stream);
    return stream;
  }

  /** Puts an answer under a header of its own into the message. */
  private interface Envelope<A> {
    void fill(PipelineAnswer.Builder message, A answer, ResponseHeader own);
  }

  static RequestHeader under(CallBatch batch, RequestHeader own) {
    return batch.getHeader().toBuilder().mergeFrom(own).build();
  }

  /** One client's. */
  final class Stream implements StreamObserver<CallBatch> {
    private final StreamObserver<AnswerBatch> answers;

    private Stream(StreamObserver<AnswerBatch> answers) {
      this.answers = answers;
    }

    /** Ends it, whatever is under way. */
    void ends(StatusRuntimeException status) {
      answers.onError(status);
    }

    @Override
    public void onNext(CallBatch batch) {
      received.add(batch);
      for (PipelineCall call : batch.getCallsList()) {
        serve(batch, call);
      }
    }

    private void serve(CallBatch batch, PipelineCall call) {
      switch (call.getRequestCase()) {
        case PUT ->
            facts.put(
                call.getPut().toBuilder()
                    .setHeader(under(batch, call.getPut().getHeader()))
                    .build(),
                new Single<PutResponse>(
                    call.getId(),
                    PutResponse::getHeader,
                    (to, answer, own) -> to.setPut(answer.toBuilder().setHeader(own))));
        case DELETE ->
            facts.delete(
                call.getDelete().toBuilder()
                    .setHeader(under(batch, call.getDelete().getHeader()))
                    .build(),
                new Single<DeleteResponse>(
                    call.getId(),
                    DeleteResponse::getHeader,
                    (to, answer, own) -> to.setDelete(answer.toBuilder().setHeader(own))));
        case TXN ->
            facts.txn(
                call.getTxn().toBuilder()
                    .setHeader(under(batch, call.getTxn().getHeader()))
                    .build(),
                new Single<TxnResponse>(
                    call.getId(),
                    TxnResponse::getHeader,
                    (to, answer, own) -> to.setTxn(answer.toBuilder().setHeader(own))));
        case GET ->
            facts.get(
                call.getGet().toBuilder()
                    .setHeader(under(batch, call.getGet().getHeader()))
                    .build(),
                new Single<GetResponse>(
                    call.getId(),
                    GetResponse::getHeader,
                    (to, answer, own) -> to.setGet(answer.toBuilder().setHeader(own))));
        case REQUEST_NOT_SET -> throw new IllegalArgumentException("a call without a request");
      }
    }

    @Override
    public void onError(Throwable reset) {
      // The client is gone.
    }

    @Override
    public void onCompleted() {
      answers.onCompleted();
    }

    private void send(ResponseHeader header, PipelineAnswer.Builder answer) {
      synchronized (this) {
        answers.onNext(AnswerBatch.newBuilder().setHeader(header).addAnswers(answer).build());
      }
    }

    /** The answer to one call. */
    private final class Single<A extends MessageLite> implements StreamObserver<A> {
      private final long id;
      private final Function<A, ResponseHeader> header;
      private final Envelope<A> envelope;

      private Single(long id, Function<A, ResponseHeader> header, Envelope<A> envelope) {
        this.id = id;
        this.header = header;
        this.envelope = envelope;
      }

      @Override
      public void onNext(A answer) {
        PipelineAnswer.Builder message = PipelineAnswer.newBuilder().setId(id);
        ResponseHeader whole = header.apply(answer);
        ResponseHeader own =
            ResponseHeader.newBuilder()
                .setRevision(whole.getRevision())
                .setStoreTimeMillis(whole.getStoreTimeMillis())
                .build();
        envelope.fill(message, answer, own);
        send(whole.toBuilder().clearRevision().clearStoreTimeMillis().build(), message);
      }

      @Override
      public void onError(Throwable error) {
        send(
            ResponseHeader.getDefaultInstance(),
            PipelineAnswer.newBuilder().setId(id).setRefused(StatusProto.fromThrowable(error)));
      }

      @Override
      public void onCompleted() {
        // The answer has said it all.
      }
    }
  }
}

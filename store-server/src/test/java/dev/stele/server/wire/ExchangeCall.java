// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.proto.v1.AnswerBatch;
import dev.stele.proto.v1.CallBatch;
import dev.stele.proto.v1.DeleteRequest;
import dev.stele.proto.v1.GetRequest;
import dev.stele.proto.v1.PipelineAnswer;
import dev.stele.proto.v1.PipelineCall;
import dev.stele.proto.v1.PipelineGrpc;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.ResponseHeader;
import dev.stele.proto.v1.TxnRequest;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One stream of many calls, as a client of the generated stub has it. */
final class ExchangeCall implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;

  private final BlockingQueue<AnswerBatch> batches = new LinkedBlockingQueue<>();
  private final BlockingQueue<Told> answers = new LinkedBlockingQueue<>();
  private final CompletableFuture<End> end = new CompletableFuture<>();
  private final boolean reads;
  private ClientCallStreamObserver<CallBatch> requests;

  /** How the stream ended. */
  record End(Status status, Metadata trailers) {
    Refused refusal() {
      return Refused.of(status, trailers).orElseThrow();
    }
  }

  /** An answer with the header of its batch. */
  record Told(ResponseHeader shared, PipelineAnswer answer) {
    long id() {
      return answer.getId();
    }

    /** What its caller is to make of both headers. */
    ResponseHeader header() {
      ResponseHeader own =
          switch (answer.getOutcomeCase()) {
            case PUT -> answer.getPut().getHeader();
            case DELETE -> answer.getDelete().getHeader();
            case TXN -> answer.getTxn().getHeader();
            case GET -> answer.getGet().getHeader();
            default -> throw new AssertionError("no header in " + answer);
          };
      return shared.toBuilder().mergeFrom(own).build();
    }

    Refused refusal() {
      assertThat(answer.getOutcomeCase()).isEqualTo(PipelineAnswer.OutcomeCase.REFUSED);
      com.google.rpc.Status status = answer.getRefused();
      Metadata trailers = new Metadata();
      trailers.put(dev.stele.server.wire.error.Statuses.DETAILS, status);
      return Refused.of(Status.fromCodeValue(status.getCode()), trailers).orElseThrow();
    }
  }

  private ExchangeCall(boolean reads) {
    this.reads = reads;
  }

  /** A stream whose answers are read as they come. */
  static ExchangeCall open(Channel channel) {
    return open(channel, true);
  }

  /** A stream of which nothing is read until {@link #readAll}. */
  static ExchangeCall openUnread(Channel channel) {
    return open(channel, false);
  }

  private static ExchangeCall open(Channel channel, boolean reads) {
    ExchangeCall call = new ExchangeCall(reads);
    PipelineGrpc.newStub(channel).exchange(call.new Answers());
    return call;
  }

  static PipelineCall.Builder call(long id) {
    return PipelineCall.newBuilder().setId(id);
  }

  static PipelineCall put(long id, PutRequest.Builder request) {
    return call(id).setPut(request).build();
  }

  static PipelineCall delete(long id, DeleteRequest.Builder request) {
    return call(id).setDelete(request).build();
  }

  static PipelineCall txn(long id, TxnRequest.Builder request) {
    return call(id).setTxn(request).build();
  }

  static PipelineCall get(long id, GetRequest.Builder request) {
    return call(id).setGet(request).build();
  }

  ExchangeCall send(PipelineCall... calls) {
    return send(CallBatch.newBuilder().addAllCalls(List.of(calls)));
  }

  ExchangeCall send(CallBatch.Builder batch) {
    requests.onNext(batch.build());
    return this;
  }

  ExchangeCall cancel(long... ids) {
    CallBatch.Builder batch = CallBatch.newBuilder();
    for (long id : ids) {
      batch.addCancelled(id);
    }
    return send(batch);
  }

  /** Lets all answers come. */
  void readAll() {
    requests.request(Integer.MAX_VALUE);
  }

  /** Whether what is sent now goes out soon. */
  boolean isReady() {
    return requests.isReady();
  }

  /** The client has no more calls. */
  void finish() {
    requests.onCompleted();
  }

  /** The next answer. */
  Told next() {
    try {
      Told told = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(told).as("an answer in time; the stream ended: %s", end.getNow(null)).isNotNull();
      return told;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The answer that is there already. */
  Optional<Told> poll() {
    return Optional.ofNullable(answers.poll());
  }

  /** Messages that came. */
  List<AnswerBatch> batches() {
    return List.copyOf(batches);
  }

  boolean isOver() {
    return end.isDone();
  }

  /** How the stream ended. */
  End end() {
    return end.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    requests.cancel("the test is over", null);
  }

  private final class Answers implements ClientResponseObserver<CallBatch, AnswerBatch> {
    @Override
    public void beforeStart(ClientCallStreamObserver<CallBatch> stream) {
      requests = stream;
      if (!reads) {
        stream.disableAutoRequestWithInitial(0);
      }
    }

    @Override
    public void onNext(AnswerBatch batch) {
      batches.add(batch);
      batch.getAnswersList().forEach(answer -> answers.add(new Told(batch.getHeader(), answer)));
    }

    @Override
    public void onError(Throwable thrown) {
      Metadata trailers =
          thrown instanceof StatusRuntimeException failed && failed.getTrailers() != null
              ? failed.getTrailers()
              : new Metadata();
      end.complete(new End(Status.fromThrowable(thrown), trailers));
    }

    @Override
    public void onCompleted() {
      end.complete(new End(Status.OK, new Metadata()));
    }
  }
}

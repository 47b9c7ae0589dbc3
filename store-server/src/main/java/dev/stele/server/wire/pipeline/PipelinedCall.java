// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.pipeline;

import com.google.protobuf.Message;
import dev.stele.proto.v1.PipelineCall;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.server.core.model.Reason;
import dev.stele.server.wire.call.Answer;
import dev.stele.server.wire.call.Budget;
import dev.stele.server.wire.call.Call;
import dev.stele.server.wire.call.CallTimes;
import dev.stele.server.wire.call.Effect;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.error.Statuses;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One call of a stream, from the batch that it came in until its answer is sent. Answered once, by
 * whoever is first: its handler, or the caller who goes away. Thread-safe.
 */
final class PipelinedCall
    implements Call.Asked,
        Parcel.Answered,
        BiConsumer<@Nullable Answer<? extends Message>, @Nullable Throwable> {
  /** No bytes of the budget for replies, not even none. */
  static final long NOTHING = -1;

  private final PipelineStream stream;
  private final PipelineCall message;
  private final CallKind kind;
  private final RequestHeader shared;
  private final long beganNanos;
  private final Call call;
  private final AtomicBoolean answered = new AtomicBoolean();

  /** Of the stream, under its lock. */
  private boolean placed;

  /** Written before it is handed to the stream. */
  private @Nullable Outcome outcome;

  private long heldBytes = NOTHING;

  /** The one that was answered before it and not looked at yet; of the stream's stack. */
  private @Nullable PipelinedCall next;

  /**
   * @param shared header of its batch
   * @param beganNanos when it came, on the node's ticker
   */
  PipelinedCall(
      PipelineStream stream,
      PipelineCall message,
      RequestHeader shared,
      long beganNanos,
      long deadlineNanos) {
    this.stream = stream;
    this.message = message;
    this.kind = CallKind.of(message);
    this.shared = shared;
    this.beganNanos = beganNanos;
    this.call = new Call(stream.caller(), this, deadlineNanos, stream.runtime().ticker());
  }

  @Override
  public long id() {
    return message.getId();
  }

  CallKind kind() {
    return kind;
  }

  /** The call as it came. */
  PipelineCall message() {
    return message;
  }

  /** The call as its handler knows it. */
  Call call() {
    return call;
  }

  boolean isAnswered() {
    return answered.get();
  }

  @Override
  public byte[] request() {
    return kind.withHeader(message, header(kind.requestHeader(message))).toByteArray();
  }

  @Override
  public long bytes() {
    return message.getSerializedSize();
  }

  @Override
  public RequestHeader header(RequestHeader own) {
    if (shared.equals(RequestHeader.getDefaultInstance())) {
      return own;
    }
    return own.equals(RequestHeader.getDefaultInstance())
        ? shared
        : shared.toBuilder().mergeFrom(own).build();
  }

  /** Its handler is done. */
  @Override
  public void accept(@Nullable Answer<? extends Message> answer, @Nullable Throwable thrown) {
    if (!answered.compareAndSet(false, true)) {
      return;
    }
    if (answer instanceof Answer.Given<?> given) {
      given(given.message());
    } else if (answer instanceof Answer.Passed<?> passed) {
      hold(passed.message().length());
      end(new Outcome.Passed(kind.answerField(), passed.message()), Status.Code.OK.name());
    } else if (answer instanceof Answer.Failed<?> failed) {
      refused(failed.failure());
    } else if (answer instanceof Answer.PassedFailure<?> passed) {
      passed(passed.status(), passed.trailers());
    } else if (thrown != null) {
      refused(stream.runtime().unexpected(thrown));
    }
  }

  private void given(Message response) {
    Message bare = kind.bare(response);
    boolean isRead = kind.effect() == Effect.READ;
    if (isRead && !tryHold(bare.getSerializedSize())) {
      Budget replies = stream.runtime().replies();
      refused(
          Failure.of(Reason.OVERLOADED, "callers have not taken enough of their replies yet")
              .retryAfter(replies.refuse(stream.runtime().ticker().nanos())));
      return;
    }
    if (!isRead) {
      hold(bare.getSerializedSize());
    }
    end(
        new Outcome.Given(kind.answerField(), bare, kind.responseHeader(response), isRead),
        Status.Code.OK.name());
  }

  private boolean tryHold(long size) {
    if (!stream.runtime().replies().tryTake(size)) {
      return false;
    }
    heldBytes = size;
    return true;
  }

  /** A write may have happened: its answer is the truth, and is given. */
  private void hold(long size) {
    stream.runtime().replies().take(size);
    heldBytes = size;
  }

  /** Refuses it, unless it was answered. */
  void refuse(Failure failure) {
    if (answered.compareAndSet(false, true)) {
      refused(failure);
    }
  }

  private void refused(Failure failure) {
    refused(Statuses.details(failure), Statuses.code(failure), failure.reason().name());
  }

  /** Another node's words, as they came. */
  private void passed(Status status, Metadata trailers) {
    com.google.rpc.Status details = trailers.get(Statuses.DETAILS);
    String reason = trailers.get(Statuses.REASON);
    refused(
        details == null ? bare(status) : details,
        status.getCode(),
        reason == null ? status.getCode().name() : reason);
  }

  private void refused(com.google.rpc.Status details, Status.Code code, String reason) {
    stream.times().refused(reason);
    if (CallTimes.isRefusal(code)) {
      stream.line().refused(stream.runtime().ticker().nanos());
    }
    end(new Outcome.Refused(details), reason);
  }

  private static com.google.rpc.Status bare(Status status) {
    String description = status.getDescription();
    return com.google.rpc.Status.newBuilder()
        .setCode(status.getCode().value())
        .setMessage(description == null ? "" : description)
        .build();
  }

  /** Its caller does not wait for it any more: what becomes of it, nobody is told. */
  void cancel() {
    if (answered.compareAndSet(false, true)) {
      call.cancel();
      end(
          new Outcome.Refused(bare(Status.CANCELLED.withDescription("cancelled by its caller"))),
          Status.Code.CANCELLED.name());
    }
  }

  /** Its stream is over: nobody can be told anything. */
  void abandon() {
    if (answered.compareAndSet(false, true)) {
      call.cancel();
      time(Status.Code.CANCELLED.name());
    }
  }

  private void end(Outcome told, String name) {
    outcome = told;
    time(name);
    stream.answered(this);
  }

  private void time(String name) {
    stream.times().ended(kind.method(), name, stream.runtime().ticker().nanos() - beganNanos);
  }

  /** What its caller is told; once it is answered. */
  @Override
  public Outcome outcome() {
    if (outcome == null) {
      throw new IllegalStateException("call " + id() + " is not answered");
    }
    return outcome;
  }

  /** Bytes of the budget for replies that it holds, or {@link #NOTHING}. */
  long heldBytes() {
    return heldBytes;
  }

  void placed(boolean isPlaced) {
    placed = isPlaced;
  }

  /** Whether it has a place among its connection's calls. */
  boolean isPlaced() {
    return placed;
  }

  void link(@Nullable PipelinedCall before) {
    next = before;
  }

  @Nullable PipelinedCall next() {
    return next;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.call;

import dev.stele.client.error.SteleException;
import dev.stele.client.internal.failure.Failure;
import dev.stele.client.internal.failure.FailureReader;
import dev.stele.client.internal.history.History;
import dev.stele.client.internal.link.EndpointLink;
import dev.stele.client.internal.pipe.PipedCall;
import dev.stele.client.internal.session.Ticket;
import dev.stele.proto.v1.PipelineAnswer;
import dev.stele.proto.v1.PipelineAnswer.OutcomeCase;
import dev.stele.proto.v1.PipelineCall;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.ResponseHeader;
import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** An attempt that goes through the pipe of its endpoint, together with others. */
final class PipedAttempt<Q, A, R> extends PipedCall implements Attempt {
  private final Request<Q, A, R> request;
  private final Piping<Q, A> piping;
  private final EndpointLink link;
  private final History.Known sentUnder;
  private final Q message;
  private volatile boolean started;

  /**
   * An attempt.
   *
   * @param ticket of a write under a session
   */
  PipedAttempt(
      Request<Q, A, R> request,
      Piping<Q, A> piping,
      EndpointLink link,
      History.Known sentUnder,
      @Nullable Ticket ticket) {
    this.request = request;
    this.piping = piping;
    this.link = link;
    this.sentUnder = sentUnder;
    RequestHeader own = ticket == null ? RequestHeader.getDefaultInstance() : ticket.ownHeader();
    this.message = request.outgoing().message().apply(own);
  }

  @Override
  public EndpointLink link() {
    return link;
  }

  @Override
  public History.Known sentUnder() {
    return sentUnder;
  }

  @Override
  public void start(long nowNanos, long timeoutNanos) {
    link.pipe().send(this, nowNanos + timeoutNanos);
    started = true;
  }

  @Override
  public void cancel() {
    if (started) {
      link.pipe().cancel(this);
    }
  }

  @Override
  protected RequestHeader sharedHeader() {
    return sentUnder.header();
  }

  @Override
  protected void fill(PipelineCall.Builder call) {
    piping.request().accept(call, message);
  }

  @Override
  protected void answered(ResponseHeader shared, PipelineAnswer answer) {
    OutcomeCase outcome = answer.getOutcomeCase();
    if (outcome == piping.outcome()) {
      A received = piping.answer().apply(answer);
      request.answered(this, header(shared, received), received);
    } else if (outcome == OutcomeCase.REFUSED) {
      request.failed(link, FailureReader.read(answer.getRefused(), isWrite(), link.address()));
    } else {
      gaveUp(Status.INTERNAL.withDescription("an answer of another kind: " + outcome), true);
    }
  }

  private ResponseHeader header(ResponseHeader shared, A received) {
    ResponseHeader own = request.outgoing().method().header().apply(received);
    return own.equals(ResponseHeader.getDefaultInstance())
        ? shared
        : shared.toBuilder().mergeFrom(own).build();
  }

  @Override
  protected void gaveUp(Status status, boolean sent) {
    request.failed(link, FailureReader.read(status, null, isWrite(), sent, link.address()));
  }

  @Override
  protected void broken(Status status, Metadata trailers, boolean sent, boolean served) {
    request.failed(
        link, FailureReader.readEnd(status, trailers, isWrite(), sent, served, link.address()));
  }

  @Override
  protected void refused(SteleException reason) {
    request.failed(link, Failure.last(reason));
  }

  @Override
  protected void failed(RuntimeException fault) {
    request.completeExceptionally(fault);
  }

  private boolean isWrite() {
    return request.outgoing().method().write();
  }
}

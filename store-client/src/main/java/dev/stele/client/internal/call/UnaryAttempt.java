// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.call;

import dev.stele.client.internal.failure.FailureReader;
import dev.stele.client.internal.history.History;
import dev.stele.client.internal.link.EndpointLink;
import dev.stele.proto.v1.RequestHeader;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An attempt that is a call of its own. gRPC calls a listener from one thread at a time. */
final class UnaryAttempt<Q, A, R> extends ClientCall.Listener<A> implements Attempt {
  private final Request<Q, A, R> request;
  private final EndpointLink link;
  private final History.Known sentUnder;
  private final RequestHeader header;
  private volatile boolean sent;
  private volatile @Nullable ClientCall<Q, A> call;
  private @Nullable A message;

  UnaryAttempt(
      Request<Q, A, R> request, EndpointLink link, History.Known sentUnder, RequestHeader header) {
    this.request = request;
    this.link = link;
    this.sentUnder = sentUnder;
    this.header = header;
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
    Outgoing<Q, A, R> outgoing = request.outgoing();
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS);
    if (outgoing.method().write()) {
      options = options.withStreamTracerFactory(new SentTracerFactory());
    }
    Q message = outgoing.message().apply(header);
    ClientCall<Q, A> started = link.newCall(outgoing.method().descriptor(), options);
    call = started;
    started.start(this, new Metadata());
    started.request(2);
    started.sendMessage(message);
    started.halfClose();
  }

  @Override
  public void cancel() {
    ClientCall<Q, A> started = call;
    if (started != null) {
      started.cancel("cancelled by the caller", null);
    }
  }

  @Override
  public void onMessage(A received) {
    message = received;
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    A received = message;
    if (status.isOk() && received != null) {
      request.answered(this, request.outgoing().method().header().apply(received), received);
      return;
    }
    Status failure =
        status.isOk() ? Status.INTERNAL.withDescription("success without an answer") : status;
    boolean write = request.outgoing().method().write();
    request.failed(link, FailureReader.read(failure, trailers, write, sent, link.address()));
  }

  /**
   * Finds out whether the request may have left this process: until a transport has made a stream
   * for it, it has not, and after the call has ended no transport will.
   */
  private final class SentTracerFactory extends ClientStreamTracer.Factory {
    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      return new ClientStreamTracer() {
        @Override
        public void streamCreated(Attributes transportAttributes, Metadata sentHeaders) {
          sent = true;
        }
      };
    }
  }
}

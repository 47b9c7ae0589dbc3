// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import dev.stele.server.port.Ticker;
import dev.stele.server.wire.call.CallTimes;
import dev.stele.server.wire.error.Statuses;
import dev.stele.server.wire.intake.Connection;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicBoolean;

/** Times every call by method and outcome, and counts the refused ones by reason. */
final class CallMetrics implements ServerInterceptor {
  private final CallTimes times;
  private final Ticker ticker;

  CallMetrics(CallTimes times, Ticker ticker) {
    this.times = times;
    this.ticker = ticker;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    // How long a stream is open says nothing about how soon anything was answered.
    boolean isTimed = call.getMethodDescriptor().getType() != MethodType.BIDI_STREAMING;
    long beganNanos = ticker.nanos();
    AtomicBoolean counted = new AtomicBoolean();
    ServerCall<Q, R> timed =
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            if (counted.compareAndSet(false, true)) {
              String reason = trailers.get(Statuses.REASON);
              if (reason != null) {
                times.refused(reason);
              }
              if (isTimed) {
                String outcome = reason == null ? status.getCode().name() : reason;
                times.ended(method, outcome, ticker.nanos() - beganNanos);
              }
            }
            if (CallTimes.isRefusal(status.getCode())) {
              Connection.of(getAttributes()).refused(ticker.nanos());
            }
            super.close(status, trailers);
          }
        };
    return new SimpleForwardingServerCallListener<>(next.startCall(timed, headers)) {
      @Override
      public void onCancel() {
        if (counted.compareAndSet(false, true) && isTimed) {
          times.ended(method, Status.Code.CANCELLED.name(), ticker.nanos() - beganNanos);
        }
        super.onCancel();
      }
    };
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import dev.stele.server.port.Ticker;
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
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Times every call by method and outcome, and counts the refused ones by reason. */
final class CallMetrics implements ServerInterceptor {
  private final MeterRegistry meters;
  private final Ticker ticker;

  /** Looking a meter up by its tags costs more than using it. Bounded by methods times reasons. */
  private final Map<Series, Timer> timers = new ConcurrentHashMap<>();

  private final Map<String, Counter> rejected = new ConcurrentHashMap<>();

  CallMetrics(MeterRegistry meters, Ticker ticker) {
    this.meters = meters;
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
              countRefusal(reason);
              if (isTimed) {
                String outcome = reason == null ? status.getCode().name() : reason;
                time(method, outcome, ticker.nanos() - beganNanos);
              }
            }
            if (isRefusal(status.getCode())) {
              Connection.of(getAttributes()).refused(ticker.nanos());
            }
            super.close(status, trailers);
          }
        };
    return new SimpleForwardingServerCallListener<>(next.startCall(timed, headers)) {
      @Override
      public void onCancel() {
        if (counted.compareAndSet(false, true) && isTimed) {
          time(method, Status.Code.CANCELLED.name(), ticker.nanos() - beganNanos);
        }
        super.onCancel();
      }
    };
  }

  /**
   * Of those that a caller can have as many of as it likes; a refusal by the facts is an answer.
   */
  private static boolean isRefusal(Status.Code code) {
    return code == Status.Code.RESOURCE_EXHAUSTED
        || code == Status.Code.INVALID_ARGUMENT
        || code == Status.Code.UNAUTHENTICATED
        || code == Status.Code.PERMISSION_DENIED;
  }

  private void countRefusal(@Nullable String reason) {
    if (reason != null) {
      rejected
          .computeIfAbsent(reason, key -> meters.counter("stele.rejected", "reason", key))
          .increment();
    }
  }

  private void time(String method, String outcome, long nanos) {
    timers
        .computeIfAbsent(
            new Series(method, outcome),
            series ->
                meters.timer(
                    "stele.api.requests", "method", series.method(), "outcome", series.outcome()))
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private record Series(String method, String outcome) {}
}

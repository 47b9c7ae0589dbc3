// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.intake;

import dev.stele.server.core.model.Reason;
import dev.stele.server.port.Ticker;
import dev.stele.server.wire.call.CallMeter;
import dev.stele.server.wire.call.Caller;
import dev.stele.server.wire.call.Quota;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.error.Statuses;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides, as soon as a call's headers are there, whether there is room for it, and goes on
 * counting while its request comes in. What there is no room for is OVERLOADED: nothing happened.
 *
 * <p>The nodes' own calls (confirm rounds, status) are never refused: they are few and small, and
 * everybody's reads wait for them. Calls that nodes pass on for their clients have a quota of their
 * own: where they came in, they were counted already.
 */
public final class Intake implements ServerInterceptor {
  private final Quota clients;
  private final Quota passedOn;
  private final Ticker ticker;
  private final Set<CallMeter> underWay = ConcurrentHashMap.newKeySet();

  public Intake(IntakeLimits limits, Ticker ticker, MeterRegistry meters) {
    this.clients = new Quota(limits.maxCalls(), limits.requestBytes(), true);
    this.passedOn = new Quota(limits.maxCalls(), limits.requestBytes(), false);
    this.ticker = ticker;
    Gauge.builder("stele.api.calls", this, Intake::calls)
        .description("calls under way, those passed on by other nodes too")
        .register(meters);
    Gauge.builder("stele.api.request.bytes", this, Intake::bytes)
        .description("bytes of the requests of calls under way")
        .baseUnit("bytes")
        .register(meters);
  }

  /** Gives each call its meter, before any interceptor sees the call. */
  public static ServerStreamTracer.Factory meters() {
    return new ServerStreamTracer.Factory() {
      @Override
      public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        return new CallMeter();
      }
    };
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Caller caller = Caller.KEY.get();
    Connection connection = Connection.of(call.getAttributes());
    CallMeter meter = CallMeter.KEY.get();
    meter.cameOn(
        connection,
        call.getMethodDescriptor().getType() == MethodDescriptor.MethodType.BIDI_STREAMING);
    if (caller.peer().isPresent()) {
      connection.proved();
    }
    if (caller.peer().isPresent() && !caller.forwarded()) {
      return next.startCall(call, headers);
    }
    Quota quota = caller.forwarded() ? passedOn : clients;
    if (connection.onProbation()) {
      refuse(call, quota, "this node has as many connections as it takes");
      return new ServerCall.Listener<>() {};
    }
    Guarded<Q> guarded = new Guarded<>();
    boolean begun =
        meter.begin(
            quota,
            connection.share(),
            () -> overrun(call, quota, guarded, meter),
            () -> underWay.remove(meter));
    if (!begun) {
      refuse(call, quota, "this node has as many calls under way as it takes");
      return new ServerCall.Listener<>() {};
    }
    underWay.add(meter);
    guarded.next = next.startCall(call, headers);
    return guarded;
  }

  private <Q> void overrun(
      ServerCall<Q, ?> call, Quota quota, Guarded<Q> guarded, CallMeter meter) {
    guarded.refused = true;
    MethodDescriptor.MethodType type = call.getMethodDescriptor().getType();
    if (type.clientSendsOneMessage() || !type.serverSendsOneMessage()) {
      // Others may be sending on it at this moment, so that only gRPC itself can end it.
      meter.cut("no room for the request");
      return;
    }
    refuse(call, quota, "this node has no room for the request now");
  }

  private void refuse(ServerCall<?, ?> call, Quota quota, String message) {
    Failure failure =
        Failure.of(Reason.OVERLOADED, message).retryAfter(quota.refuse(ticker.nanos()));
    call.close(Statuses.status(failure), Statuses.trailers(failure));
  }

  /** Ends the calls of those who don't get on with them; to be called now and then. */
  public void sweep() {
    long now = ticker.nanos();
    underWay.forEach(meter -> meter.expire(now));
  }

  /** Calls under way, those passed on by other nodes too. */
  public int calls() {
    return clients.calls() + passedOn.calls();
  }

  /** Bytes of their requests. */
  public long bytes() {
    return clients.bytes() + passedOn.bytes();
  }

  /** Keeps from the service what still comes in after the call was refused. */
  private static final class Guarded<Q> extends ServerCall.Listener<Q> {
    private ServerCall.@Nullable Listener<Q> next;
    private boolean refused;

    @Override
    public void onMessage(Q message) {
      if (next != null && !refused) {
        next.onMessage(message);
      }
    }

    @Override
    public void onHalfClose() {
      if (next != null && !refused) {
        next.onHalfClose();
      }
    }

    @Override
    public void onCancel() {
      if (next != null) {
        next.onCancel();
      }
    }

    @Override
    public void onComplete() {
      if (next != null) {
        next.onComplete();
      }
    }

    @Override
    public void onReady() {
      if (next != null) {
        next.onReady();
      }
    }
  }
}

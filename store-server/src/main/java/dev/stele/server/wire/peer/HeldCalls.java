// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.peer;

import dev.stele.server.port.Network;
import dev.stele.server.port.Passage;
import io.grpc.Context;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sends every call through a {@link Network}, which may hold its steps up. To be asked before all
 * other interceptors: a node that is paused does not even look at who calls.
 *
 * <p>What a call can make wait is little: it asks for its message only once it has begun, so that
 * until then the bytes stay where gRPC's flow control keeps them.
 */
public final class HeldCalls implements ServerInterceptor {
  private final Network network;
  private final String selfId;

  public HeldCalls(Network network, String selfId) {
    this.network = network;
    this.selfId = selfId;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    // Not proved yet. Whoever lies about it has only his own call held up.
    Optional<String> peer = Optional.ofNullable(headers.get(Credentials.MEMBER));
    Passage passage =
        new Passage(
            network,
            selfId,
            () -> peer,
            () ->
                call.close(
                    Status.UNAVAILABLE.withDescription("too many calls wait for a paused node"),
                    new Metadata()));
    Arrivals<Q> arrivals = new Arrivals<>(passage);
    Answers<Q, R> answers = new Answers<>(call, passage);
    arrivals.pass(() -> arrivals.begun(next.startCall(answers, headers)));
    return arrivals;
  }

  /** What the caller does. */
  private static final class Arrivals<Q> extends ServerCall.Listener<Q> {
    private final Passage passage;

    /** A step that is let through later must find the call's deadline and caller as it was. */
    private final Context context = Context.current();

    private ServerCall.Listener<Q> listener = new ServerCall.Listener<>() {};

    Arrivals(Passage passage) {
      this.passage = passage;
    }

    void begun(ServerCall.Listener<Q> begun) {
      listener = begun;
    }

    void pass(Runnable step) {
      passage.arrive(context.wrap(step));
    }

    @Override
    public void onMessage(Q message) {
      pass(() -> listener.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      pass(() -> listener.onHalfClose());
    }

    @Override
    public void onCancel() {
      pass(() -> listener.onCancel());
    }

    @Override
    public void onComplete() {
      pass(() -> listener.onComplete());
    }

    @Override
    public void onReady() {
      pass(() -> listener.onReady());
    }
  }

  /** What the node answers. */
  private static final class Answers<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private final Passage passage;

    /** gRPC would say so to whoever answers twice; a step that waited has nobody to be told. */
    private final AtomicBoolean ended = new AtomicBoolean();

    Answers(ServerCall<Q, R> call, Passage passage) {
      super(call);
      this.passage = passage;
    }

    @Override
    public void sendHeaders(Metadata headers) {
      answer(() -> super.sendHeaders(headers));
    }

    @Override
    public void sendMessage(R message) {
      answer(() -> super.sendMessage(message));
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (ended.compareAndSet(false, true)) {
        passage.answer(() -> super.close(status, trailers));
      }
    }

    private void answer(Runnable step) {
      if (!ended.get()) {
        passage.answer(step);
      }
    }
  }
}

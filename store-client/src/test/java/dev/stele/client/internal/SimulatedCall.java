// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.ConnectivityState;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One call over a {@link SimulatedNetwork}. */
final class SimulatedCall<Q, A> extends ClientCall<Q, A> implements SimulatedExchange {
  /** Deadlines are real time to gRPC; the moments since they were set are rounded away. */
  private static final long DEADLINE_STEP_MILLIS = 50;

  private final SimulatedNetwork network;
  private final SimulatedTime time;
  private final int node;
  private final CallOptions options;
  private @Nullable Listener<A> listener;
  private @Nullable Q message;
  private boolean closed;

  private SimulatedCall(
      SimulatedNetwork network, SimulatedTime time, int node, CallOptions options) {
    this.network = network;
    this.time = time;
    this.node = node;
    this.options = options;
  }

  /** A connection to one node. */
  static ManagedChannel channel(
      SimulatedNetwork network, SimulatedTime time, Random random, int node) {
    return new ManagedChannel() {
      private boolean shutdown;

      @Override
      @SuppressWarnings("unchecked") // there is one method of that type
      public <Q, A> ClientCall<Q, A> newCall(
          MethodDescriptor<Q, A> method, CallOptions callOptions) {
        if (method.getType() == MethodDescriptor.MethodType.BIDI_STREAMING) {
          return (ClientCall<Q, A>) new SimulatedPipe(network, time, random, node);
        }
        return new SimulatedCall<>(network, time, node, callOptions);
      }

      @Override
      public ConnectivityState getState(boolean requestConnection) {
        return ConnectivityState.READY;
      }

      @Override
      public String authority() {
        return SimulatedNetwork.address(node);
      }

      @Override
      public ManagedChannel shutdown() {
        shutdown = true;
        return this;
      }

      @Override
      public ManagedChannel shutdownNow() {
        return shutdown();
      }

      @Override
      public boolean isShutdown() {
        return shutdown;
      }

      @Override
      public boolean isTerminated() {
        return shutdown;
      }

      @Override
      public boolean awaitTermination(long timeout, TimeUnit unit) {
        return shutdown;
      }
    };
  }

  @Override
  public void start(Listener<A> responses, Metadata headers) {
    listener = responses;
    Deadline deadline = options.getDeadline();
    if (deadline != null) {
      long millis = deadline.timeRemaining(TimeUnit.MILLISECONDS);
      long rounded = (millis / DEADLINE_STEP_MILLIS + 1) * DEADLINE_STEP_MILLIS;
      time.schedule(
          TimeUnit.MILLISECONDS.toNanos(rounded), () -> close(Status.DEADLINE_EXCEEDED, null));
    }
  }

  @Override
  public void sendMessage(Q request) {
    message = request;
  }

  @Override
  public void halfClose() {
    // Not from within the caller's own stack: a transport answers from its own thread.
    time.schedule(
        0,
        () -> {
          if (!closed) {
            network.send(node, this, message);
          }
        });
  }

  @Override
  public void request(int count) {
    // Answers are single: there is no flow to control.
  }

  @Override
  public void cancel(@Nullable String reason, @Nullable Throwable cause) {
    close(Status.CANCELLED.withDescription(reason), null);
  }

  @Override
  public void sent() {
    ClientStreamTracer.StreamInfo info = ClientStreamTracer.StreamInfo.newBuilder().build();
    for (ClientStreamTracer.Factory factory : options.getStreamTracerFactories()) {
      factory
          .newClientStreamTracer(info, new Metadata())
          .streamCreated(Attributes.EMPTY, new Metadata());
    }
  }

  @Override
  public void closeUnsent(Status status) {
    close(status, null);
  }

  @Override
  @SuppressWarnings("unchecked")
  public void answer(Object response) {
    if (!closed && listener != null) {
      listener.onMessage((A) response);
      close(Status.OK, null);
    }
  }

  @Override
  public void close(Status status, @Nullable Metadata trailers) {
    if (!closed && listener != null) {
      closed = true;
      listener.onClose(status, trailers == null ? new Metadata() : trailers);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import dev.stele.client.error.Reason;
import dev.stele.proto.v1.KeepAliveRequest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A call about leases over a network that delays, resets, and falls silent. What goes one way on
 * one call arrives in order, as on a connection.
 */
final class SimulatedLeaseCall<Q, A> extends ClientCall<Q, A> {
  private static final long DEADLINE_STEP_MILLIS = 50;

  private final SimulatedLeader leader;
  private final SimulatedTime time;
  private final Random random;
  private final Faults faults;
  private final int node;
  private final boolean streams;
  private final CallOptions options;
  private @Nullable Listener<A> listener;
  private @Nullable Q single;
  private boolean closed;
  private boolean silent;
  private int openedInTerm;
  private long lastThere;
  private long lastBack;

  /** Whether faults are on. */
  static final class Faults {
    boolean on = true;
  }

  private SimulatedLeaseCall(
      SimulatedLeader leader,
      SimulatedTime time,
      Random random,
      Faults faults,
      int node,
      boolean streams,
      CallOptions options) {
    this.leader = leader;
    this.time = time;
    this.random = random;
    this.faults = faults;
    this.node = node;
    this.streams = streams;
    this.options = options;
  }

  static ManagedChannel channel(
      SimulatedLeader leader, SimulatedTime time, Random random, Faults faults, int node) {
    return new ManagedChannel() {
      private boolean shutdown;

      @Override
      public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
        boolean streams = method.getType() == MethodDescriptor.MethodType.BIDI_STREAMING;
        return new SimulatedLeaseCall<>(leader, time, random, faults, node, streams, options);
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
    openedInTerm = leader.term();
    silent = fault(5);
    Deadline deadline = options.getDeadline();
    if (deadline != null) {
      long millis = deadline.timeRemaining(TimeUnit.MILLISECONDS);
      long rounded = (millis / DEADLINE_STEP_MILLIS + 1) * DEADLINE_STEP_MILLIS;
      time.schedule(
          TimeUnit.MILLISECONDS.toNanos(rounded), () -> close(Status.DEADLINE_EXCEEDED, null));
    }
    if (fault(5)) {
      time.schedule(
          TimeUnit.MILLISECONDS.toNanos(random.nextInt(20_000)),
          () -> close(Status.UNAVAILABLE.withDescription("reset"), null));
    }
    if (streams) {
      time.schedule(delayNanos(), this::ready);
    }
  }

  private void ready() {
    if (closed || listener == null) {
      return;
    }
    if (node == leader.leader()) {
      listener.onReady();
      time.schedule(delayNanos(), this::lookWhoLeads);
    } else {
      refuseElsewhere();
    }
  }

  /** A node that was deposed says so some time, or is cut off and does not. */
  private void lookWhoLeads() {
    if (closed) {
      return;
    }
    if (leader.term() != openedInTerm && !silent) {
      silent = fault(50);
      if (!silent) {
        refuseElsewhere();
        return;
      }
    }
    time.schedule(TimeUnit.MILLISECONDS.toNanos(20 + random.nextInt(300)), this::lookWhoLeads);
  }

  private void refuseElsewhere() {
    refuse(
        Errors.of(
            Status.Code.UNAVAILABLE,
            Reason.NOT_LEADER,
            Map.of("leaderEndpoint", SimulatedNetwork.address(leader.leader()))));
  }

  @Override
  public void sendMessage(Q message) {
    if (!streams) {
      single = message;
      return;
    }
    there(
        () ->
            leader.keepAlive(
                (KeepAliveRequest) message, openedInTerm, answer -> back(() -> give(answer))));
  }

  @Override
  public void halfClose() {
    Q message = single;
    if (message == null) {
      return;
    }
    there(
        () -> {
          if (node == leader.leader()) {
            leader.handle(message, new Answering());
          } else {
            refuseElsewhere();
          }
        });
  }

  private final class Answering implements SimulatedLeader.Reply {
    @Override
    public void answer(Object message) {
      back(
          () -> {
            give(message);
            close(Status.OK, null);
          });
    }

    @Override
    public void refuse(StatusRuntimeException error) {
      SimulatedLeaseCall.this.refuse(error);
    }
  }

  private void refuse(StatusRuntimeException error) {
    back(() -> close(error.getStatus(), error.getTrailers()));
  }

  private void there(Runnable arrival) {
    lastThere = Math.max(lastThere, time.nanoTime() + delayNanos());
    if (!silent) {
      time.schedule(lastThere - time.nanoTime(), arrival);
    }
  }

  private void back(Runnable arrival) {
    lastBack = Math.max(lastBack, time.nanoTime() + delayNanos());
    if (!silent) {
      time.schedule(lastBack - time.nanoTime(), arrival);
    }
  }

  /** An answer of another type fails the simulation. */
  @SuppressWarnings("unchecked")
  private void give(Object message) {
    if (!closed && listener != null) {
      listener.onMessage((A) message);
    }
  }

  @Override
  public boolean isReady() {
    return !closed;
  }

  @Override
  public void request(int count) {
    // Answers are few: there is no flow to control.
  }

  @Override
  public void cancel(@Nullable String reason, @Nullable Throwable cause) {
    close(Status.CANCELLED.withDescription(reason), null);
  }

  private void close(Status status, @Nullable Metadata trailers) {
    if (!closed && listener != null) {
      closed = true;
      listener.onClose(status, trailers == null ? new Metadata() : trailers);
    }
  }

  private boolean fault(int percent) {
    return faults.on && random.nextInt(100) < percent;
  }

  private long delayNanos() {
    long nanos = TimeUnit.MICROSECONDS.toNanos(100 + random.nextInt(20_000));
    return fault(4) ? nanos + TimeUnit.MILLISECONDS.toNanos(random.nextInt(6_000)) : nanos;
  }
}

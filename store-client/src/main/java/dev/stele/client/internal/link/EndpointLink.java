// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.link;

import dev.stele.client.internal.pipe.Pipe;
import dev.stele.client.internal.time.Timekeeper;
import dev.stele.proto.v1.PipelineGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One endpoint: its connection, its pipe, and how far it is trusted. Thread-safe. */
public final class EndpointLink {
  /** An endpoint is shunned this long after its first failure; it doubles with each more. */
  static final long SHUN_BASE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** The longest shunning. */
  static final long SHUN_CAP_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final int MAX_DOUBLINGS = 7;

  private final String address;
  private final ChannelFactory factory;
  private final Timekeeper timekeeper;
  private final AtomicInteger failures = new AtomicInteger();
  private volatile long shunnedUntilNanos;
  private volatile @Nullable Open open;
  private boolean closed;

  /** What there is once it has been used. */
  private record Open(ManagedChannel channel, Pipe pipe) {}

  EndpointLink(String address, ChannelFactory factory, Timekeeper timekeeper) {
    this.address = address;
    this.factory = factory;
    this.timekeeper = timekeeper;
    this.shunnedUntilNanos = timekeeper.nanoTime();
  }

  /** {@code host:port}. */
  public String address() {
    return address;
  }

  /** A call that fails at once if the endpoint can't be connected to. */
  public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
    ManagedChannel channel = open().channel;
    if (failures.get() > 0 && channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      // gRPC's own reconnect backoff goes up to two minutes; ours has decided that it is time.
      channel.resetConnectBackoff();
    }
    return channel.newCall(method, options);
  }

  /** For the calls that go together. */
  public Pipe pipe() {
    return open().pipe;
  }

  /** It answered. */
  public void succeeded() {
    // Read first: the common case must not write a line that all threads share.
    if (failures.get() != 0) {
      failures.set(0);
    }
  }

  /** It did not answer, or can't serve. Calls that fail together count as one failure. */
  public synchronized void failed(long nowNanos) {
    if (isShunned(nowNanos)) {
      return;
    }
    int before = failures.getAndIncrement();
    long shunNanos = Math.min(SHUN_CAP_NANOS, SHUN_BASE_NANOS << Math.min(before, MAX_DOUBLINGS));
    shunnedUntilNanos = nowNanos + shunNanos;
  }

  boolean isShunned(long nowNanos) {
    return failures.get() != 0 && shunnedUntilNanos - nowNanos > 0;
  }

  long shunnedForNanos(long nowNanos) {
    return failures.get() == 0 ? 0 : Math.max(0, shunnedUntilNanos - nowNanos);
  }

  private Open open() {
    Open there = open;
    return there != null ? there : connect();
  }

  private synchronized Open connect() {
    Open there = open;
    if (there == null) {
      Connection connection = factory.open(address);
      Pipe pipe =
          new Pipe(
              () -> newCall(PipelineGrpc.getExchangeMethod(), CallOptions.DEFAULT),
              connection.loop(),
              timekeeper);
      there = new Open(connection.channel(), pipe);
      open = there;
      if (closed) {
        there.channel.shutdownNow();
      }
    }
    return there;
  }

  /** Ends its calls and begins to close its connection. */
  synchronized void shutdown() {
    closed = true;
    Open there = open;
    if (there != null) {
      there.channel.shutdownNow();
    }
  }

  /** Waits for its connection to be closed. */
  void awaitTermination(long timeoutNanos) throws InterruptedException {
    Open there = open;
    if (there != null) {
      there.channel.awaitTermination(timeoutNanos, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public String toString() {
    return address;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import dev.stele.proto.peer.v1.PeerGrpc;
import dev.stele.proto.peer.v1.PeerGrpc.PeerStub;
import dev.stele.server.port.PeerIdentity;
import dev.stele.server.port.Ticker;
import io.grpc.ConnectivityState;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The channel to one other node. */
final class PeerLink implements AutoCloseable {
  /** How long a dead connection may go unnoticed while a call is on it: twice this. */
  static final long KEEP_ALIVE_MILLIS = 10_000;

  /** At most this long after a peer is back the next call connects to it again. */
  static final long RECONNECT_MILLIS = 250;

  private static final long RECONNECT_NANOS = TimeUnit.MILLISECONDS.toNanos(RECONNECT_MILLIS);

  private final String target;
  private final Ticker ticker;
  private final ManagedChannel channel;
  private final PeerStub stub;
  private final AtomicLong lastReconnectNanos;

  PeerLink(String target, PeerIdentity identity, Ticker ticker) {
    this.target = target;
    this.ticker = ticker;
    lastReconnectNanos = new AtomicLong(ticker.nanos() - RECONNECT_NANOS);
    // Answers are handled where they arrive: they are short, and a hand-over costs more than they
    // do.
    channel =
        NettyChannelBuilder.forTarget(target)
            .usePlaintext()
            .directExecutor()
            .disableRetry()
            .keepAliveTime(KEEP_ALIVE_MILLIS, TimeUnit.MILLISECONDS)
            .keepAliveTimeout(KEEP_ALIVE_MILLIS, TimeUnit.MILLISECONDS)
            .build();
    stub =
        PeerGrpc.newStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers(identity)));
  }

  /** One call of the peer's service. */
  @FunctionalInterface
  interface Call<R> {
    void start(PeerStub peer, StreamObserver<R> observer);
  }

  /** Where it leads to. */
  String target() {
    return target;
  }

  /** Calls the peer; the future completes exceptionally when there is no answer in time. */
  <R> CompletableFuture<R> call(long deadlineNanos, Call<R> call) {
    reconnectIfDue();
    CompletableFuture<R> answer = new CompletableFuture<>();
    long nanos = deadlineNanos - ticker.nanos();
    PeerStub peer = stub.withDeadlineAfter(nanos, TimeUnit.NANOSECONDS);
    // A round serves many readers. Within the context of the one that began it, it would be
    // cancelled together with that one's call.
    Context.ROOT.run(() -> call.start(peer, new Answer<>(answer)));
    return answer;
  }

  /**
   * gRPC waits longer and longer, up to two minutes, before it connects to a peer that was away
   * again. For us a peer that is back is a vote that is back.
   */
  private void reconnectIfDue() {
    if (channel.getState(false) != ConnectivityState.TRANSIENT_FAILURE) {
      return;
    }
    long last = lastReconnectNanos.get();
    long now = ticker.nanos();
    if (now - last >= RECONNECT_NANOS && lastReconnectNanos.compareAndSet(last, now)) {
      channel.resetConnectBackoff();
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    try {
      channel.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Metadata headers(PeerIdentity identity) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of(PeerIdentity.MEMBER_HEADER, Metadata.ASCII_STRING_MARSHALLER),
        identity.memberId());
    headers.put(
        Metadata.Key.of(PeerIdentity.SECRET_HEADER, Metadata.ASCII_STRING_MARSHALLER),
        identity.secret());
    return headers;
  }

  /** The one answer of a unary call. */
  private static final class Answer<R> implements StreamObserver<R> {
    private final CompletableFuture<R> future;

    Answer(CompletableFuture<R> future) {
      this.future = future;
    }

    @Override
    public void onNext(R value) {
      future.complete(value);
    }

    @Override
    public void onError(Throwable failure) {
      future.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      future.completeExceptionally(
          Status.INTERNAL
              .withDescription("the peer ended the call without an answer")
              .asException());
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import dev.stele.proto.peer.v1.ConfirmTermRequest;
import dev.stele.proto.peer.v1.ConfirmTermResponse;
import dev.stele.proto.peer.v1.ConfirmedIndexRequest;
import dev.stele.proto.peer.v1.ConfirmedIndexResponse;
import dev.stele.proto.peer.v1.PeerGrpc;
import dev.stele.server.port.PeerAnswers;
import dev.stele.server.port.PeerAnswers.ConfirmedIndex;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Answers the peers' calls as the wire does, over links that can be cut. */
final class TestPeerServer extends PeerGrpc.PeerImplBase implements AutoCloseable {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final String self;
  private final TestLinks links;
  private final Server server;
  private volatile PeerAnswers answers;

  TestPeerServer(String self, int port, TestLinks links) throws IOException {
    this.self = self;
    this.links = links;
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .addService(this)
            .build()
            .start();
  }

  void answerWith(PeerAnswers node) {
    answers = node;
  }

  @Override
  public void confirmTerm(
      ConfirmTermRequest request, StreamObserver<ConfirmTermResponse> response) {
    PeerAnswers node = answers;
    if (node == null || !links.delivers(request.getFrom(), self)) {
      // A cut link is silent.
      return;
    }
    response.onNext(
        ConfirmTermResponse.newBuilder()
            .setGroupId(node.groupId())
            .setMember(self)
            .setTerm(node.currentTerm())
            .build());
    response.onCompleted();
  }

  @Override
  public void confirmedIndex(
      ConfirmedIndexRequest request, StreamObserver<ConfirmedIndexResponse> response) {
    PeerAnswers node = answers;
    if (node == null || !links.delivers(request.getFrom(), self)) {
      return;
    }
    CompletableFuture<Void> unused =
        node.confirmedIndex(System.nanoTime() + PATIENCE_NANOS)
            .thenAccept(answer -> respond(answer, request.getFrom(), response));
  }

  private void respond(
      PeerAnswers.IndexAnswer answer, String to, StreamObserver<ConfirmedIndexResponse> response) {
    if (!links.delivers(self, to)) {
      return;
    }
    if (answer instanceof ConfirmedIndex confirmed) {
      response.onNext(
          ConfirmedIndexResponse.newBuilder()
              .setMember(self)
              .setTerm(confirmed.term())
              .setIndex(confirmed.index())
              .build());
      response.onCompleted();
    } else {
      response.onError(
          Status.FAILED_PRECONDITION.withDescription(answer.toString()).asRuntimeException());
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

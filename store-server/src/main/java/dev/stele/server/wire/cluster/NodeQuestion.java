// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.cluster;

import dev.stele.proto.peer.v1.NodeRequest;
import dev.stele.proto.peer.v1.NodeResponse;
import dev.stele.proto.peer.v1.PeerGrpc;
import dev.stele.server.port.NodeAddress;
import dev.stele.server.wire.WireContext;
import dev.stele.server.wire.forward.PeerChannels;
import dev.stele.server.wire.peer.Credentials;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Asks another node for its status. */
final class NodeQuestion {
  /** What a node is given to answer. */
  static final Duration TIMEOUT = Duration.ofSeconds(1);

  private final WireContext context;
  private final PeerChannels channels;

  NodeQuestion(WireContext context, PeerChannels channels) {
    this.context = context;
    this.channels = channels;
  }

  /** What {@code node} says of itself, or why it says nothing; never completes exceptionally. */
  CompletableFuture<Heard> ask(NodeAddress node) {
    CompletableFuture<Heard> heard = new CompletableFuture<>();
    NodeRequest request =
        NodeRequest.newBuilder().setGroupId(context.peerAnswers().groupId()).build();
    // A node that came back a moment ago must not pass for dead while its channel still pauses.
    channels.reconnect(node);
    PeerGrpc.newStub(channels.to(node))
        .withWaitForReady()
        .withInterceptors(
            MetadataUtils.newAttachHeadersInterceptor(Credentials.of(context.identity())))
        .withDeadlineAfter(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .node(
            request,
            new StreamObserver<>() {
              @Override
              public void onNext(NodeResponse response) {
                heard.complete(new Heard(response, ""));
              }

              @Override
              public void onError(Throwable thrown) {
                Status status = Status.fromThrowable(thrown);
                heard.complete(new Heard(NodeResponse.getDefaultInstance(), why(status)));
              }

              @Override
              public void onCompleted() {
                heard.complete(
                    new Heard(NodeResponse.getDefaultInstance(), "answered without a status"));
              }
            });
    return heard;
  }

  private static String why(Status status) {
    return status.getCode() == Status.Code.DEADLINE_EXCEEDED
        ? "did not answer within " + TIMEOUT.toMillis() + " ms"
        : "did not answer: " + status.getCode() + " " + status.getDescription();
  }

  /**
   * @param silence why there is no response; empty when there is one
   */
  record Heard(NodeResponse response, String silence) {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.cluster;

import dev.stele.proto.peer.v1.PeerGrpc;
import dev.stele.server.port.NodeAddress;
import dev.stele.server.wire.WireContext;
import dev.stele.server.wire.forward.PeerChannels;
import dev.stele.server.wire.peer.Credentials;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** Asks another node, once, and does not wait long. */
public final class NodeQuestion {
  /** What a node is given to answer. */
  public static final Duration TIMEOUT = Duration.ofSeconds(1);

  private final WireContext context;
  private final PeerChannels channels;

  public NodeQuestion(WireContext context, PeerChannels channels) {
    this.context = context;
    this.channels = channels;
  }

  /**
   * What {@code node} answers, or why it does not; never completes exceptionally.
   *
   * @param call the question, on a stub of the other node
   */
  public <R> CompletableFuture<Heard<R>> ask(
      NodeAddress node, BiConsumer<PeerGrpc.PeerStub, StreamObserver<R>> call) {
    CompletableFuture<Heard<R>> heard = new CompletableFuture<>();
    // A node that came back a moment ago must not pass for dead while its channel still pauses.
    channels.reconnect(node);
    PeerGrpc.PeerStub stub =
        PeerGrpc.newStub(channels.to(node))
            .withWaitForReady()
            .withInterceptors(
                MetadataUtils.newAttachHeadersInterceptor(Credentials.of(context.identity())))
            .withDeadlineAfter(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    call.accept(
        stub,
        new StreamObserver<>() {
          @Override
          public void onNext(R response) {
            heard.complete(Heard.answer(response));
          }

          @Override
          public void onError(Throwable thrown) {
            heard.complete(Heard.silence(why(Status.fromThrowable(thrown))));
          }

          @Override
          public void onCompleted() {
            heard.complete(Heard.silence("answered without a message"));
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
  public record Heard<R>(Optional<R> response, String silence) {
    static <R> Heard<R> answer(R response) {
      return new Heard<>(Optional.of(response), "");
    }

    static <R> Heard<R> silence(String why) {
      return new Heard<>(Optional.empty(), why);
    }
  }
}

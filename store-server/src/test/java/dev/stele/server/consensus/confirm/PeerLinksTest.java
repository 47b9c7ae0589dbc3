// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.stele.proto.peer.v1.ConfirmTermRequest;
import dev.stele.proto.peer.v1.ConfirmTermResponse;
import dev.stele.proto.peer.v1.ConfirmedIndexRequest;
import dev.stele.proto.peer.v1.ConfirmedIndexResponse;
import dev.stele.proto.peer.v1.PeerGrpc;
import dev.stele.server.consensus.confirm.TermQuestions.TermAnswer;
import dev.stele.server.port.NodeAddress;
import dev.stele.server.port.PeerAnswers.ConfirmedIndex;
import dev.stele.server.port.PeerAnswers.NotConfirmed;
import dev.stele.server.port.PeerIdentity;
import dev.stele.server.port.Ticker;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PeerLinksTest {
  private final PeerLinks links =
      new PeerLinks(new PeerIdentity("n0", "secret"), "g", Ticker.SYSTEM);
  private final ConcurrentLinkedQueue<String> callers = new ConcurrentLinkedQueue<>();
  private final CountDownLatch held = new CountDownLatch(1);
  private volatile boolean hold;
  private Server server;

  @AfterEach
  void closeAll() throws InterruptedException {
    held.countDown();
    links.close();
    if (server != null) {
      server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void aQuestionIsAskedUnderThisNodesIdentity() throws Exception {
    connect(listen(0));
    TermAnswer answer = links.ask("n1", 7, in(10_000)).get();
    assertThat(answer).isEqualTo(new TermAnswer("g", "n1", 8));
    assertThat(callers).containsExactly("n0 secret");
    assertThat(links.confirmedIndex("n1", in(10_000)).get()).isEqualTo(new ConfirmedIndex(7, 99));
  }

  @Test
  void anAnswerFromAnotherMemberConfirmsNothing() throws Exception {
    int port = listen(0);
    links.connect(List.of(address("n2", port)));
    assertThat(links.confirmedIndex("n2", in(10_000)).get()).isInstanceOf(NotConfirmed.class);
  }

  @Test
  void aSilentPeerFailsAtTheDeadline() throws Exception {
    connect(listen(0));
    hold = true;
    assertThatThrownBy(() -> links.ask("n1", 7, in(50)).get())
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("DEADLINE_EXCEEDED");
    assertThat(links.confirmedIndex("n1", in(50)).get()).isInstanceOf(NotConfirmed.class);
  }

  @Test
  void aPeerWithoutAnAddressIsNotAsked() throws Exception {
    links.connect(List.of(address("n0", 1)));
    assertThat(links.ask("n1", 7, in(50))).isCompletedExceptionally();
    assertThat(links.confirmedIndex("n0", in(50)).get()).isInstanceOf(NotConfirmed.class);
  }

  @Test
  void aQuestionOutlivesTheCallThatBeganIt() throws Exception {
    connect(listen(0));
    hold = true;
    Context.CancellableContext caller = Context.current().withCancellation();
    CompletableFuture<TermAnswer> answer = caller.call(() -> links.ask("n1", 7, in(10_000)));
    caller.cancel(null);
    held.countDown();
    assertThat(answer.get().term()).isEqualTo(8);
  }

  @Test
  void aPeerThatComesBackIsAskedWithinASecond() throws Exception {
    int port = listen(0);
    connect(port);
    links.ask("n1", 7, in(10_000)).get();
    server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    // Long enough for gRPC's own backoff to have grown beyond a second.
    long away = in(4_000);
    await()
        .pollInterval(Duration.ofMillis(20))
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              assertThat(links.ask("n1", 7, in(500))).failsWithin(Duration.ofSeconds(5));
              return Ticker.SYSTEM.nanos() - away >= 0;
            });
    listen(port);
    await()
        .pollInterval(Duration.ofMillis(20))
        .atMost(Duration.ofSeconds(1))
        .until(() -> answers(links.ask("n1", 7, in(500))));
  }

  @Test
  void aNodeThatMovedIsFoundAndOneThatLeftIsNotAsked() throws Exception {
    links.connect(List.of(address("n1", 1), address("n2", 1)));
    connect(listen(0));
    assertThat(links.ask("n1", 7, in(10_000)).get().term()).isEqualTo(8);
    assertThat(links.ask("n2", 7, in(50))).isCompletedExceptionally();
  }

  private void connect(int port) {
    links.connect(List.of(address("n0", 1), address("n1", port)));
  }

  private static NodeAddress address(String id, int port) {
    return new NodeAddress(id, "127.0.0.1:" + port, "127.0.0.1:1");
  }

  private static boolean answers(CompletableFuture<TermAnswer> answer) throws InterruptedException {
    try {
      return answer.get().term() == 8;
    } catch (ExecutionException e) {
      return false;
    }
  }

  private static long in(long millis) {
    return Ticker.SYSTEM.nanos() + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private int listen(int port) throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .addService(new Peer())
            .intercept(new Callers())
            .build()
            .start();
    return server.getPort();
  }

  private final class Peer extends PeerGrpc.PeerImplBase {
    @Override
    public void confirmTerm(
        ConfirmTermRequest request, StreamObserver<ConfirmTermResponse> observer) {
      await(hold);
      observer.onNext(
          ConfirmTermResponse.newBuilder()
              .setGroupId(request.getGroupId())
              .setMember(request.getTo())
              .setTerm(request.getTerm() + 1)
              .build());
      observer.onCompleted();
    }

    @Override
    public void confirmedIndex(
        ConfirmedIndexRequest request, StreamObserver<ConfirmedIndexResponse> observer) {
      await(hold);
      observer.onNext(
          ConfirmedIndexResponse.newBuilder().setMember("n1").setTerm(7).setIndex(99).build());
      observer.onCompleted();
    }

    private void await(boolean wanted) {
      try {
        if (wanted) {
          assertThat(held.await(30, TimeUnit.SECONDS)).isTrue();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private final class Callers implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      if (callers.isEmpty()) {
        callers.add(
            header(headers, PeerIdentity.MEMBER_HEADER)
                + " "
                + header(headers, PeerIdentity.SECRET_HEADER));
      }
      return next.startCall(call, headers);
    }

    private static String header(Metadata headers, String name) {
      return headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.stele.client.FactKey;
import dev.stele.client.Keys;
import dev.stele.client.StoreClient;
import dev.stele.client.error.OutcomeUnknownException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.UnavailableException;
import dev.stele.client.internal.time.SystemTimekeeper;
import dev.stele.client.kind.DesiredState;
import dev.stele.proto.v1.PutRequest;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The same over TCP, with real time: what is sent, what is not, and what is left behind. */
final class NettyLinkTest {
  private static final FactKey<DesiredState> WEB = Keys.desired("prod/web");
  private static final DesiredState THREE = DesiredState.replicas(3);

  private final FakeNode node = new FakeNode(FakeCluster.header("n", "n", 1, 10));
  private final FakeNode other = new FakeNode(FakeCluster.header("o", "n", 1, 10));
  private final Server server = serve(node, 0);
  private final Server second = serve(other, 0);

  @BeforeEach
  void theOtherNodeKnowsTheLeader() {
    other.header = other.header.toBuilder().setLeaderEndpoint(address(server)).build();
  }

  @AfterEach
  void stop() throws InterruptedException {
    server.shutdownNow().awaitTermination();
    second.shutdownNow().awaitTermination();
  }

  @Test
  void aConnectionThatBreaksUnderASentWriteLeavesItUnknownWithoutASession()
      throws InterruptedException {
    try (StoreClient client = StoreClient.builder().endpoints(both()).sessions(false).build()) {
      client.facts().put(WEB, THREE).join();
      int before = node.calls();
      int elsewhere = other.calls();
      node.isSilent();
      CompletableFuture<?> write = client.facts().put(WEB, THREE);
      await().until(() -> node.calls() > before);
      server.shutdownNow().awaitTermination();

      Failures.of(write, OutcomeUnknownException.class);
      assertThat(other.calls()).isEqualTo(elsewhere);
    }
  }

  @Test
  void aWriteWhoseConnectionBreaksIsSentElsewhereUnderItsSessionAndSequence()
      throws InterruptedException {
    try (StoreClient client = pinned(Duration.ofSeconds(5))) {
      int before = node.calls();
      node.isSilent();
      CompletableFuture<?> write = client.facts().put(WEB, THREE);
      await().until(() -> node.calls() > before);
      server.shutdownNow().awaitTermination();
      write.join();

      PutRequest first = node.received(before, PutRequest.class);
      assertThat(first.getHeader().hasSession()).isTrue();
      assertThat(other.received(other.calls() - 1, PutRequest.class)).isEqualTo(first);
    }
  }

  @Test
  void aReadWhoseConnectionBreaksIsAnsweredElsewhere() throws InterruptedException {
    try (StoreClient client = pinned(Duration.ofSeconds(5))) {
      int before = node.calls();
      node.isSilent();
      CompletableFuture<?> read = client.facts().get(WEB);
      await().until(() -> node.calls() > before);
      server.shutdownNow().awaitTermination();
      read.join();
    }
  }

  @Test
  void aRefusedConnectionLeavesNoDoubt() throws InterruptedException {
    String gone = address(server);
    String both = both();
    server.shutdownNow().awaitTermination();
    try (StoreClient client = client(gone, Duration.ofMillis(400))) {
      UnavailableException failure =
          Failures.of(client.facts().put(WEB, THREE), UnavailableException.class);
      assertThat(failure.mayHaveHappened()).isFalse();
    }
    try (StoreClient client = client(both, Duration.ofSeconds(5))) {
      for (int i = 0; i < 10; i++) {
        client.facts().put(WEB, THREE).join();
      }
      assertThat(other.calls()).isEqualTo(10);
    }
  }

  @Test
  void aWriteThatIsNotAnsweredInTimeIsUnknownAndAReadIsUnavailable() {
    try (StoreClient client = client(address(server), Duration.ofMillis(300))) {
      for (int i = 0; i < 20; i++) {
        node.isSilent();
      }
      Failures.of(client.facts().put(WEB, THREE), OutcomeUnknownException.class);
      for (int i = 0; i < 20; i++) {
        node.isSilent();
      }
      Failures.of(client.facts().get(WEB), UnavailableException.class);
    }
  }

  @Test
  void aSilentEndpointLeavesAReadTimeForAnother() {
    try (StoreClient client = pinned(Duration.ofMillis(1_500))) {
      int elsewhere = other.calls();
      node.isSilent();
      client.facts().get(WEB).join();
      assertThat(other.calls()).isEqualTo(elsewhere + 1);
    }
  }

  @Test
  void aSilentEndpointLeavesAWriteTimeForAnother() {
    try (StoreClient client = pinned(Duration.ofMillis(1_500))) {
      int elsewhere = other.calls();
      node.isSilent();
      client.facts().put(WEB, THREE).join();
      assertThat(other.calls()).isEqualTo(elsewhere + 1);
    }
  }

  @Test
  void anEndpointThatComesBackIsUsedAgain() throws InterruptedException {
    int port = server.getPort();
    try (StoreClient client = client(address(server), Duration.ofSeconds(10))) {
      client.facts().put(WEB, THREE).join();
      server.shutdownNow().awaitTermination();
      // A read: a write could still be sent into the dying connection, and would be unknown.
      CompletableFuture<?> read = client.facts().get(WEB);
      Server again = serve(node, port);
      try {
        read.join();
      } finally {
        again.shutdownNow().awaitTermination();
      }
    }
  }

  @Test
  void noThreadIsLeftBehind() throws InterruptedException {
    try (StoreClient client = client(both(), Duration.ofSeconds(5))) {
      client.facts().put(WEB, THREE).join();
      node.fails(Errors.of(Status.Code.UNAVAILABLE, Reason.NO_QUORUM));
      other.fails(Errors.of(Status.Code.UNAVAILABLE, Reason.NO_QUORUM));
      client.facts().put(WEB, THREE).join();
      assertThat(threads())
          .contains(SystemTimekeeper.THREAD)
          .anyMatch(name -> name.startsWith(DefaultStoreClient.CALL_THREAD));
    }
    await()
        .untilAsserted(
            () ->
                assertThat(threads())
                    .filteredOn(name -> name.startsWith("stele-client"))
                    .isEmpty());
    stop();
    // gRPC ends the threads that clients share a moment after the last of them is closed.
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(threads()).noneMatch(name -> name.startsWith("grpc-")));
  }

  /** A client that has learned that {@link #node} leads. */
  private StoreClient pinned(Duration timeout) {
    StoreClient client = client(both(), timeout);
    client.facts().put(WEB, THREE).join();
    return client;
  }

  private String both() {
    return address(server) + "," + address(second);
  }

  private static StoreClient client(String endpoints, Duration timeout) {
    return StoreClient.builder().endpoints(endpoints).requestTimeout(timeout).build();
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
  }

  private static String address(Server server) {
    return "127.0.0.1:" + server.getPort();
  }

  private static Server serve(FakeNode node, int port) {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    node.services().forEach(builder::addService);
    try {
      return builder.directExecutor().build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

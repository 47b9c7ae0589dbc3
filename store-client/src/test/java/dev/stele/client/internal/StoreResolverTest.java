// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static dev.stele.client.internal.FakeWatches.delete;
import static dev.stele.client.internal.FakeWatches.fact;
import static dev.stele.client.internal.FakeWatches.problem;
import static dev.stele.client.internal.FakeWatches.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.stele.client.FactKey;
import dev.stele.client.Keys;
import dev.stele.client.kind.Endpoint;
import dev.stele.proto.v1.ClusterGrpc;
import dev.stele.proto.v1.StatusRequest;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.SynchronizationContext;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * gRPC channels that know a service by its name only. Store and services are servers on loopback;
 * the services x and y answer with their names.
 */
final class StoreResolverTest {
  private static final FactKey<Endpoint> X = Keys.endpoint("web/x");
  private static final FactKey<Endpoint> Y = Keys.endpoint("web/y");

  private final FakeNode store = new FakeNode(FakeCluster.header("a", "a", 1, 10));
  private final Server storeServer = serve(store, 0);
  private final Server x = serve(new FakeNode(FakeCluster.header("x", "x", 1, 1)), 0);
  private final Server y = serve(new FakeNode(FakeCluster.header("y", "y", 1, 1)), 0);
  private final List<ManagedChannel> channels = new ArrayList<>();

  @AfterEach
  void stop() throws InterruptedException {
    for (ManagedChannel channel : channels) {
      channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
    for (Server server : List.of(storeServer, x, y)) {
      server.shutdownNow().awaitTermination();
    }
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

  private static String address(Server at) {
    return "127.0.0.1:" + at.getPort();
  }

  private ManagedChannel channel() {
    return channel("stele://" + address(storeServer) + "/web");
  }

  private ManagedChannel channel(String target) {
    ManagedChannel channel = ManagedChannelBuilder.forTarget(target).usePlaintext().build();
    channels.add(channel);
    return channel;
  }

  /** Who answers a call that waits until somebody can. */
  private static String patient(ManagedChannel channel) {
    return ClusterGrpc.newBlockingStub(channel)
        .withWaitForReady()
        .withDeadlineAfter(20, TimeUnit.SECONDS)
        .status(StatusRequest.getDefaultInstance())
        .getHeader()
        .getMember();
  }

  private static Status impatient(ManagedChannel channel) {
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                ClusterGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .status(StatusRequest.getDefaultInstance()));
    return failure == null ? Status.OK : failure.getStatus();
  }

  private FakeWatches.Stream stream() {
    await().until(() -> creates() > 0);
    return store.watches.last();
  }

  private int creates() {
    return store.watches.streams.stream().mapToInt(one -> one.creates().size()).sum();
  }

  private static Endpoint at(Server server) {
    return Endpoint.of("web", address(server));
  }

  @Test
  void aChannelFollowsTheEndpointsOfItsService() {
    ManagedChannel channel = channel();
    channel.getState(true);
    FakeWatches.Stream stream = stream();
    assertThat(stream.lastCreate().getSelector().getPrefix().toStringUtf8())
        .isEqualTo("endpoint/web/");

    stream.begins().page(10, true);
    Status none = impatient(channel);
    assertThat(none.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(none.getDescription()).contains("service web").contains("no endpoints");

    stream.events(false, put(11, X, at(x)));
    assertThat(patient(channel)).isEqualTo("x");

    stream.events(false, put(12, X, at(y)));
    await().until(() -> patient(channel).equals("y"));

    stream.events(false, delete(13, X.text()));
    await().until(() -> impatient(channel).getCode() == Status.Code.UNAVAILABLE);
  }

  @Test
  void callsGoOnWhileTheStoreIsAway() throws InterruptedException {
    ManagedChannel channel = channel();
    channel.getState(true);
    stream().begins().page(10, true, fact(5, X, at(x)));
    assertThat(patient(channel)).isEqualTo("x");

    storeServer.shutdownNow().awaitTermination();
    assertThat(patient(channel)).isEqualTo("x");
    // The service is lost too, comes back at its place, and the channel finds it without the store.
    int port = x.getPort();
    x.shutdownNow().awaitTermination();
    assertThat(impatient(channel).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    Server back = serve(new FakeNode(FakeCluster.header("x2", "x2", 1, 1)), port);
    try {
      assertThat(patient(channel)).isEqualTo("x2");
    } finally {
      back.shutdownNow().awaitTermination();
    }
  }

  @Test
  void aStoreThatWasNeverThereFailsCallsThatDoNotWait() throws InterruptedException {
    String gone = address(storeServer);
    ManagedChannel channel = channel();
    storeServer.shutdownNow().awaitTermination();
    Status status = impatient(channel);
    assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(status.getDescription()).contains("service web at " + gone);
  }

  @Test
  void anEndpointOfNoWeightGetsNoCalls() {
    ManagedChannel channel = channel();
    channel.getState(true);
    Endpoint idle = new Endpoint("web", address(x), 0, Map.of());
    stream().begins().page(10, true, fact(5, X, idle), fact(5, Y, at(y)));
    assertThat(patient(channel)).isEqualTo("y");
  }

  @Test
  void channelsWithTheSameEndpointsShareOneClientUntilTheLastIsShut() {
    ManagedChannel first = channel();
    ManagedChannel second = channel();
    first.getState(true);
    second.getState(true);
    await().until(() -> creates() == 2);
    assertThat(store.watches.streams).hasSize(1);
    first.shutdownNow();
    await().until(() -> cancels() == 1);
    assertThat(store.watches.last().gone).isFalse();
    second.shutdownNow();
    await().until(() -> store.watches.last().gone);
  }

  private long cancels() {
    return store.watches.last().requests.stream().filter(one -> one.hasCancel()).count();
  }

  @Test
  void aWatchThatIsRefusedBeginsAnew() {
    ManagedChannel channel = channel();
    channel.getState(true);
    stream().refuses(problem("LIMIT_REACHED"));
    Status status = impatient(channel);
    assertThat(status.getDescription()).contains("because of LIMIT_REACHED");
    await().until(() -> creates() == 2);
    stream().begins().page(10, true, fact(5, X, at(x)));
    assertThat(patient(channel)).isEqualTo("x");
  }

  @Test
  void targetsWithoutASchemeAreWhatTheyWere() {
    assertThat(NameResolverRegistry.getDefaultRegistry().getDefaultScheme()).isEqualTo("dns");
  }

  @Test
  void aTargetMayNameSeveralEndpointsOfTheStore() {
    String target = "stele:///" + address(storeServer) + "," + address(storeServer) + "/a/web";
    channel(target).getState(true);
    assertThat(stream().lastCreate().getSelector().getPrefix().toStringUtf8())
        .isEqualTo("endpoint/a/web/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"stele://127.0.0.1:1/", "stele:///127.0.0.1:1", "stele:///", "stele:x"})
  void aTargetWithoutAServiceIsNone(String text) {
    // Asked itself: a channel that can't be built leaves gRPC's shared threads behind.
    NameResolverProvider provider =
        NameResolverRegistry.getDefaultRegistry().getProviderForScheme("stele");
    NameResolver.Args args =
        NameResolver.Args.newBuilder()
            .setDefaultPort(1)
            .setProxyDetector(address -> null)
            .setSynchronizationContext(
                new SynchronizationContext(
                    (thread, failure) -> {
                      throw new AssertionError(failure);
                    }))
            .setServiceConfigParser(
                new NameResolver.ServiceConfigParser() {
                  @Override
                  public NameResolver.ConfigOrError parseServiceConfig(Map<String, ?> raw) {
                    return NameResolver.ConfigOrError.fromConfig(raw);
                  }
                })
            .build();
    URI target = URI.create(text);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> provider.newNameResolver(target, args))
        .withMessageContaining("stele://");
  }
}

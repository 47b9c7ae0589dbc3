// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import dev.stele.client.RetryBudget;
import dev.stele.client.StoreClient;
import dev.stele.client.internal.link.Connection;
import dev.stele.proto.v1.ResponseHeader;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/** Scripted nodes in this process, at {@code a:1}, {@code b:1}, {@code c:1}; a leads in term 1. */
final class FakeCluster implements AutoCloseable {
  static final String CLUSTER = "01J";
  private static final AtomicLong NEXT = new AtomicLong();

  final FakeTimekeeper time = new FakeTimekeeper();
  private final String prefix = "fake-" + NEXT.incrementAndGet() + "-";
  private final Map<String, Server> servers = new ConcurrentHashMap<>();
  private final List<StoreClient> clients = new ArrayList<>();
  Duration requestTimeout = Duration.ofSeconds(5);
  RetryBudget budget = RetryBudget.standard();
  boolean sessions = true;
  Executor callbacks = Runnable::run;
  Executor watches = Runnable::run;
  ObservationRegistry observations = ObservationRegistry.NOOP;

  final FakeNode a = start("a:1");
  final FakeNode b = start("b:1");
  final FakeNode c = start("c:1");

  static ResponseHeader header(String member, String leader, long term, long revision) {
    return ResponseHeader.newBuilder()
        .setClusterId(CLUSTER)
        .setEpoch(1)
        .setMember(member)
        .setLeader(leader)
        .setLeaderEndpoint(leader)
        .setTerm(term)
        .setRevision(revision)
        .build();
  }

  FakeNode start(String endpoint) {
    FakeNode node = new FakeNode(header(endpoint, "a:1", 1, 10));
    restart(endpoint, node);
    return node;
  }

  void restart(String endpoint, FakeNode node) {
    serve(endpoint, node.services());
  }

  /** As a release that does not know the stream of many calls. */
  void restartOld(String endpoint, FakeNode node) {
    serve(endpoint, node.services().stream().filter(service -> service != node.pipeline).toList());
  }

  private void serve(String endpoint, List<BindableService> services) {
    InProcessServerBuilder builder =
        InProcessServerBuilder.forName(prefix + endpoint).directExecutor();
    services.forEach(builder::addService);
    try {
      servers.put(endpoint, builder.build().start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void stop(String endpoint) throws InterruptedException {
    servers.remove(endpoint).shutdownNow().awaitTermination();
  }

  StoreClient client(String... endpoints) {
    ClientSettings settings =
        new ClientSettings(
            List.of(endpoints),
            requestTimeout,
            Duration.ofSeconds(1),
            budget,
            sessions,
            callbacks,
            Optional.of(watches),
            observations);
    StoreClient client = new DefaultStoreClient(settings, this::open, time);
    clients.add(client);
    return client;
  }

  private Connection open(String endpoint) {
    ManagedChannel channel =
        InProcessChannelBuilder.forName(prefix + endpoint).directExecutor().disableRetry().build();
    return new Connection(channel, new FakeLoop(time));
  }

  @Override
  public void close() {
    clients.forEach(StoreClient::close);
    servers.values().forEach(Server::shutdownNow);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static dev.stele.client.internal.FakeWatches.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.stele.client.Keys;
import dev.stele.client.Selector;
import dev.stele.client.StoreClient;
import dev.stele.client.Watch;
import dev.stele.client.WatchBatch;
import dev.stele.client.WatchState;
import io.grpc.Attributes;
import io.grpc.Server;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Watches over TCP. */
final class NettyWatchTest {
  private final AtomicInteger connections = new AtomicInteger();
  private final FakeNode node = new FakeNode(FakeCluster.header("a", "a", 1, 10));
  private final FakeNode second = new FakeNode(FakeCluster.header("b", "a", 1, 10));
  private final Server server = serve(node);
  private final Server other = serve(second);
  private final Seen seen = new Seen();

  @AfterEach
  void stop() throws InterruptedException {
    server.shutdownNow().awaitTermination();
    other.shutdownNow().awaitTermination();
  }

  @Test
  void aWatchHasAConnectionAndAThreadOfItsOwn() {
    List<String> threads = new CopyOnWriteArrayList<>();
    try (StoreClient client = StoreClient.connect(address(server))) {
      client.facts().get(Keys.desired("a")).join();
      client
          .watch(Selector.all())
          .from(11)
          .start(batch -> threads.add(Thread.currentThread().getName()));
      await()
          .until(() -> !node.watches.streams.isEmpty() && !node.watches.last().creates().isEmpty());
      assertThat(connections).hasValue(2);
      node.watches.last().begins().events(false, put(11, "x/a"));
      await().until(() -> !threads.isEmpty());
      assertThat(threads.get(0)).startsWith("stele-client-watch-");
    }
    await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().startsWith("stele-client-watch-")));
  }

  @Test
  void aListenerThatBlocksHoldsUpNeitherRequestsNorOtherWatches() throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    try (StoreClient client = StoreClient.connect(address(server))) {
      client.watch(Selector.all()).from(11).start((WatchBatch batch) -> awaitQuietly(release));
      client.watch(Selector.all()).from(11).start(seen);
      await()
          .until(
              () -> !node.watches.streams.isEmpty() && node.watches.last().creates().size() == 2);
      FakeWatches.Stream stream = node.watches.last();
      stream.begins(1, 11).begins(2, 11);
      for (int i = 0; i < 50; i++) {
        stream.events(1, false, put(11 + i, "x/a", 100 << 10));
        stream.events(2, false, put(11 + i, "x/b", 1));
      }
      await().until(() -> seen.batches.size() == 50);
      client.facts().get(Keys.desired("a")).join();
      release.countDown();
    }
  }

  @Test
  void aNodeThatGoesAwayIsReplacedByAnother() throws InterruptedException {
    try (StoreClient client = StoreClient.connect(address(server) + "," + address(other))) {
      Watch watch = client.watch(Selector.all()).from(11).start(seen);
      await().until(() -> watchIsAt(node) || watchIsAt(second));
      boolean atFirst = watchIsAt(node);
      (atFirst ? node : second).watches.last().begins();
      await().until(() -> watch.state() == WatchState.LIVE);
      (atFirst ? server : other).shutdownNow().awaitTermination();
      FakeNode next = atFirst ? second : node;
      await().atMost(Duration.ofSeconds(20)).until(() -> watchIsAt(next));
      next.watches.last().begins().events(false, put(11, "x/a"));
      await().until(() -> seen.words.contains("11 a"));
      assertThat(seen.states()).contains(WatchState.RECONNECTING);
    }
  }

  private static boolean watchIsAt(FakeNode candidate) {
    List<FakeWatches.Stream> streams = candidate.watches.streams;
    return !streams.isEmpty() && !candidate.watches.last().creates().isEmpty();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String address(Server at) {
    return "127.0.0.1:" + at.getPort();
  }

  private Server serve(FakeNode at) {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    at.services().forEach(builder::addService);
    builder.addTransportFilter(
        new ServerTransportFilter() {
          @Override
          public Attributes transportReady(Attributes attributes) {
            connections.incrementAndGet();
            return attributes;
          }
        });
    try {
      return builder.directExecutor().build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

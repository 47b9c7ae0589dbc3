// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.stele.server.boot.StoreServer;
import dev.stele.server.boot.config.StoreConfig;
import dev.stele.server.port.Ticker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Three nodes whose time goes on as it does, and jumps ahead when it is told to. */
final class TimedCluster implements AutoCloseable {
  static final Duration SOON = Duration.ofSeconds(40);
  private static final int NODES = 3;

  private final AtomicLong aheadNanos = new AtomicLong();
  private final Ticker ticker = () -> System.nanoTime() + aheadNanos.get();
  private final List<StoreConfig> configs = new ArrayList<>();
  private final List<Optional<StoreServer>> nodes = new ArrayList<>();

  TimedCluster(Path directory) throws InterruptedException {
    List<Integer> ports = FreePorts.find(2 * NODES);
    String addresses =
        IntStream.range(0, NODES)
            .mapToObj(
                i ->
                    "n%d=127.0.0.1:%d/127.0.0.1:%d"
                        .formatted(i, port(ports, i, 0), port(ports, i, 1)))
            .collect(Collectors.joining(","));
    String secret = UUID.randomUUID().toString();
    for (int i = 0; i < NODES; i++) {
      configs.add(
          StoreConfig.of(
              Map.of(
                  "cluster.nodes",
                  addresses,
                  "cluster.secret",
                  secret,
                  "node.id",
                  "n" + i,
                  "node.data-dir",
                  directory.resolve("n" + i).toString(),
                  "api.listen",
                  "127.0.0.1:" + port(ports, i, 0),
                  "raft.listen",
                  "127.0.0.1:" + port(ports, i, 1),
                  "http.listen",
                  "127.0.0.1:0",
                  "raft.min-free-space",
                  "0B",
                  "storage.block-cache",
                  "8MiB")));
      nodes.add(Optional.empty());
    }
    startAll();
  }

  private static int port(List<Integer> ports, int node, int which) {
    return ports.get(2 * node + which);
  }

  /** Moves the time of all nodes ahead. */
  void advance(Duration time) {
    aheadNanos.addAndGet(time.toNanos());
  }

  List<String> endpoints() {
    return configs.stream().map(config -> config.address().api()).toList();
  }

  /** The node that leads, once there is one. */
  int leader() {
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> IntStream.range(0, NODES).anyMatch(this::leads));
    return IntStream.range(0, NODES).filter(this::leads).findFirst().orElseThrow();
  }

  private boolean leads(int node) {
    return nodes.get(node).map(server -> server.leadership().standing().ready()).orElse(false);
  }

  void kill(int node) {
    nodes.get(node).orElseThrow().kill();
    nodes.set(node, Optional.empty());
  }

  /** Stops all nodes in an orderly way, and starts them again. */
  void restartAll() throws InterruptedException {
    nodes.stream().flatMap(Optional::stream).parallel().forEach(StoreServer::close);
    nodes.replaceAll(node -> Optional.empty());
    startAll();
  }

  /** Starts those that are down; returns once all serve. */
  void startAll() throws InterruptedException {
    for (int i = 0; i < NODES; i++) {
      if (nodes.get(i).isEmpty()) {
        StoreServer.Options options = StoreServer.Options.embedded().withTicker(ticker);
        nodes.set(i, Optional.of(StoreServer.start(configs.get(i), options)));
      }
    }
    for (Optional<StoreServer> node : nodes) {
      assertThat(node.orElseThrow().awaitReady(SOON)).isTrue();
    }
  }

  @Override
  public void close() {
    nodes.stream().flatMap(Optional::stream).parallel().forEach(StoreServer::kill);
  }
}

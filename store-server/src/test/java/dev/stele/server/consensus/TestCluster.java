// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.stele.server.consensus.ratis.DirectorySync;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.command.Refusal;
import dev.stele.server.port.NodeAddress;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.Proposal.Decided;
import dev.stele.server.port.StateStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.apache.ratis.conf.RaftProperties;

/** Nodes in one process, over loopback. */
final class TestCluster implements AutoCloseable {
  final TestLinks links = new TestLinks();
  private final TreeMap<String, TestNode> nodes = new TreeMap<>();

  private TestCluster() {}

  /** What differs from a plain cluster. */
  static final class Plan {
    private final Path directory;
    private int size = 3;
    private UnaryOperator<ConsensusSettings> settings = UnaryOperator.identity();
    private BiConsumer<String, RaftProperties> properties = (id, all) -> {};
    private BiFunction<String, StateStore, StateStore> wrapping = (id, store) -> store;
    private DirectorySync disk = DirectorySync.FSYNC;

    Plan(Path directory) {
      this.directory = directory;
    }

    Plan nodes(int count) {
      size = count;
      return this;
    }

    Plan settings(UnaryOperator<ConsensusSettings> change) {
      settings = change;
      return this;
    }

    Plan properties(BiConsumer<String, RaftProperties> change) {
      properties = change;
      return this;
    }

    Plan wrapping(BiFunction<String, StateStore, StateStore> wrap) {
      wrapping = wrap;
      return this;
    }

    Plan disk(DirectorySync change) {
      disk = change;
      return this;
    }

    TestCluster start() throws IOException {
      TestCluster cluster = build();
      try {
        for (TestNode node : cluster.nodes.values()) {
          node.start();
        }
      } catch (IOException | RuntimeException e) {
        cluster.close();
        throw e;
      }
      return cluster;
    }

    TestCluster build() throws IOException {
      TestCluster cluster = new TestCluster();
      List<NodeAddress> addresses = addresses(size);
      for (NodeAddress address : addresses) {
        String id = address.id();
        ConsensusSettings plain =
            ConsensusSettings.of("test", id, addresses, directory.resolve(id)).withLog(8 << 20, 0);
        cluster.nodes.put(
            id,
            new TestNode(
                settings.apply(plain),
                cluster.links,
                all -> properties.accept(id, all),
                store -> wrapping.apply(id, store),
                disk));
      }
      return cluster;
    }
  }

  TestNode node(String id) {
    return nodes.get(id);
  }

  List<TestNode> up() {
    return nodes.values().stream().filter(TestNode::isUp).toList();
  }

  /** Waits for a leader that the links let lead. */
  TestNode leader() {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> up().stream().anyMatch(this::leadsOthers));
    return up().stream().filter(this::leadsOthers).findFirst().orElseThrow();
  }

  private boolean leadsOthers(TestNode node) {
    return node.leads() && !links.isIsolated(node.id);
  }

  /** Writes at whoever leads until it is decided; only for writes that may be done twice. */
  Decided write(String key, String body) {
    Put put = TestNode.put(key, body);
    Proposal[] last = new Proposal[1];
    await()
        .atMost(Duration.ofSeconds(30))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> {
              TestNode leader = leader();
              last[0] =
                  TestNode.now(
                      leader
                          .consensus
                          .log()
                          .propose(put, TestNode.deadlineNanos(Duration.ofSeconds(3))));
              return last[0] instanceof Decided;
            });
    Decided decided = (Decided) last[0];
    assertThat(decided.result()).isNotInstanceOf(Refusal.class);
    return decided;
  }

  /** Waits until all nodes that are up have applied the same. */
  void awaitEqualStates() {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () ->
                up().stream().map(node -> node.store.applied()).distinct().count() == 1
                    && up().stream().map(node -> States.of(node.store)).distinct().count() == 1);
  }

  @Override
  public void close() {
    // Ratis needs a second for each.
    up().parallelStream().forEach(TestNode::stopAtOnce);
  }

  static List<NodeAddress> addresses(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    List<NodeAddress> addresses = new ArrayList<>();
    try {
      for (int i = 1; i <= count; i++) {
        addresses.add(new NodeAddress("n" + i, free(held), free(held)));
      }
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
    return addresses;
  }

  private static String free(List<ServerSocket> held) throws IOException {
    ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    held.add(socket);
    return "127.0.0.1:" + socket.getLocalPort();
  }
}

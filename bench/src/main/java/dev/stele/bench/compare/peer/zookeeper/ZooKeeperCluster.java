// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.zookeeper;

import dev.stele.bench.compare.Cluster;
import dev.stele.bench.compare.Driver;
import dev.stele.bench.compare.peer.Launch;
import dev.stele.bench.compare.peer.Nodes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Three QuorumPeerMain processes: server i has its clients at base + 10·i, its quorum and its
 * elections at the next two ports.
 */
final class ZooKeeperCluster implements Cluster {
  private static final int SERVERS = 3;
  private static final int PORT_STEP = 10;
  private static final Duration START_BOUND = Duration.ofSeconds(60);
  private static final String HOST = InetAddress.getLoopbackAddress().getHostAddress();
  private static final String HEAP = "-Xmx1000m";

  private final int basePort;
  private final Nodes nodes;
  private final Marker marker = new Marker();

  private ZooKeeperCluster(int basePort, Nodes nodes) {
    this.basePort = basePort;
    this.nodes = nodes;
  }

  static ZooKeeperCluster start(Path directory, int basePort)
      throws IOException, InterruptedException {
    List<Launch> launches = new ArrayList<>();
    for (int server = 0; server < SERVERS; server++) {
      launches.add(launch(directory.resolve("s" + server), server, basePort));
    }
    ZooKeeperCluster cluster = new ZooKeeperCluster(basePort, new Nodes(launches));
    boolean serving = false;
    try {
      cluster.nodes.startAll();
      for (int server = 0; server < SERVERS; server++) {
        InetSocketAddress address = cluster.address(server);
        cluster.nodes.await(
            server, "serving", START_BOUND, () -> ServerState.ask(address).isPresent());
      }
      serving = true;
      return cluster;
    } finally {
      if (!serving) {
        cluster.close();
      }
    }
  }

  private static Launch launch(Path folder, int server, int basePort) throws IOException {
    Path data = folder.resolve("data");
    Files.createDirectories(data);
    Files.writeString(data.resolve("myid"), Integer.toString(server + 1));
    Path config = folder.resolve("zoo.cfg");
    Files.writeString(config, config(data, server, basePort));
    Path logging = folder.resolve("logback.xml");
    // As its own configuration has it: without one, Logback would write every detail.
    Files.writeString(
        logging,
        "<configuration><appender name='OUT' class='ch.qos.logback.core.ConsoleAppender'><encoder>"
            + "<pattern>%d %-5p [%t:%C{1}@%L] - %m%n</pattern></encoder></appender>"
            + "<root level='INFO'><appender-ref ref='OUT'/></root></configuration>");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            HEAP,
            "-Dlogback.configurationFile=" + logging,
            "-cp",
            ServerClassPath.text(),
            "org.apache.zookeeper.server.quorum.QuorumPeerMain",
            config.toString());
    return new Launch("zookeeper-s" + server, command, "ZOO", Map.of(), folder);
  }

  private static String config(Path data, int server, int basePort) {
    StringBuilder text = new StringBuilder("tickTime=2000\ninitLimit=10\nsyncLimit=5\n");
    text.append("dataDir=").append(data).append('\n');
    text.append("clientPort=").append(port(basePort, server, 0)).append('\n');
    text.append("clientPortAddress=").append(HOST).append('\n');
    text.append("maxClientCnxns=0\nadmin.enableServer=false\n4lw.commands.whitelist=srvr\n");
    for (int each = 0; each < SERVERS; each++) {
      text.append(
          "server.%d=%s:%d:%d%n"
              .formatted(each + 1, HOST, port(basePort, each, 1), port(basePort, each, 2)));
    }
    return text.toString();
  }

  private static int port(int basePort, int server, int offset) {
    return basePort + PORT_STEP * server + offset;
  }

  private InetSocketAddress address(int server) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port(basePort, server, 0));
  }

  private List<InetSocketAddress> addresses() {
    return IntStream.range(0, SERVERS).mapToObj(this::address).toList();
  }

  @Override
  public List<Long> pids() {
    return nodes.pids();
  }

  @Override
  public int leader() throws IOException {
    for (int server = 0; server < SERVERS; server++) {
      if (ServerState.ask(address(server)).filter(ServerState::leads).isPresent()) {
        return server;
      }
    }
    throw new IOException("no server of ZooKeeper leads");
  }

  @Override
  public Driver connect(int connections) throws IOException {
    return new ZooKeeperDriver(addresses(), connections, leader());
  }

  @Override
  public void kill(int node) throws InterruptedException {
    nodes.kill(node);
    List<InetSocketAddress> others = new ArrayList<>(addresses());
    others.remove(node);
    marker.connect(others);
  }

  @Override
  public void startAgain(int node) throws IOException, InterruptedException {
    long acknowledged = marker.mark();
    nodes.start(node);
    nodes.await(
        node,
        "up to date",
        START_BOUND,
        () ->
            ServerState.ask(address(node))
                .filter(state -> state.zxid() >= acknowledged)
                .isPresent());
  }

  @Override
  public void close() {
    marker.close();
    nodes.close();
  }
}

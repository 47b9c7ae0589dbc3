// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.etcd;

import com.google.protobuf.ByteString;
import dev.stele.bench.compare.Cluster;
import dev.stele.bench.compare.Driver;
import dev.stele.bench.compare.peer.Lanes;
import dev.stele.bench.compare.peer.Launch;
import dev.stele.bench.compare.peer.Nodes;
import dev.stele.bench.compare.peer.Programs;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.StatusResponse;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Three etcd processes: node i has its clients at base + 10·i and its peers at the next port. */
final class EtcdCluster implements Cluster {
  private static final int NODES = 3;
  private static final int PORT_STEP = 10;
  private static final Duration START_BOUND = Duration.ofSeconds(60);
  private static final long CALL_MILLIS = 1_000;
  private static final String HOST = "127.0.0.1:";

  /** No key is so: only the answer's header is asked for. */
  private static final ByteString NO_KEY = ByteString.copyFromUtf8("-");

  private final List<String> endpoints;
  private final Nodes nodes;
  private final List<ManagedChannel> channels;

  private EtcdCluster(List<String> endpoints, Nodes nodes) {
    this.endpoints = endpoints;
    this.nodes = nodes;
    this.channels = endpoints.stream().map(Lanes::channel).toList();
  }

  static EtcdCluster start(Path etcd, Path directory, int basePort)
      throws IOException, InterruptedException {
    List<String> endpoints = ports(basePort);
    Nodes nodes = new Nodes(launches(etcd, directory, endpoints, ports(basePort + 1)));
    EtcdCluster cluster = new EtcdCluster(endpoints, nodes);
    boolean serving = false;
    try {
      nodes.startAll();
      for (int node = 0; node < NODES; node++) {
        cluster.awaitHealth(node);
      }
      serving = true;
      return cluster;
    } finally {
      if (!serving) {
        cluster.close();
      }
    }
  }

  private static List<String> ports(int first) {
    return IntStream.range(0, NODES).mapToObj(i -> HOST + (first + PORT_STEP * i)).toList();
  }

  private static List<Launch> launches(
      Path etcd, Path directory, List<String> clients, List<String> peers) {
    String all =
        IntStream.range(0, NODES)
            .mapToObj(i -> "n" + i + "=http://" + peers.get(i))
            .collect(Collectors.joining(","));
    List<Launch> launches = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      String client = "http://" + clients.get(i);
      String peer = "http://" + peers.get(i);
      List<String> command =
          List.of(
              etcd.toString(),
              "--name=n" + i,
              "--data-dir=" + directory.resolve("n" + i),
              "--listen-client-urls=" + client,
              "--advertise-client-urls=" + client,
              "--listen-peer-urls=" + peer,
              "--initial-advertise-peer-urls=" + peer,
              "--initial-cluster=" + all,
              "--initial-cluster-state=new",
              "--quota-backend-bytes=" + (8L << 30));
      // 3.4 asks for its consent to run on 64-bit ARM; elsewhere the variable says nothing.
      Map<String, String> environment = Map.of("ETCD_UNSUPPORTED_ARCH", "arm64");
      launches.add(new Launch("etcd-n" + i, command, "ETCD_", environment, directory));
    }
    return launches;
  }

  private void awaitHealth(int node) throws IOException, InterruptedException {
    String health = "http://" + endpoints.get(node) + "/health";
    nodes.await(node, "healthy", START_BOUND, () -> Programs.isOk(health));
  }

  @Override
  public List<Long> pids() {
    return nodes.pids();
  }

  @Override
  public int leader() throws IOException {
    for (int node = 0; node < NODES; node++) {
      if (nodes.isAlive(node) && leads(node)) {
        return node;
      }
    }
    throw new IOException("no node of etcd leads");
  }

  private boolean leads(int node) {
    try {
      StatusResponse status =
          MaintenanceGrpc.newBlockingStub(channels.get(node))
              .withDeadlineAfter(CALL_MILLIS, TimeUnit.MILLISECONDS)
              .status(StatusRequest.getDefaultInstance());
      return status.getLeader() == status.getHeader().getMemberId();
    } catch (StatusRuntimeException silent) {
      return false;
    }
  }

  @Override
  public Driver connect(int connections) throws IOException {
    return new EtcdDriver(endpoints, connections, leader());
  }

  @Override
  public void kill(int node) throws InterruptedException {
    nodes.kill(node);
  }

  @Override
  public void startAgain(int node) throws IOException, InterruptedException {
    int other = nodes.isAlive((node + 1) % NODES) ? (node + 1) % NODES : (node + 2) % NODES;
    long acknowledged = revision(other, false);
    nodes.start(node);
    nodes.await(node, "up to date", START_BOUND, () -> has(node, acknowledged));
  }

  private boolean has(int node, long revision) {
    channels.get(node).resetConnectBackoff();
    try {
      return revision(node, true) >= revision;
    } catch (StatusRuntimeException notYet) {
      return false;
    }
  }

  /** Where the node stands; of a linearizable read: at or behind all that was acknowledged. */
  private long revision(int node, boolean serializable) {
    return KVGrpc.newBlockingStub(channels.get(node))
        .withDeadlineAfter(CALL_MILLIS * (serializable ? 1 : 10), TimeUnit.MILLISECONDS)
        .range(RangeRequest.newBuilder().setKey(NO_KEY).setSerializable(serializable).build())
        .getHeader()
        .getRevision();
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    nodes.close();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.stele;

import com.google.protobuf.ByteString;
import dev.stele.bench.compare.Cluster;
import dev.stele.bench.compare.Driver;
import dev.stele.bench.compare.peer.Lanes;
import dev.stele.bench.compare.peer.Launch;
import dev.stele.bench.compare.peer.Nodes;
import dev.stele.bench.compare.peer.Programs;
import dev.stele.client.Keys;
import dev.stele.client.StoreClient;
import dev.stele.client.kind.KindPolicy;
import dev.stele.proto.v1.ClusterGrpc;
import dev.stele.proto.v1.FactsGrpc;
import dev.stele.proto.v1.GetRequest;
import dev.stele.proto.v1.HelloRequest;
import dev.stele.proto.v1.ReadMode;
import dev.stele.proto.v1.ResponseHeader;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Server processes, started by the launcher. */
public final class SteleCluster implements Cluster {
  /** Facts that the kind may have; its own limit is 100,000. */
  static final long MAX_FACTS = 10_000_000;

  private static final Duration START_BOUND = Duration.ofSeconds(90);
  private static final long CALL_MILLIS = 1_000;

  /** No fact is so: only the answer's header is asked for. */
  private static final ByteString NO_KEY = ByteString.copyFromUtf8("config/-");

  private final SteleContender.Way way;
  private final SteleConfig config;
  private final Nodes nodes;
  private final List<ManagedChannel> channels;

  private SteleCluster(SteleContender.Way way, SteleConfig config, Nodes nodes) {
    this.way = way;
    this.config = config;
    this.nodes = nodes;
    this.channels = endpoints().stream().map(Lanes::channel).toList();
  }

  /**
   * Starts one on empty data, and returns once it serves.
   *
   * @param way how {@link #connect} reaches it
   * @param launcher the script that starts servers, absolute like {@code directory}
   * @param environment this process's variables
   * @param basePort the first of ten ports for each node
   * @throws IOException when it does not come up; nothing is left running then
   */
  public static SteleCluster start(
      SteleContender.Way way,
      Path launcher,
      Map<String, String> environment,
      Path directory,
      int basePort,
      int nodes)
      throws IOException, InterruptedException {
    SteleConfig config = SteleConfig.create(directory, basePort, nodes);
    List<Launch> launches = new ArrayList<>();
    for (int node = 0; node < nodes; node++) {
      Files.createDirectories(config.folder(node));
      Files.writeString(config.file(node), config.text(node));
      launches.add(launch(config, node, launcher, environment));
    }
    SteleCluster cluster = new SteleCluster(way, config, new Nodes(launches));
    boolean serving = false;
    try {
      cluster.nodes.startAll();
      for (int node = 0; node < nodes; node++) {
        cluster.awaitReady(node);
      }
      cluster.raiseLimit();
      serving = true;
      return cluster;
    } finally {
      if (!serving) {
        cluster.close();
      }
    }
  }

  private static Launch launch(
      SteleConfig config, int node, Path launcher, Map<String, String> environment) {
    Map<String, String> variables = new HashMap<>();
    // The jars are those that this process runs from.
    variables.put("STELE_NO_BUILD", "1");
    for (String name : List.of("STELE_JAVA", "STELE_JAVA_OPTS", "STELE_SERVER_HEAP")) {
      if (environment.containsKey(name)) {
        variables.put(name, environment.get(name));
      }
    }
    List<String> command =
        List.of(launcher.toString(), "server", "--config", config.file(node).toString());
    return new Launch("stele-n" + node, command, "STELE_", variables, config.folder(node));
  }

  private void awaitReady(int node) throws IOException, InterruptedException {
    String url = "http://" + config.http(node) + "/readyz";
    nodes.await(node, "ready", START_BOUND, () -> Programs.isOk(url));
  }

  private void raiseLimit() throws IOException {
    try (StoreClient client = StoreClient.builder().endpoints(endpoints()).build()) {
      client.facts().put(Keys.kind("config"), KindPolicy.builtIn().withMaxFacts(MAX_FACTS)).join();
    } catch (CompletionException e) {
      throw new IOException("can't raise the limit of facts", e.getCause());
    }
  }

  /** {@code host:port} of each node. */
  public List<String> endpoints() {
    return IntStream.range(0, config.nodes()).mapToObj(config::client).toList();
  }

  /** Where a node keeps its data. */
  public Path dataFolder(int node) {
    return config.data(node);
  }

  /** How the first node runs. */
  List<String> command() {
    return nodes.arguments(0);
  }

  /** Of a JVM's arguments those before the class path; files without their folders. */
  static List<String> flags(List<String> arguments) {
    int classPath = arguments.indexOf("-cp");
    return arguments.stream()
        .limit(classPath < 0 ? arguments.size() : classPath)
        .map(flag -> flag.replaceFirst("=/.*/", "="))
        .toList();
  }

  @Override
  public List<Long> pids() {
    return nodes.pids();
  }

  @Override
  public int leader() throws IOException {
    for (int node = 0; node < config.nodes(); node++) {
      if (nodes.isAlive(node)) {
        try {
          ResponseHeader header =
              ClusterGrpc.newBlockingStub(channels.get(node))
                  .withDeadlineAfter(CALL_MILLIS, TimeUnit.MILLISECONDS)
                  .hello(HelloRequest.getDefaultInstance())
                  .getHeader();
          if (header.getLeader().equals(header.getMember())) {
            return node;
          }
        } catch (StatusRuntimeException silent) {
          channels.get(node).resetConnectBackoff();
        }
      }
    }
    throw new IOException("no node of Stele leads");
  }

  @Override
  public Driver connect(int connections) throws IOException {
    return connect(way, connections);
  }

  /** A client that reaches it in this way, whatever it was started for. */
  Driver connect(SteleContender.Way reached, int connections) throws IOException {
    return switch (reached) {
      case CLIENT -> new SteleDriver(endpoints(), connections, leader());
      case ONE_RPC_A_CALL -> new SteleRpcDriver(endpoints(), connections, leader());
    };
  }

  @Override
  public void kill(int node) throws InterruptedException {
    nodes.kill(node);
  }

  @Override
  public void startAgain(int node) throws IOException, InterruptedException {
    int next = (node + 1) % config.nodes();
    int other = nodes.isAlive(next) ? next : (node + 2) % config.nodes();
    ReadMode linearizable =
        ReadMode.newBuilder().setLinearizable(ReadMode.Linearizable.getDefaultInstance()).build();
    long acknowledged = revision(other, linearizable, 10 * CALL_MILLIS);
    nodes.start(node);
    nodes.await(node, "up to date", START_BOUND, () -> has(node, acknowledged));
  }

  private boolean has(int node, long revision) {
    channels.get(node).resetConnectBackoff();
    try {
      ReadMode mode = ReadMode.newBuilder().setAtLeast(revision).build();
      return revision(node, mode, CALL_MILLIS) >= revision;
    } catch (StatusRuntimeException notYet) {
      return false;
    }
  }

  private long revision(int node, ReadMode mode, long millis) {
    return FactsGrpc.newBlockingStub(channels.get(node))
        .withDeadlineAfter(millis, TimeUnit.MILLISECONDS)
        .get(GetRequest.newBuilder().setKey(NO_KEY).setRead(mode).build())
        .getHeader()
        .getRevision();
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    nodes.close();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.growth;

import dev.stele.bench.compare.peer.stele.SteleCluster;
import dev.stele.bench.compare.peer.stele.SteleContender.Way;
import dev.stele.bench.compare.run.Folders;
import dev.stele.bench.compare.run.Ports;
import dev.stele.bench.growth.Finding.Figure;
import dev.stele.bench.growth.Site.Sites;
import dev.stele.bench.watch.GrpcFeed;
import dev.stele.client.StoreClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;

/** Clusters of Stele, started as a comparison starts them but for the heap of a node. */
public final class SteleSites implements Sites {
  private static final String HEAP = "STELE_SERVER_HEAP";
  private static final String HEAP_DEFAULT = "512m";
  private static final int CONNECTIONS = 4;
  private static final List<What> WARMING = List.of(What.PUT, What.GET, What.LIST);

  private final Path launcher;
  private final Map<String, String> environment;
  private final Path directory;
  private final Ports ports;
  private final ScheduledExecutorService timer;
  private int started;

  /**
   * None runs yet.
   *
   * @param launcher starts servers
   * @param environment this process's variables; without {@code STELE_SERVER_HEAP} nodes have 512
   *     MB, since a million facts are more than a comparison has
   * @param directory where their data are while they run
   * @param ports where they may listen
   * @param timer waits and starts what is due; stays the caller's to close
   */
  public SteleSites(
      Path launcher,
      Map<String, String> environment,
      Path directory,
      Ports ports,
      ScheduledExecutorService timer) {
    this.launcher = launcher.toAbsolutePath();
    this.environment = new HashMap<>(environment);
    this.environment.putIfAbsent(HEAP, HEAP_DEFAULT);
    this.directory = directory.toAbsolutePath();
    this.ports = ports;
    this.timer = timer;
  }

  @Override
  public Site start(int nodes) throws IOException, InterruptedException {
    Path data = directory.resolve("grow-" + started++);
    boolean serving = false;
    try {
      SteleCluster cluster =
          SteleCluster.start(Way.CLIENT, launcher, environment, data, ports.next(), nodes);
      serving = true;
      return new SteleSite(cluster, data);
    } finally {
      if (!serving) {
        takeAway(data);
      }
    }
  }

  private void takeAway(Path data) throws IOException {
    if (Files.exists(data)) {
      Folders.delete(data);
    }
    Folders.deleteIfEmpty(directory);
  }

  private final class SteleSite implements Site {
    private final SteleCluster cluster;
    private final Path data;
    private final List<StoreClient> clients;
    private final StoreLoad load;

    SteleSite(SteleCluster cluster, Path data) {
      this.cluster = cluster;
      this.data = data;
      this.clients =
          Stream.generate(() -> StoreClient.builder().endpoints(cluster.endpoints()).build())
              .limit(CONNECTIONS)
              .toList();
      this.load = new StoreLoad(clients, timer, System::nanoTime);
    }

    @Override
    public void fill(int from, int to) throws IOException, InterruptedException {
      load.fill(from, to);
    }

    @Override
    public void warmUp(Duration duration) throws IOException, InterruptedException {
      if (!duration.isZero()) {
        for (What what : WARMING) {
          Figure unused =
              load.measure(what, GrowthPlan.BASE_FACTS, duration.dividedBy(WARMING.size()));
        }
      }
    }

    @Override
    public Figure measure(What what, int facts, Duration duration)
        throws IOException, InterruptedException {
      return load.measure(what, facts, duration);
    }

    @Override
    public Figure watch(int watchers, Duration duration) throws IOException, InterruptedException {
      try (GrpcFeed feed = new GrpcFeed(cluster.endpoints().get(follower()))) {
        return load.watch(feed, watchers, duration);
      }
    }

    /** One that follows; of a single node, that one. */
    private int follower() throws IOException {
      return (cluster.leader() + 1) % cluster.pids().size();
    }

    @Override
    public long diskBytes() throws IOException {
      long sum = 0;
      try (Stream<Path> files = Files.walk(cluster.dataFolder(follower()))) {
        for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
          sum += size(file);
        }
      }
      return sum;
    }

    /** Files come and go while the node works. */
    private static long size(Path file) throws IOException {
      try {
        return Files.size(file);
      } catch (NoSuchFileException gone) {
        return 0;
      }
    }

    @Override
    public Figure restart() throws IOException, InterruptedException {
      int follower = follower();
      cluster.kill(follower);
      long from = System.nanoTime();
      cluster.startAgain(follower);
      return new Figure(
          (System.nanoTime() - from) / 1e6, 0, 0, "until it has all that was acknowledged");
    }

    @Override
    public void close() throws IOException {
      clients.forEach(StoreClient::close);
      cluster.close();
      takeAway(data);
    }
  }
}

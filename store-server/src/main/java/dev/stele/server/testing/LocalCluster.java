// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import dev.stele.server.boot.StartException;
import dev.stele.server.boot.StoreServer;
import dev.stele.server.boot.config.StoreConfig;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cluster whose nodes all live in this JVM, on free loopback ports and in a temporary directory.
 * They talk to each other through the network as separate processes do.
 *
 * <p>One thread at a time starts and stops nodes; the rest may be called by any.
 */
public final class LocalCluster implements AutoCloseable {
  /** How long a start may take until the whole cluster serves. */
  public static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  private static final int PORTS_TRIES = 3;
  private static final Duration POLL = Duration.ofMillis(10);

  private final Path directory;
  private final List<StoreConfig> configs;
  private final AtomicReferenceArray<@Nullable StoreServer> running;
  private final Links links = new Links();

  private LocalCluster(Path directory, List<StoreConfig> configs) {
    this.directory = directory;
    this.configs = configs;
    this.running = new AtomicReferenceArray<>(configs.size());
  }

  /** Starts {@code nodes} nodes: {@link #start(int, Map)}. */
  public static LocalCluster start(int nodes) throws InterruptedException {
    return start(nodes, Map.of());
  }

  /**
   * Starts {@code nodes} nodes, 1 to 9, called n0, n1, …; returns when all of them serve.
   *
   * @param settings keys of the configuration and their values, for every node; addresses, ids and
   *     the data directory are the cluster's own
   * @throws StartException when it does not come up within {@link #START_TIMEOUT}
   */
  public static LocalCluster start(int nodes, Map<String, String> settings)
      throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      LocalCluster cluster = create(nodes, settings);
      try {
        cluster.startAll();
        return cluster;
      } catch (StartException e) {
        cluster.close();
        if (attempt == PORTS_TRIES || !portWasTaken(e)) {
          throw e;
        }
      } catch (RuntimeException | InterruptedException e) {
        cluster.close();
        throw e;
      }
    }
  }

  private static LocalCluster create(int size, Map<String, String> settings) {
    try {
      Path directory = Files.createTempDirectory("stele-cluster-");
      return new LocalCluster(directory, configs(directory, size, settings));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<StoreConfig> configs(Path root, int size, Map<String, String> settings) {
    List<Integer> ports = FreePorts.find(2 * size);
    String nodes =
        IntStream.range(0, size)
            .mapToObj(i -> id(i) + "=" + local(ports, 2 * i) + "/" + local(ports, 2 * i + 1))
            .collect(Collectors.joining(","));
    String secret = UUID.randomUUID().toString();
    List<StoreConfig> configs = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      Map<String, String> all = new HashMap<>();
      // A test's disk may be small, and its nodes are many in one process.
      all.put("raft.min-free-space", "0B");
      all.put("storage.block-cache", "8MiB");
      all.put("node.stop-timeout", "5s");
      all.putAll(settings);
      all.put("cluster.nodes", nodes);
      all.put("cluster.secret", secret);
      all.put("node.id", id(i));
      all.put("node.data-dir", root.resolve(id(i)).toString());
      all.put("api.listen", local(ports, 2 * i));
      all.put("raft.listen", local(ports, 2 * i + 1));
      all.put("http.listen", "127.0.0.1:0");
      configs.add(StoreConfig.of(all));
    }
    return List.copyOf(configs);
  }

  private static String id(int node) {
    return "n" + node;
  }

  private static String local(List<Integer> ports, int which) {
    return "127.0.0.1:" + ports.get(which);
  }

  /** Between the look for free ports and their use somebody else may have taken one. */
  private static boolean portWasTaken(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return true;
      }
    }
    return false;
  }

  private void startAll() throws InterruptedException {
    for (int i = 0; i < size(); i++) {
      restart(i);
    }
    if (!awaitReady(START_TIMEOUT)) {
      throw new StartException(
          "the cluster did not come up within " + START_TIMEOUT.toSeconds() + " s");
    }
  }

  public int size() {
    return configs.size();
  }

  /** Where clients reach the nodes, {@code host:port} each, those that are down as well. */
  public List<String> endpoints() {
    return configs.stream().map(config -> config.address().api()).toList();
  }

  /**
   * A node that runs.
   *
   * @throws IllegalStateException when it is down
   */
  public StoreServer node(int node) {
    StoreServer server = running.get(node);
    if (server == null) {
      throw new IllegalStateException(id(node) + " is down");
    }
    return server;
  }

  public boolean isRunning(int node) {
    return running.get(node) != null;
  }

  /**
   * The node that leads and can serve, if one says so that is not paused; of several the one of the
   * latest term.
   */
  public OptionalInt leader() {
    long latestTerm = -1;
    OptionalInt leader = OptionalInt.empty();
    for (int i = 0; i < size(); i++) {
      StoreServer server = running.get(i);
      if (server != null && !isPaused(i)) {
        Leadership.Standing standing = server.leadership().standing();
        if (standing.ready() && standing.term() > latestTerm) {
          latestTerm = standing.term();
          leader = OptionalInt.of(i);
        }
      }
    }
    return leader;
  }

  /**
   * Waits until a node leads.
   *
   * @throws IllegalStateException when none did in time
   */
  public int awaitLeader(Duration timeout) throws InterruptedException {
    long deadlineNanos = Ticker.SYSTEM.nanos() + timeout.toNanos();
    while (true) {
      OptionalInt leader = leader();
      if (leader.isPresent()) {
        return leader.getAsInt();
      }
      if (Ticker.SYSTEM.nanos() - deadlineNanos >= 0) {
        throw new IllegalStateException("no node led within " + timeout.toMillis() + " ms");
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
  }

  /** Waits until every node that runs and is not paused serves; false when not in time. */
  public boolean awaitReady(Duration timeout) throws InterruptedException {
    long deadlineNanos = Ticker.SYSTEM.nanos() + timeout.toNanos();
    for (int i = 0; i < size(); i++) {
      StoreServer server = running.get(i);
      long leftNanos = Math.max(0, deadlineNanos - Ticker.SYSTEM.nanos());
      if (server != null && !isPaused(i) && !server.awaitReady(Duration.ofNanos(leftNanos))) {
        return false;
      }
    }
    return true;
  }

  /** Stops a node in an orderly way, one that is paused goes on first; nothing if it is down. */
  public void stop(int node) {
    resume(node);
    StoreServer server = running.getAndSet(node, null);
    if (server != null) {
      server.close();
    }
  }

  /**
   * Stops a node as a killed process would, one that is paused too: what waited there to be done is
   * not done. Nothing if it is down.
   */
  public void kill(int node) {
    StoreServer server = running.getAndSet(node, null);
    if (server != null) {
      server.kill();
      links.gone(id(node));
    }
  }

  /**
   * Starts a node that is down, on the data and the ports that it had. Returns once it listens.
   *
   * @throws IllegalStateException when it runs
   */
  public void restart(int node) {
    if (isRunning(node)) {
      throw new IllegalStateException(id(node) + " runs");
    }
    StoreServer.Options options = StoreServer.Options.embedded().withNetwork(links);
    running.set(node, StoreServer.start(configs.get(node), options));
  }

  /** Loses all that {@code from} sends to {@code to}, Raft's messages and calls alike. */
  public void cut(int from, int to) {
    links.cut(id(from), id(to));
  }

  /** Cuts the link between two nodes, both ways. */
  public void partition(int one, int other) {
    cut(one, other);
    cut(other, one);
  }

  /** Cuts a node off from all others; clients still reach it. */
  public void isolate(int node) {
    IntStream.range(0, size()).filter(other -> other != node).forEach(it -> partition(node, it));
  }

  /** Mends all links. */
  public void heal() {
    links.heal();
  }

  /**
   * Pauses a node, as SIGSTOP does a process, as far as one JVM allows: nothing that it sends or
   * answers leaves, to other nodes or to clients, and nothing that arrives is looked at, until
   * {@link #resume}. Then all of it goes on, in order; what was asked of the node meanwhile is done
   * and answered, unless the caller's deadline passed. Its connections stay, its listeners accept
   * new ones, and time goes on.
   *
   * <p>What differs from a stopped process: the node's own threads run on. A leader hears nothing
   * from its followers and steps down after {@code raft.election-timeout-max}, where a stopped one
   * would find that out after it was continued; writes that it has in hand come to an end there,
   * and only their answers wait; its deadlines pass while it is paused and not at once afterwards.
   * What it does between the end of a pause and its first look at the clock is attacked with real
   * processes. Calls from inside this JVM, such as {@link StoreServer#revision}, are answered.
   *
   * <p>At most 65,536 steps of calls wait for all paused nodes together (a call has three each
   * way); what is beyond ends as UNAVAILABLE. What a node has in memory for a caller that doesn't
   * read is bounded elsewhere.
   *
   * @throws IllegalStateException when it is down
   */
  public void pause(int node) {
    if (!isRunning(node)) {
      throw new IllegalStateException(id(node) + " is down");
    }
    links.pause(id(node));
  }

  /** Lets a node go on that was paused; nothing if it was not. */
  public void resume(int node) {
    links.resume(id(node));
  }

  public boolean isPaused(int node) {
    return links.isPaused(id(node));
  }

  /** Where the nodes keep their data, a folder each. */
  public Path directory() {
    return directory;
  }

  /** Ends all nodes and removes their data. */
  @Override
  public void close() {
    // Ratis takes its time to close while a peer that is there does not answer.
    IntStream.range(0, size()).filter(this::isPaused).forEach(this::kill);
    IntStream.range(0, size()).parallel().forEach(this::kill);
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

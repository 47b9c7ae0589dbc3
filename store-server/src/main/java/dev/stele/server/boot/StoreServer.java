// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot;

import dev.stele.server.boot.config.Endpoint;
import dev.stele.server.boot.config.StoreConfig;
import dev.stele.server.port.FaultPolicy;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.Network;
import dev.stele.server.port.ReadGate;
import dev.stele.server.port.StateStore;
import dev.stele.server.port.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node of a cluster, inside any program: what a server process runs, and the entry for
 * embedding.
 *
 * <pre>{@code
 * StoreConfig config = StoreConfig.builder().dataDir(Path.of("data")).ports(7400).build();
 * try (StoreServer server = StoreServer.start(config)) {
 *   server.awaitReady(Duration.ofSeconds(10));
 *   …
 * }
 * }</pre>
 *
 * <p>All methods may be called by any thread. The node sets no handlers or hooks of the process,
 * and its threads are daemons: close it before the program ends. When it can't go on (a failing
 * disk, a contradiction in what it stores) it stops by itself, and the program goes on: {@link
 * #whenStopped} and {@link #fault} tell why. Start it again then, on the same data, or not at all.
 */
public final class StoreServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreServer.class);

  /** Between two looks at whether the node is ready. */
  private static final long READY_POLL_MILLIS = 20;

  /** What one look may take. */
  private static final Duration READY_PROBE = Duration.ofMillis(500);

  private final StoreConfig config;
  private final Options options;
  private final EmbeddedFaults faults;
  private final Parts parts;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CompletableFuture<Optional<NodeFault>> end = new CompletableFuture<>();

  private StoreServer(StoreConfig config, Options options, EmbeddedFaults faults, Parts parts) {
    this.config = config;
    this.options = options;
    this.faults = faults;
    this.parts = parts;
  }

  /**
   * How a node meets the world around it.
   *
   * @param faults told when the node can't go on; empty stops the node and keeps the reason in
   *     {@link StoreServer#fault}
   * @param network over which messages and calls arrive; tests cut links and hold nodes up with it
   */
  public record Options(Optional<FaultPolicy> faults, Ticker ticker, Network network) {
    /** For a node inside another program. */
    public static Options embedded() {
      return new Options(Optional.empty(), Ticker.SYSTEM, Network.REAL);
    }

    public Options withFaults(FaultPolicy policy) {
      return new Options(Optional.of(policy), ticker, network);
    }

    /** The node's one source of time; monotonic. */
    public Options withTicker(Ticker source) {
      return new Options(faults, source, network);
    }

    public Options withNetwork(Network between) {
      return new Options(faults, ticker, between);
    }
  }

  /** Starts a node inside this program: {@link #start(StoreConfig, Options)}. */
  public static StoreServer start(StoreConfig config) {
    return start(config, Options.embedded());
  }

  /**
   * Starts a node. Returns once it listens, which may be before there is a leader ({@link
   * #awaitReady}); blocks on the disk.
   *
   * @throws DataDirectoryException when the data directory is not this node's
   * @throws StartException when a part can't be opened, such as a port that is taken
   */
  public static StoreServer start(StoreConfig config, Options options) {
    EmbeddedFaults embedded = new EmbeddedFaults(config.node().id());
    FaultPolicy policy = options.faults().orElse(embedded);
    StoreServer server =
        new StoreServer(config, options, embedded, Parts.open(config, options, policy));
    embedded.armed(server::kill);
    Leadership.Standing standing = server.leadership().standing();
    LOG.atInfo()
        .addKeyValue("node", config.node().id())
        .addKeyValue("cluster", config.cluster().name())
        .addKeyValue("term", standing.term())
        .addKeyValue("revision", server.revision())
        .addKeyValue("applied", server.parts.store().applied().index())
        .addKeyValue("api", server.apiAddress())
        .addKeyValue("raft", config.raft().listen())
        .addKeyValue("http", server.httpAddress())
        .addKeyValue("data", config.node().dataDir())
        .addKeyValue("version", BuildVersion.text())
        .log("listening");
    return server;
  }

  public String nodeId() {
    return config.node().id();
  }

  public StoreConfig config() {
    return config;
  }

  /** Where clients and the other nodes are served; the real port, if any free one was asked for. */
  public Endpoint apiAddress() {
    return new Endpoint(config.api().listen().host(), parts.api().port());
  }

  /** Where metrics and health are served; the real port, if any free one was asked for. */
  public Endpoint httpAddress() {
    return new Endpoint(config.http().listen().host(), parts.http().port());
  }

  /** Who leads, as far as this node knows. */
  public Leadership leadership() {
    return parts.consensus().leadership();
  }

  /** Revision of the last change that this node has applied. */
  public long revision() {
    try (StateStore.Snapshot snapshot = parts.store().snapshot()) {
      return snapshot.meta().revision();
    }
  }

  /** Why the node stopped by itself, if it did and nobody else was told. */
  public Optional<NodeFault> fault() {
    return faults.first();
  }

  /**
   * Waits until this node serves: the cluster is formed, there is a leader with a majority, and
   * this node is as far as it was when asked.
   *
   * @return false when that was not so in time, or the node stopped
   */
  public boolean awaitReady(Duration timeout) throws InterruptedException {
    long deadlineNanos = options.ticker().nanos() + timeout.toNanos();
    while (!stopping.get()) {
      if (isReady(deadlineNanos)) {
        return true;
      }
      if (options.ticker().nanos() - deadlineNanos >= 0
          || stopped.await(READY_POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    return false;
  }

  private boolean isReady(long deadlineNanos) {
    long probeNanos = options.ticker().nanos() + READY_PROBE.toNanos();
    long nanos = probeNanos - deadlineNanos < 0 ? probeNanos : deadlineNanos;
    if (!(parts.consensus().reads().linearizable(nanos).join() instanceof ReadGate.Admitted)) {
      return false;
    }
    try (StateStore.Snapshot snapshot = parts.store().snapshot()) {
      return snapshot.meta().identity().isPresent();
    } catch (IllegalStateException closed) {
      return false;
    }
  }

  /**
   * Completes once the node has stopped: with the fault for which it stopped by itself, or with
   * nothing when it was told to. What depends on it runs on the thread that stopped the node.
   */
  public CompletionStage<Optional<NodeFault>> whenStopped() {
    return end.minimalCompletionStage();
  }

  /** Waits until the node has stopped, for whatever reason. */
  public void awaitStopped() throws InterruptedException {
    stopped.await();
  }

  /**
   * Stops in an orderly way: hands leadership over, lets calls under way end, writes everything
   * down. Takes about {@code node.stop-timeout} at most for each of the first two. Returns when the
   * node has stopped, whoever stopped it.
   */
  @Override
  public void close() {
    stop("orderly", parts::close);
  }

  /**
   * Stops without handing over and without writing down what is not on disk yet, as a killed
   * process would; for tests and for faults. Nothing that was acknowledged is lost.
   */
  public void kill() {
    stop("at once", parts::kill);
  }

  boolean isStopping() {
    return stopping.get();
  }

  private void stop(String manner, Runnable close) {
    if (!stopping.compareAndSet(false, true)) {
      awaitStoppedUninterruptibly();
      return;
    }
    LOG.atInfo().addKeyValue("node", nodeId()).addKeyValue("manner", manner).log("stopping");
    try {
      close.run();
    } finally {
      stopped.countDown();
      LOG.atInfo().addKeyValue("node", nodeId()).log("stopped");
      end.complete(faults.first());
    }
  }

  private void awaitStoppedUninterruptibly() {
    boolean interrupted = false;
    while (true) {
      try {
        stopped.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import dev.stele.server.consensus.confirm.AppliedIndex;
import dev.stele.server.consensus.confirm.ConfirmRounds;
import dev.stele.server.consensus.confirm.ConfirmedReads;
import dev.stele.server.consensus.confirm.LeaderConfirmations;
import dev.stele.server.consensus.confirm.PeerLinks;
import dev.stele.server.consensus.confirm.RaftPeerAnswers;
import dev.stele.server.consensus.deadline.DeadlineSweep;
import dev.stele.server.consensus.propose.Proposer;
import dev.stele.server.consensus.propose.StoreClock;
import dev.stele.server.consensus.ratis.RatisNode;
import dev.stele.server.port.ChangeListener;
import dev.stele.server.port.CommandLog;
import dev.stele.server.port.Confirmations;
import dev.stele.server.port.FaultPolicy;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.Network;
import dev.stele.server.port.PeerAnswers;
import dev.stele.server.port.PeerIdentity;
import dev.stele.server.port.ReadGate;
import dev.stele.server.port.StateStore;
import dev.stele.server.port.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * This node's part in consensus, behind the ports: the way into the log, the gate of reads, who
 * leads, and the answers to peers.
 *
 * <p>The store is driven by this node alone from {@link #start} until {@link #close} has returned;
 * it stays the caller's to open, flush and close.
 */
public final class ConsensusNode implements AutoCloseable {
  private static final long TEND_MILLIS = 200;

  private final ConsensusSettings settings;
  private final FaultPolicy faults;
  private final DeadlineSweep sweep;
  private final PeerLinks links;
  private final RatisNode raft;
  private final Proposer proposer;
  private final ClusterFormation formation;
  private final LaggardNudge nudge;
  private final ConfirmedReads reads;
  private final Confirmations confirmations;
  private final RaftPeerAnswers answers;
  private final ConsensusMetrics metrics;
  private final ScheduledExecutorService tending;
  private final ExecutorService releases;
  private final AtomicBoolean failed = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();

  private ConsensusNode(
      ConsensusSettings settings,
      StateStore store,
      PeerIdentity identity,
      Ticker ticker,
      MeterRegistry meters,
      FaultPolicy faults,
      ChangeListener changes,
      RatisNode.Hooks hooks)
      throws IOException {
    this.settings = settings;
    this.faults = (what, cause) -> failOnce(faults, what, cause);
    this.tending = Executors.newSingleThreadScheduledExecutor(threads("stele-consensus-"));
    // Reads go on from here to their snapshots, so that the thread that applies need not.
    this.releases =
        Executors.newFixedThreadPool(
            Math.max(2, Runtime.getRuntime().availableProcessors()), threads("stele-release-"));
    this.sweep = new DeadlineSweep(ticker, this.faults);
    AppliedIndex applied = new AppliedIndex(releases, sweep);
    StateHashes hashes = new StateHashes(applied);
    this.raft =
        new RatisNode(
            settings,
            identity,
            store,
            new AfterCommit(hashes, changes, applied),
            ticker,
            meters,
            this.faults,
            this::leadershipChanged,
            hooks);
    String groupId = RatisNode.groupId(settings.clusterName());
    this.links = new PeerLinks(identity, groupId, ticker);
    StoreClock clock =
        new StoreClock(ticker, () -> raft.meta().storeTimeMillis(), System::currentTimeMillis);
    this.proposer =
        new Proposer(raft.leadership(), raft, clock, ticker, sweep, this.faults, meters);
    this.formation =
        new ClusterFormation(proposer, raft.leadership(), raft::meta, settings.kinds(), ticker);
    this.nudge =
        new LaggardNudge(proposer, raft.leadership(), raft::peerCommits, raft::meta, ticker);
    ConfirmRounds rounds =
        new ConfirmRounds(settings.selfId(), groupId, raft.view(), links, ticker, sweep, meters);
    this.reads =
        new ConfirmedReads(settings.selfId(), raft.view(), rounds, links, applied, ticker, sweep);
    this.confirmations = new LeaderConfirmations(rounds, applied);
    this.answers = new RaftPeerAnswers(groupId, raft.view(), rounds, hashes::at);
    this.metrics =
        new ConsensusMetrics(meters, raft.leadership(), raft::meta, store, raft::peerCommits);
  }

  /**
   * Starts this node: it joins the cluster of its directory, or begins a new one with the nodes of
   * the settings. Returns as soon as it listens, which is before there is a leader.
   *
   * @param store holds nothing, or what this node applied before
   * @param identity whose member id is the settings' own id
   * @param faults told, once, when this node can't go on, often on a thread that {@link #close}
   *     waits for: close it then, if the process goes on, from another one
   * @throws IOException when the directory can't be used, the log is damaged, or the Raft
   *     listener's address is taken
   */
  public static ConsensusNode start(
      ConsensusSettings settings,
      StateStore store,
      PeerIdentity identity,
      Ticker ticker,
      MeterRegistry meters,
      FaultPolicy faults)
      throws IOException {
    return start(
        settings,
        store,
        identity,
        ticker,
        meters,
        faults,
        ChangeListener.NONE,
        RatisNode.Hooks.NONE);
  }

  /**
   * The same where {@code changes} hears of what each entry changes, and Raft messages arrive over
   * {@code network}, so that tests can cut links and hold nodes up.
   */
  public static ConsensusNode start(
      ConsensusSettings settings,
      StateStore store,
      PeerIdentity identity,
      Ticker ticker,
      MeterRegistry meters,
      FaultPolicy faults,
      ChangeListener changes,
      Network network)
      throws IOException {
    return start(
        settings, store, identity, ticker, meters, faults, changes, RatisNode.Hooks.over(network));
  }

  /** The same with {@code hooks}, for tests. */
  static ConsensusNode start(
      ConsensusSettings settings,
      StateStore store,
      PeerIdentity identity,
      Ticker ticker,
      MeterRegistry meters,
      FaultPolicy faults,
      ChangeListener changes,
      RatisNode.Hooks hooks)
      throws IOException {
    if (!identity.memberId().equals(settings.selfId())) {
      throw new IllegalArgumentException(
          "selfId: " + settings.selfId() + " is not the peer identity " + identity.memberId());
    }
    ConsensusNode node =
        new ConsensusNode(settings, store, identity, ticker, meters, faults, changes, hooks);
    try {
      node.begin();
    } catch (IOException | RuntimeException e) {
      node.kill();
      throw e;
    }
    return node;
  }

  private void begin() throws IOException {
    sweep.start();
    links.connect(settings.nodes());
    raft.start();
    proposer.start();
    metrics.bind();
    ScheduledFuture<?> unused =
        tending.scheduleWithFixedDelay(this::tend, TEND_MILLIS, TEND_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Ratis at this node, for tests. */
  RatisNode raft() {
    return raft;
  }

  /** Writes. */
  public CommandLog log() {
    return formation;
  }

  /** Reads. */
  public ReadGate reads() {
    return reads;
  }

  /** Of this node's leadership. */
  public Confirmations confirmations() {
    return confirmations;
  }

  public Leadership leadership() {
    return raft.leadership();
  }

  /** What to answer the other nodes. */
  public PeerAnswers peerAnswers() {
    return answers;
  }

  /**
   * The store is durable up to {@code position}: what the log holds before it may be purged. Called
   * after each flush; any thread; does not block.
   */
  public void durable(LogPosition position) {
    soon(this::tend);
  }

  /**
   * Stops in an orderly way: hands leadership over if this node has it, applies what is committed,
   * and ends. Commands that were not decided are {@code NotProposed} or {@code Unknown}. Blocks for
   * some seconds at most.
   */
  @Override
  public void close() {
    handOver();
    kill();
  }

  /**
   * Gives leadership away if this node has it, and goes on serving as a follower. The first step of
   * an orderly stop. Blocks for the settings' handover timeout at most.
   */
  public void handOver() {
    if (closed.get()) {
      return;
    }
    try {
      raft.handOver();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops without a word to the others, as far as a part of a process can. */
  public void kill() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    tending.shutdownNow();
    metrics.unbind();
    proposer.close();
    raft.close();
    links.close();
    sweep.close();
    releases.shutdown();
  }

  private void tend() {
    try {
      raft.tend();
      formation.tend();
      nudge.tend();
      metrics.refresh();
    } catch (RuntimeException e) {
      if (!closed.get()) {
        faults.fatal("consensus can't be looked after", e);
      }
    }
  }

  /** Runs on Ratis's threads, some of them with Ratis's locks. */
  private void leadershipChanged() {
    soon(
        () -> {
          proposer.leadershipChanged();
          formation.tend();
        });
  }

  private void soon(Runnable task) {
    try {
      tending.execute(task);
    } catch (RejectedExecutionException e) {
      // Closed: nothing is looked after any more.
      if (!closed.get()) {
        throw e;
      }
    }
  }

  private void failOnce(FaultPolicy policy, String what, Throwable cause) {
    if (failed.compareAndSet(false, true)) {
      policy.fatal(what, cause);
    }
  }

  private ThreadFactory threads(String prefix) {
    return task -> {
      Thread thread = new Thread(task, prefix + settings.selfId());
      thread.setDaemon(true);
      return thread;
    };
  }
}

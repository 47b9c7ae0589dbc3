// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import dev.stele.server.consensus.AfterCommit;
import dev.stele.server.consensus.entry.DecodedEntry;
import dev.stele.server.consensus.propose.Batch;
import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.apply.EntryRule;
import dev.stele.server.core.apply.EntryRule.Decided;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.FaultPolicy;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.StateStore;
import dev.stele.server.port.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.FileListSnapshotInfo;
import org.apache.ratis.util.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies committed entries to the store, in order, on Ratis's one updater thread.
 *
 * <p>Each entry becomes one commit of the store, or none at all. Whatever goes wrong in between is
 * fatal: a replica that went on past an entry that it could not apply would differ from the others.
 *
 * <p>The store is its own snapshot: what Ratis is told to be snapshotted is what the store says to
 * be durable. So after a restart Ratis replays from there, and entries that the store has already
 * applied are passed over.
 */
final class StoreStateMachine extends BaseStateMachine {
  private static final Logger LOG = LoggerFactory.getLogger(StoreStateMachine.class);
  private static final CompletableFuture<Message> APPLIED =
      CompletableFuture.completedFuture(Message.EMPTY);

  private final StateStore store;
  private final AfterCommit after;
  private final Ticker ticker;
  private final Timer applyTimer;
  private final FaultPolicy faults;
  private final RaftEvents events;
  private final VoteSync votes;
  private final Path raftDirectory;
  private volatile StoreMeta meta;
  private volatile Optional<SnapshotInfo> snapshot = Optional.empty();
  private volatile boolean broken;
  private volatile long installWantedFrom = RaftLog.INVALID_LOG_INDEX;

  StoreStateMachine(
      StateStore store,
      AfterCommit after,
      Ticker ticker,
      MeterRegistry meters,
      FaultPolicy faults,
      RaftEvents events,
      VoteSync votes,
      Path raftDirectory) {
    this.store = store;
    this.after = after;
    this.ticker = ticker;
    this.applyTimer =
        Timer.builder("stele.apply")
            .description("deciding an entry and writing what it changes")
            .register(meters);
    this.faults = faults;
    this.events = events;
    this.votes = votes;
    this.raftDirectory = raftDirectory;
    this.meta = store.latest().meta();
    after.begunAt(store.applied(), meta);
  }

  /** What the store's meta says after the last applied entry. Any thread. */
  StoreMeta meta() {
    return meta;
  }

  @Override
  public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage storage)
      throws IOException {
    super.initialize(server, groupId, storage);
    votes.opened(storage, raftDirectory);
    getLifeCycle().startAndTransition(this::replayFromDurable);
  }

  @Override
  public void pause() {
    getLifeCycle().transition(LifeCycle.State.PAUSING);
    getLifeCycle().transition(LifeCycle.State.PAUSED);
  }

  @Override
  public void reinitialize() {
    getLifeCycle().startAndTransition(this::replayFromDurable);
  }

  /** The store is not this one's to close: whoever opened it does. */
  @Override
  public void close() {
    getLifeCycle().checkStateAndClose();
  }

  private void replayFromDurable() {
    LogPosition durable = store.durable();
    setLastAppliedTermIndex(
        durable.index() < 0
            ? TermIndex.INITIAL_VALUE
            : TermIndex.valueOf(durable.term(), durable.index()));
  }

  @Override
  public TransactionContext startTransaction(RaftClientRequest request) {
    TransactionContext.Builder context =
        TransactionContext.newBuilder().setStateMachine(this).setClientRequest(request);
    if (request.getMessage() instanceof BatchMessage message) {
      return context
          .setLogData(message.getContent())
          .setStateMachineContext(message.batch())
          .build();
    }
    return context
        .build()
        .setException(new StateMachineException("only this node's proposer writes entries"));
  }

  /** The last moment at which it is certain that nothing happened. */
  @Override
  public TransactionContext preAppendTransaction(TransactionContext context) {
    if (context.getStateMachineContext() instanceof Batch batch) {
      batch.reachingLog();
    }
    return context;
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext context) {
    LogEntryProto entry = context.getLogEntry();
    LogPosition position = new LogPosition(entry.getTerm(), entry.getIndex());
    if (isAhead(position)) {
      apply(position, () -> applyCommands(position, context));
    }
    updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
    return APPLIED;
  }

  /** Configuration entries change no fact, but the applied position must not stop at them. */
  @Override
  public void notifyTermIndexUpdated(long term, long index) {
    LogPosition position = new LogPosition(term, index);
    if (isAhead(position)) {
      apply(position, () -> commit(position, Effects.none(store.latest().meta())));
    }
    updateLastAppliedTermIndex(term, index);
  }

  private boolean isAhead(LogPosition position) {
    return position.index() > store.applied().index();
  }

  private void applyCommands(LogPosition position, TransactionContext context) {
    if (context.getStateMachineContext() instanceof Batch batch) {
      Decided decided = EntryRule.decide(store.latest(), batch.stamp(), batch.commands());
      commit(position, decided.effects());
      batch.decided(decided.results());
    } else {
      DecodedEntry entry =
          EntryBytes.decode(context.getLogEntry().getStateMachineLogEntry().getLogData());
      Decided decided = EntryRule.decide(store.latest(), entry.stamp(), entry.commands());
      commit(position, decided.effects());
    }
  }

  private void commit(LogPosition position, Effects effects) {
    store.commit(position, effects);
    meta = effects.meta();
    after.committed(position, effects);
  }

  private void apply(LogPosition position, Runnable step) {
    if (broken) {
      throw new IllegalStateException("an earlier entry could not be applied");
    }
    long startNanos = ticker.nanos();
    try {
      step.run();
    } catch (RuntimeException | Error e) {
      broken = true;
      faults.fatal("entry " + position.index() + " could not be applied", e);
      throw e;
    }
    applyTimer.record(ticker.nanos() - startNanos, TimeUnit.NANOSECONDS);
  }

  /** Never flushes: this runs on the thread that applies. */
  @Override
  public long takeSnapshot() {
    return store.durable().index();
  }

  @Override
  public SnapshotInfo getLatestSnapshot() {
    LogPosition durable = store.durable();
    if (durable.index() < 0) {
      return null;
    }
    Optional<SnapshotInfo> last = snapshot;
    if (last.isEmpty() || last.get().getIndex() != durable.index()) {
      last = Optional.of(new FileListSnapshotInfo(List.of(), durable.term(), durable.index()));
      snapshot = last;
    }
    return last.get();
  }

  /**
   * The leader no longer has the entries that this node needs. It keeps everything that some voter
   * may need, so that this happens only to a node whose log was lost; there is no snapshot to
   * fetch.
   */
  @Override
  public CompletableFuture<TermIndex> notifyInstallSnapshotFromLeader(
      RoleInfoProto role, TermIndex firstInLeadersLog) {
    if (installWantedFrom != firstInLeadersLog.getIndex()) {
      installWantedFrom = firstInLeadersLog.getIndex();
      LOG.atError()
          .addKeyValue("node", getId())
          .addKeyValue("applied", store.applied().index())
          .addKeyValue("leaderLogStartsAt", firstInLeadersLog.getIndex())
          .log("the leader's log begins after what this node needs: replace this node");
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void notifyLogFailed(Throwable cause, LogEntryProto failedEntry) {
    faults.fatal("the Raft log can't be written", cause);
  }

  /** Comes before a new leader makes its first entry. */
  @Override
  public void notifyLeaderChanged(RaftGroupMemberId self, RaftPeerId leader) {
    if (self.getPeerId().equals(leader)) {
      // Whoever is the only voter asked nobody, so that nothing was synced on the way.
      votes.beforeTelling();
    }
    events.leadershipChanged();
  }

  @Override
  public void notifyLeaderReady() {
    events.leadershipChanged();
  }

  /** What was pending is told by the failed replies. */
  @Override
  public void notifyNotLeader(Collection<TransactionContext> pending) {
    events.leadershipChanged();
  }
}

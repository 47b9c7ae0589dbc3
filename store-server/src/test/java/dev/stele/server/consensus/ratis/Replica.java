// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import dev.stele.server.consensus.AfterCommit;
import dev.stele.server.consensus.StateHashes;
import dev.stele.server.consensus.confirm.AppliedIndex;
import dev.stele.server.consensus.deadline.DeadlineSweep;
import dev.stele.server.consensus.entry.EntryCodec;
import dev.stele.server.consensus.propose.Batch;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.port.ChangeListener;
import dev.stele.server.port.FaultPolicy;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.StateStore;
import dev.stele.server.port.Ticker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/**
 * A node below Raft, handed its entries as Ratis hands them: the state machine, the purge of the
 * log, and whatever store is under them. One thread applies, another one tends.
 */
public final class Replica {
  private static final RaftGroupId GROUP = RaftGroupId.randomId();
  private static final RaftPeerId SELF = RaftPeerId.valueOf("self");

  private final StateStore store;
  private final ScriptedLog log;
  private final StoreStateMachine machine;
  private final LogRetention retention;
  private final ClientId client = ClientId.randomId();

  /** As a start does, up to where the replay begins. */
  public Replica(StateStore store, Path logDirectory, FaultPolicy faults) {
    this.store = store;
    log = new ScriptedLog(logDirectory);
    AppliedIndex applied =
        new AppliedIndex(Runnable::run, new DeadlineSweep(Ticker.SYSTEM, faults));
    machine =
        new StoreStateMachine(
            store,
            new AfterCommit(new StateHashes(applied), ChangeListener.NONE, applied),
            Ticker.SYSTEM,
            new SimpleMeterRegistry(),
            faults,
            () -> {},
            new VoteSync(DirectorySync.FSYNC, faults),
            logDirectory);
    machine.reinitialize();
    retention = new LogRetention(log.division());
  }

  /** The first entry that the log still has. */
  public long firstInLog() throws IOException {
    return log.first();
  }

  /** The next entry that Ratis would hand over. */
  public long next() {
    TermIndex last = machine.getLastAppliedTermIndex();
    return last.equals(TermIndex.INITIAL_VALUE) ? 0 : last.getIndex() + 1;
  }

  /** What Ratis is told to be snapshotted, and may forget; -1 when nothing is. */
  public long snapshotIndex() {
    return machine.takeSnapshot();
  }

  /** Has Ratis begin anew from what is durable, which is not all that is applied. */
  public void reinitialize() {
    machine.pause();
    machine.reinitialize();
  }

  /** An entry that this node proposed, as it was waiting for it. */
  public Batch applyOwn(LogPosition position, Stamp stamp, List<Command> commands)
      throws IOException {
    log.append(position.index());
    Batch batch = new Batch(stamp, commands, EntryCodec.encode(stamp, commands));
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(client)
            .setServerId(SELF)
            .setGroupId(GROUP)
            .setCallId(position.index())
            .setMessage(BatchMessage.of(batch))
            .setType(RaftClientRequest.writeRequestType())
            .build();
    TransactionContext context = machine.startTransaction(request);
    context.initLogEntry(position.term(), position.index());
    machine.preAppendTransaction(context);
    machine.applyTransaction(context).join();
    return batch;
  }

  /** An entry that comes out of the log. */
  public void apply(LogPosition position, Stamp stamp, List<Command> commands) throws IOException {
    log.append(position.index());
    LogEntryProto entry =
        LogEntryProto.newBuilder()
            .setTerm(position.term())
            .setIndex(position.index())
            .setStateMachineLogEntry(
                StateMachineLogEntryProto.newBuilder()
                    .setLogData(ByteString.copyFrom(EntryCodec.encode(stamp, commands))))
            .build();
    TransactionContext context =
        TransactionContext.newBuilder()
            .setServerRole(RaftPeerRole.FOLLOWER)
            .setStateMachine(machine)
            .setLogEntry(entry)
            .build();
    machine.applyTransaction(context).join();
  }

  /** An entry of Raft's own. */
  public void applyConfiguration(LogPosition position) throws IOException {
    log.append(position.index());
    machine.notifyTermIndexUpdated(position.term(), position.index());
  }

  /** Purges what may go, as the node does a few times a second and after each flush. */
  public void tend() {
    retention.purge(store.durable());
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.command.AcquireLease;
import dev.stele.server.core.command.CheckpointLease;
import dev.stele.server.core.command.CheckpointLease.Checkpointed;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.ExpireLease;
import dev.stele.server.core.command.HandOverLease;
import dev.stele.server.core.command.HandOverLease.HandedOver;
import dev.stele.server.core.command.LeaseEnded;
import dev.stele.server.core.command.Refusal;
import dev.stele.server.core.command.ReleaseLease;
import dev.stele.server.core.command.Result;
import dev.stele.server.core.lease.LeaseRecord;
import dev.stele.server.core.lease.LeaseRecordCodec;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.Tombstone;
import dev.stele.server.port.Proposal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** What is committed, and what it says of leases: a small model of the core's commands. */
final class SimLog {
  static final int LEASES = 3;

  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final List<Key> KEYS =
      NAMES.stream().map(name -> Key.of("lease/" + name)).toList();

  /** Nobody holds it. */
  private static final Holding FREE = new Holding(0, "", 0, OptionalLong.empty());

  private final List<Entry> committed = new ArrayList<>();
  private Holding[] state = new Holding[LEASES];
  private long revision;

  SimLog() {
    for (int lease = 0; lease < LEASES; lease++) {
      state[lease] = FREE;
    }
  }

  /** A lease as the log has it; token 0 when it is free. */
  record Holding(long token, String holder, long ttlMillis, OptionalLong checkpointMillis) {}

  /** A command on its way into the log, and there. */
  static final class Entry {
    final long term;
    final SimNode proposer;
    final Command command;
    private Optional<Consumer<Proposal>> outcome;
    long dueNanos;
    List<Change> changes = List.of();
    Result result;
    Holding[] after;
    long revisionAfter;

    Entry(long term, SimNode proposer, Command command, Consumer<Proposal> outcome) {
      this.term = term;
      this.proposer = proposer;
      this.command = command;
      this.outcome = Optional.of(outcome);
    }

    /** Tells its proposer, who is told once. */
    void tell(Proposal proposal) {
      Optional<Consumer<Proposal>> told = outcome;
      outcome = Optional.empty();
      told.ifPresent(it -> it.accept(proposal));
    }
  }

  static String name(int lease) {
    return NAMES.get(lease);
  }

  static int number(String name) {
    return name.charAt(0) - 'a';
  }

  /** Entries that are committed. */
  int size() {
    return committed.size();
  }

  Entry entry(int index) {
    return committed.get(index);
  }

  Holding holding(int lease) {
    return state[lease];
  }

  /** What is held once the first {@code applied} entries are applied. */
  LeaseSource.Loaded loaded(int applied) {
    List<LeaseSource.Holding> held = new ArrayList<>(LEASES);
    if (applied == 0) {
      return new LeaseSource.Loaded(0, held);
    }
    Entry last = committed.get(applied - 1);
    for (int lease = 0; lease < LEASES; lease++) {
      Holding holding = last.after[lease];
      if (holding.token() != 0) {
        held.add(
            new LeaseSource.Holding(
                name(lease), holding.token(), holding.ttlMillis(), holding.checkpointMillis()));
      }
    }
    return new LeaseSource.Loaded(last.revisionAfter, held);
  }

  /** Decides {@code entry}, in an entry of the log of its own term. */
  void commit(Entry entry) {
    entry.result = decide(entry);
    entry.after = state;
    entry.revisionAfter = revision;
    committed.add(entry);
  }

  private Result decide(Entry entry) {
    if (entry.command instanceof AcquireLease acquire) {
      int lease = number(acquire.name());
      if (state[lease].token() != 0) {
        return refusal(Reason.LEASE_HELD);
      }
      hold(entry, lease, acquire.holder(), acquire.ttlMillis());
      return new AcquireLease.Acquired(revision);
    }
    if (entry.command instanceof HandOverLease handOver) {
      return guarded(
          handOver.lease(),
          lease -> {
            hold(entry, lease, handOver.to(), state[lease].ttlMillis());
            return new HandedOver(revision);
          });
    }
    if (entry.command instanceof ReleaseLease release) {
      return guarded(release.lease(), lease -> end(entry, lease));
    }
    if (entry.command instanceof ExpireLease expire) {
      return expire.term() != entry.term
          ? refusal(Reason.NOT_LEADER)
          : guarded(expire.lease(), lease -> end(entry, lease));
    }
    CheckpointLease checkpoint = (CheckpointLease) entry.command;
    return checkpoint.term() != entry.term
        ? refusal(Reason.NOT_LEADER)
        : guarded(checkpoint.lease(), lease -> write(lease, checkpoint.remainingMillis()));
  }

  private interface Step {
    Result take(int lease);
  }

  private Result guarded(LeaseRef ref, Step step) {
    int lease = number(ref.name());
    return state[lease].token() == ref.token() ? step.take(lease) : refusal(Reason.FENCED);
  }

  private void hold(Entry entry, int lease, String holder, long ttlMillis) {
    revision++;
    set(lease, new Holding(revision, holder, ttlMillis, OptionalLong.empty()));
    Bytes body = LeaseRecordCodec.encode(new LeaseRecord(holder, ttlMillis, Bytes.EMPTY));
    Position at = new Position(revision, 0);
    Fact fact = new Fact(KEYS.get(lease), body, revision, at, 1, Optional.empty());
    entry.changes = List.of(new Change.Put(fact, Position.NONE));
  }

  private Result end(Entry entry, int lease) {
    revision++;
    set(lease, FREE);
    Position at = new Position(revision, 0);
    entry.changes = List.of(new Change.Deleted(new Tombstone(KEYS.get(lease), at), Position.NONE));
    return new LeaseEnded(revision);
  }

  private Result write(int lease, OptionalLong remainingMillis) {
    Holding held = state[lease];
    set(lease, new Holding(held.token(), held.holder(), held.ttlMillis(), remainingMillis));
    return new Checkpointed();
  }

  private void set(int lease, Holding holding) {
    state = state.clone();
    state[lease] = holding;
  }

  private static Result refusal(Reason reason) {
    return Refusal.of(reason, "", "no");
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.consensus.ManualTicker;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.LeaseEnded;
import dev.stele.server.core.command.Result;
import dev.stele.server.core.lease.LeaseRecord;
import dev.stele.server.core.lease.LeaseRecordCodec;
import dev.stele.server.core.lease.Leases;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.Tombstone;
import dev.stele.server.core.session.SessionTag;
import dev.stele.server.port.Confirmations.Confirmation;
import dev.stele.server.port.Confirmations.Leads;
import dev.stele.server.port.Confirmations.Unconfirmed;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.Proposal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A lease clock whose world stands still unless a test moves it. */
final class Bench implements LeaseEffects, LeaseNotes {
  static final long TERM = 7;
  static final long SCAN_MILLIS = TimeUnit.NANOSECONDS.toMillis(LeaseTimings.STANDARD.scanNanos());

  final ManualTicker ticker = new ManualTicker();
  final List<LeaseSource.Holding> stored = new ArrayList<>();
  final Deque<Proposed> proposed = new ArrayDeque<>();
  final Deque<Consumer<Confirmation>> asked = new ArrayDeque<>();
  final List<String> notes = new ArrayList<>();
  long storedRevision = 100;
  long term = TERM;
  boolean leads = true;
  boolean ready = true;
  int loads;
  private final Deque<Runnable> events = new ArrayDeque<>();
  final LeaseClock clock =
      new LeaseClock(this, this::standing, ticker, this::load, LeaseTimings.STANDARD, this);

  /** What was proposed, and whom to tell what came of it. */
  record Proposed(Command command, Consumer<Proposal> outcome) {
    void decided(Result result) {
      outcome.accept(new Proposal.Decided(result));
    }

    void ended() {
      decided(new LeaseEnded(1_000));
    }

    void notProposed() {
      outcome.accept(new Proposal.NotProposed(Reason.OVERLOADED, "too many", Duration.ZERO));
    }

    void unknown() {
      outcome.accept(new Proposal.Unknown("who knows"));
    }
  }

  private Leadership.Standing standing() {
    Leadership.Role role = leads ? Leadership.Role.LEADER : Leadership.Role.FOLLOWER;
    return new Leadership.Standing(role, term, Optional.empty(), leads && ready, 0, 0);
  }

  private LeaseSource.Loaded load() {
    loads++;
    return new LeaseSource.Loaded(storedRevision, List.copyOf(stored));
  }

  /** The state holds a lease before the clock begins. */
  LeaseRef stored(String name, long token, long ttlMillis) {
    stored.add(new LeaseSource.Holding(name, token, ttlMillis, OptionalLong.empty()));
    return new LeaseRef(name, token);
  }

  /** Lets so much time pass, with a tick at each scan. */
  void pass(long millis) {
    for (long left = millis; left > 0; left -= SCAN_MILLIS) {
      ticker.advanceMillis(Math.min(left, SCAN_MILLIS));
      tick();
    }
  }

  /** Lets so much time pass in which nothing runs. */
  void stall(long millis) {
    ticker.advanceMillis(millis);
    tick();
  }

  void tick() {
    for (Runnable event = events.poll(); event != null; event = events.poll()) {
      event.run();
    }
    clock.tick();
  }

  PendingRenewal renew(LeaseRef lease) {
    return renew(lease, 5_000);
  }

  PendingRenewal renew(LeaseRef lease, long deadlineMillis) {
    PendingRenewal renewal = new PendingRenewal(lease, ticker.in(deadlineMillis));
    clock.renew(renewal);
    return renewal;
  }

  /** The round that is under way confirms this node. */
  void confirm() {
    confirm(term);
  }

  void confirm(long inTerm) {
    asked.remove().accept(new Leads(inTerm));
    tick();
  }

  void refuse(Reason reason) {
    asked.remove().accept(new Unconfirmed(reason, "nobody answers"));
    tick();
  }

  /** A renewal that came now, and was confirmed. */
  PendingRenewal renewed(LeaseRef lease) {
    PendingRenewal renewal = renew(lease);
    tick();
    confirm();
    return renewal;
  }

  LeaseRef acquired(String name, long token, long ttlMillis) {
    LeaseRecord record = new LeaseRecord("h", ttlMillis, Bytes.EMPTY);
    Position at = new Position(token, 0);
    Bytes body = LeaseRecordCodec.encode(record);
    Fact fact = new Fact(Leases.key(name), body, token, at, 1, Optional.empty());
    clock.changed(List.of(new Change.Put(fact, Position.NONE)));
    return new LeaseRef(name, token);
  }

  void ended(String name, long revision) {
    Tombstone row = new Tombstone(Leases.key(name), new Position(revision, 0));
    clock.changed(List.of(new Change.Deleted(row, Position.NONE)));
  }

  Waiter waits(String name) {
    return waits(name, 0, 5_000, Optional.empty());
  }

  Waiter waits(String name, long waitedMillis, long deadlineMillis, Optional<SessionTag> tag) {
    Waiter waiter = new Waiter(name, tag, ticker.in(-waitedMillis), ticker.in(deadlineMillis));
    clock.join(waiter);
    return waiter;
  }

  @Override
  public void propose(Command command, long deadlineNanos, Consumer<Proposal> outcome) {
    proposed.add(new Proposed(command, outcome));
  }

  @Override
  public void confirm(long deadlineNanos, Consumer<Confirmation> outcome) {
    asked.add(outcome);
  }

  @Override
  public void answer(PendingRenewal renewal, Renewal answer) {
    renewal.complete(answer);
  }

  @Override
  public boolean answer(Waiter waiter, LeaseDesk.Turn turn) {
    return waiter.complete(turn);
  }

  @Override
  public void later(Runnable event) {
    events.add(event);
  }

  @Override
  public void began(long newTerm, int leases) {
    notes.add("began " + newTerm + " with " + leases);
  }

  @Override
  public void ended(long oldTerm) {
    notes.add("ended " + oldTerm);
  }

  @Override
  public void lost(LeaseRef lease, Loss loss) {
    notes.add(loss + " " + lease.name() + " " + lease.token());
  }

  @Override
  public void stalled(Duration stall) {
    notes.add("stalled " + stall.toMillis());
  }

  @Override
  public void inDoubt(LeaseRef lease, String message) {
    notes.add("in doubt " + lease.name() + ": " + message);
  }
}

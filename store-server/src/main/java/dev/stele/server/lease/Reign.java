// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.lease.Leases;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Reason;
import dev.stele.server.lease.LeaseNotes.Loss;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The leases during one leadership of this node. It begins with what the log says, knows nothing of
 * what another leader, or this node in another term, had counted, and ends as a whole. Why that is
 * safe stands at {@link LeaseClock}.
 */
final class Reign {
  private static final Renewal NOT_LEADER =
      new Renewal.NotConfirmed(Reason.NOT_LEADER, "this node does not lead any more");
  private static final Renewal LEFT_OPEN =
      new Renewal.NotConfirmed(Reason.NO_QUORUM, "it was not decided in time what becomes of it");

  private final long term;
  private final LeaseTime time;
  private final LeaseTimings timings;
  private final LeaseSource source;
  private final ReignEffects effects;
  private final LeaseNotes notes;

  private final HeldLeases leases = new HeldLeases();
  private final RenewalRounds rounds;
  private final Closings closings;
  private final Checkpoints checkpoints;
  private final WaitingLines lines;

  /** Those for whose fate a renewal waits. */
  private final Set<Held> holdingBack = new LinkedHashSet<>();

  private long loadedRevision;
  private long sequence;
  private long scannedTicks;
  private long givenBackNanos;

  /**
   * Begins to count, now, which must be after this node was found to be ready in {@code term}.
   *
   * @param time read for the first time after that
   */
  Reign(
      long term,
      LeaseTime time,
      LeaseTimings timings,
      LeaseSource source,
      ReignEffects effects,
      LeaseNotes notes) {
    this.term = term;
    this.time = time;
    this.timings = timings;
    this.source = source;
    this.effects = effects;
    this.notes = notes;
    rounds = new RenewalRounds(term, effects, time, timings, this::carried);
    closings = new Closings(term, effects, time, timings, leases, new ClosingFate(), notes);
    checkpoints = new Checkpoints(term, effects, time, timings, leases, this::cleared);
    lines = new WaitingLines(leases::isHeld, effects);
    scannedTicks = time.ticks();
    reload();
    notes.began(term, leases.size());
  }

  long term() {
    return term;
  }

  /** What is held, for any thread to look at. */
  HeldLeases leases() {
    return leases;
  }

  /** Until {@code held} would be taken away; any thread. */
  long remainingMillis(Held held) {
    long nanos = held.isClosing() ? 0 : Math.max(0, time.until(held.deadline()));
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  /** Who waits for {@code name}; any thread. */
  int waiters(String name) {
    return lines.length(name);
  }

  void renew(PendingRenewal renewal) {
    renewal.from(time.now());
    rounds.add(renewal);
  }

  void join(Waiter waiter) {
    lines.join(waiter);
  }

  void leave(Waiter waiter) {
    lines.leave(waiter);
  }

  /** A fact of kind {@code lease} changed. */
  void changed(Change change) {
    long revision = change.at().revision();
    if (revision <= loadedRevision) {
      return;
    }
    String name = change.key().name();
    if (change.row() instanceof Fact fact) {
      // Its holder counts from before it asked for it, which was before now.
      grant(
          new LeaseSource.Holding(
              name, revision, Leases.record(fact).ttlMillis(), OptionalLong.empty()));
    } else {
      leases.named(name).ifPresent(held -> lost(held, loss(held)));
    }
  }

  private static Loss loss(Held held) {
    return held.isClosing() ? Loss.EXPIRED : Loss.RELEASED;
  }

  /**
   * Takes what is held from the state, and keeps what was counted for holdings that are known: at
   * the beginning, and when changes were missed.
   */
  void reload() {
    long now = time.now();
    LeaseSource.Loaded loaded = source.load();
    Set<Held> gone = new LinkedHashSet<>(leases.all());
    for (LeaseSource.Holding holding : loaded.holdings()) {
      leases
          .find(new LeaseRef(holding.name(), holding.token()))
          .ifPresentOrElse(gone::remove, () -> grant(holding, now));
    }
    for (Held held : gone) {
      if (leases.contains(held)) {
        lost(held, loss(held));
      }
    }
    loadedRevision = loaded.revision();
  }

  private void grant(LeaseSource.Holding holding) {
    grant(holding, time.now());
  }

  /** Counts for a holding from {@code now} on, with all of its TTL, or what is written down. */
  private void grant(LeaseSource.Holding holding, long now) {
    leases.named(holding.name()).ifPresent(this::replaced);
    long millis = holding.checkpointMillis().orElse(holding.ttlMillis());
    LeaseRef lease = new LeaseRef(holding.name(), holding.token());
    long deadline = now + TimeUnit.MILLISECONDS.toNanos(millis);
    Held held = new Held(lease, holding.ttlMillis(), sequence++, deadline);
    checkpoints.renewed(held, now);
    if (holding.checkpointMillis().isPresent()) {
      held.checkpoint(Held.Checkpoint.WRITTEN);
    }
    leases.add(held, checkpoints.lookAt(held));
  }

  private void replaced(Held held) {
    leases.remove(held);
    tellHeldBack(held, lost(held.lease()));
  }

  private void lost(Held held, Loss loss) {
    replaced(held);
    notes.lost(held.lease(), loss);
    lines.freed(held.lease().name());
  }

  private static Renewal lost(LeaseRef lease) {
    return new Renewal.Lost(
        "the lease " + lease.name() + " is not held with the token " + lease.token());
  }

  private void tellHeldBack(Held held, Renewal answer) {
    holdingBack.remove(held);
    held.heldBack().takeAll().forEach(renewal -> effects.answer(renewal, answer));
  }

  /** This node led after all of this had come. */
  private void carried(List<PendingRenewal> renewals, List<Held> due) {
    long now = time.now();
    renewals.forEach(renewal -> confirmed(renewal, now));
    for (Held held : due) {
      if (!leases.contains(held)) {
        continue;
      }
      if (!held.isDue(now)) {
        leases.look(held, checkpoints.lookAt(held));
      } else if (closings.hasRoom()) {
        closings.close(held);
      } else {
        rounds.addDue(held);
      }
    }
  }

  private void confirmed(PendingRenewal renewal, long now) {
    leases
        .find(renewal.lease())
        .ifPresentOrElse(
            held -> confirmed(held, renewal, now),
            () -> effects.answer(renewal, lost(renewal.lease())));
  }

  private void confirmed(Held held, PendingRenewal renewal, long now) {
    if (!held.isClosing()) {
      held.extend(renewal.from() + held.ttlNanos());
      checkpoints.renewed(held, now);
      if (held.checkpoint() == Held.Checkpoint.NONE) {
        effects.answer(renewal, new Renewal.Renewed(held.ttlMillis()));
        return;
      }
      checkpoints.clear(held);
    }
    held.heldBack().add(renewal);
    holdingBack.add(held);
  }

  private void cleared(Held held) {
    if (!held.isClosing()) {
      tellHeldBack(held, new Renewal.Renewed(held.ttlMillis()));
    }
  }

  /** What becomes of leases whose ends were proposed. */
  private final class ClosingFate implements Closings.Fate {
    @Override
    public void ended(Held held) {
      lost(held, Loss.EXPIRED);
    }

    @Override
    public void reopened(Held held) {
      holdingBack.remove(held);
      held.heldBack().takeAll().forEach(rounds::add);
      leases.look(held, checkpoints.lookAt(held));
    }
  }

  /**
   * Does what has become due. Called when all that has happened so far was told, at least every
   * {@link LeaseTimings#scanNanos}.
   */
  void tick() {
    long now = time.now();
    if (time.ticks() - scannedTicks >= timings.scanNanos()) {
      scannedTicks = time.ticks();
      scan(now);
    }
    checkpoints.begin();
    rounds.begin(closings.hasRoom());
  }

  /** Until {@link #tick} has something to do by itself. */
  long restNanos() {
    return timings.scanNanos() - (time.ticks() - scannedTicks);
  }

  private void scan(long now) {
    noteStall();
    rounds.scan();
    endHoldingBack();
    checkpoints.scan(holdingBack);
    for (var next = leases.pollDue(now); next.isPresent(); next = leases.pollDue(now)) {
      look(next.get(), now);
    }
    lines.scan(time.ticks());
  }

  private void look(Held held, long now) {
    if (held.isClosing()) {
      closings.again(held);
    } else if (held.isDue(now)) {
      rounds.addDue(held);
    } else {
      checkpoints.tend(held, now);
      leases.look(held, checkpoints.lookAt(held));
    }
  }

  private void endHoldingBack() {
    Iterator<Held> all = holdingBack.iterator();
    while (all.hasNext()) {
      Held held = all.next();
      held.heldBack().takeLate(time.ticks()).forEach(late -> effects.answer(late, LEFT_OPEN));
      if (held.heldBack().isEmpty()) {
        all.remove();
      }
    }
  }

  private void noteStall() {
    long stalled = time.givenBackNanos() - givenBackNanos;
    if (stalled > 0) {
      givenBackNanos += stalled;
      notes.stalled(Duration.ofNanos(stalled));
    }
  }

  /** Ends: everything is forgotten, and everybody is told. */
  void end() {
    effects.end();
    rounds.end(NOT_LEADER);
    for (Held held : List.copyOf(holdingBack)) {
      tellHeldBack(held, NOT_LEADER);
    }
    lines.end();
    notes.ended(term);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.command.CheckpointLease;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.ExpireLease;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Reason;
import dev.stele.server.lease.SimLog.Entry;
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
import java.util.function.Consumer;

/** A node with its lease clock, its mailbox and its own idea of time. */
final class SimNode implements LeaseEffects, LeaseNotes {
  /** Leases beyond a second are long, and are written down twice a second. */
  static final LeaseTimings TIMINGS =
      new LeaseTimings(
          50 * World.MILLI,
          100 * World.MILLI,
          1_000 * World.MILLI,
          500 * World.MILLI,
          300 * World.MILLI,
          400 * World.MILLI,
          100 * World.MILLI);

  private static final LeaseTimings WITHOUT_STALLS =
      new LeaseTimings(
          TIMINGS.scanNanos(),
          Long.MAX_VALUE,
          TIMINGS.longTtlNanos(),
          TIMINGS.checkpointNanos(),
          TIMINGS.confirmNanos(),
          TIMINGS.proposeNanos(),
          TIMINGS.retryNanos());

  private final SimCluster cluster;
  private final World world;
  private final Mutant mutant;
  private final double rate;
  private final long offsetNanos;
  private final LeaseClock clock;

  private final Deque<Runnable> mailbox = new ArrayDeque<>();
  private final Deque<Runnable> outside = new ArrayDeque<>();
  final List<SimRenewal> renewals = new ArrayList<>();
  final List<Waiter> inLine = new ArrayList<>();
  final List<Waiter> turns = new ArrayList<>();

  private long term;
  private boolean leads;
  private boolean ready;
  private int paused;
  private int cut;
  private boolean busy;
  private boolean awake;
  private long timer;
  private int applied;
  private long appliedNanos;
  private long pausedNanos;
  private long pausedSinceNanos;
  private int pauses;
  private int pausesBefore;
  private long turnNanos;
  Optional<Round> told = Optional.empty();

  SimNode(SimCluster cluster, Mutant mutant, double drift) {
    this.cluster = cluster;
    this.world = cluster.world;
    this.mutant = mutant;
    rate = 1 + drift;
    offsetNanos = world.random.nextLong();
    clock =
        new LeaseClock(
            this,
            this::standing,
            this::interruptedTicks,
            this::load,
            mutant == Mutant.STALL_IS_NOT_GIVEN_BACK ? WITHOUT_STALLS : TIMINGS,
            this);
  }

  /**
   * A question for leadership.
   *
   * @param turnNanos when the turn began in which it was asked: what had come by then was told to
   *     the clock before
   * @param asked whether anybody was
   */
  record Round(long turnNanos, boolean asked) {}

  long term() {
    return term;
  }

  boolean leads() {
    return leads;
  }

  boolean isReady() {
    return ready;
  }

  boolean isReachable() {
    return paused == 0 && cut == 0;
  }

  /** How long it ran so far. */
  long ranNanos() {
    return (paused > 0 ? pausedSinceNanos : world.nowNanos()) - pausedNanos;
  }

  /** How often it stood still so far. */
  int pauses() {
    return pauses;
  }

  /** The same before its present turn. */
  int pausesBefore() {
    return pausesBefore;
  }

  private long ticks() {
    return offsetNanos + (long) (world.nowNanos() * rate);
  }

  private long interruptedTicks() {
    interrupt();
    return ticks();
  }

  /** Now and then a node stands still in the middle of a thought. */
  private void interrupt() {
    if (busy && paused == 0 && world.oneIn(3_000)) {
      pause();
      world.runUntil(world.nowNanos() + world.between(5, 700));
      while (paused > 1) {
        world.runUntil(world.nowNanos() + World.MILLI);
      }
      resume();
    }
  }

  private Leadership.Standing standing() {
    Leadership.Role role = leads ? Leadership.Role.LEADER : Leadership.Role.FOLLOWER;
    Leadership.Standing standing =
        new Leadership.Standing(role, term, Optional.empty(), leads && ready, 0, applied);
    interrupt();
    return standing;
  }

  private LeaseSource.Loaded load() {
    LeaseSource.Loaded loaded = cluster.log.loaded(applied);
    interrupt();
    if (mutant != Mutant.OLD_DEADLINES_ARE_KEPT && mutant != Mutant.CHECKPOINT_IS_IGNORED) {
      return loaded;
    }
    return new LeaseSource.Loaded(
        loaded.revision(), loaded.holdings().stream().map(this::spoil).toList());
  }

  private LeaseSource.Holding spoil(LeaseSource.Holding holding) {
    OptionalLong left =
        mutant == Mutant.CHECKPOINT_IS_IGNORED
            ? OptionalLong.empty()
            : OptionalLong.of(cluster.judge.leftSinceAcquisition(holding.token()));
    return new LeaseSource.Holding(holding.name(), holding.token(), holding.ttlMillis(), left);
  }

  void elected(long newTerm) {
    term = newTerm;
    leads = true;
    ready = false;
    wake();
  }

  /** It has applied the first {@code entries} of the log. */
  void ready(int entries) {
    ready = true;
    applied = entries;
    world.within(0, 50, this::wake);
  }

  void deposed(long newTerm) {
    term = newTerm;
    leads = false;
    ready = false;
    wake();
  }

  void pause() {
    if (paused++ == 0) {
      pausedSinceNanos = world.nowNanos();
      pauses++;
      cluster.judge.disturbed();
    }
  }

  void resume() {
    if (--paused > 0) {
      return;
    }
    pausedNanos += world.nowNanos() - pausedSinceNanos;
    cluster.judge.disturbed();
    if (!busy) {
      // Which thread runs first after a pause is nobody's choice.
      if (world.oneIn(2)) {
        turn();
        letIn();
      } else {
        letIn();
        turn();
      }
    }
    cluster.commitDue();
  }

  /** The others can't be reached any more; callers can. */
  void cutOff() {
    cut++;
    cluster.judge.disturbed();
  }

  void rejoin() {
    cut--;
    cluster.judge.disturbed();
    cluster.commitDue();
  }

  /** Something comes from outside; while this node stands still it waits before the door. */
  void receive(Runnable step) {
    if (paused > 0 || !outside.isEmpty()) {
      outside.add(step);
      if (paused == 0 && !busy) {
        letIn();
      }
    } else {
      step.run();
    }
  }

  private void letIn() {
    while (paused == 0 && !outside.isEmpty()) {
      outside.poll().run();
    }
  }

  private void post(Runnable event) {
    mailbox.add(event);
    wake();
  }

  private void wake() {
    if (!awake && !busy) {
      awake = true;
      world.within(0, 2, this::turn);
    }
  }

  private void turn() {
    awake = false;
    if (paused > 0 || busy) {
      return;
    }
    busy = true;
    turnNanos = world.nowNanos();
    pausesBefore = pauses;
    if (mutant == Mutant.EXPIRY_IS_NOT_CONFIRMED || mutant == Mutant.EXPIRY_COMES_BEFORE_RENEWALS) {
      clock.tick();
    }
    for (int count = mailbox.size(); count > 0; count--) {
      mailbox.poll().run();
    }
    clock.tick();
    busy = false;
    letIn();
    if (!mailbox.isEmpty()) {
      wake();
    }
    long set = ++timer;
    if (leads) {
      long rest = Math.max(0, clock.restNanos()) + world.between(0, 4);
      world.in(
          rest,
          () -> {
            if (set == timer) {
              turn();
            }
          });
    }
  }

  /** The entry at {@code index} is committed, and gets here a moment later. */
  void apply(int index) {
    Entry entry = cluster.log.entry(index);
    int most = world.oneIn(20) ? 80 : 3;
    appliedNanos = Math.max(appliedNanos, world.nowNanos() + world.between(0, most));
    world.in(
        appliedNanos - world.nowNanos(),
        () ->
            receive(
                () -> {
                  applied = Math.max(applied, index + 1);
                  if (!entry.changes.isEmpty()) {
                    post(() -> changed(entry));
                  }
                  if (entry.proposer == this) {
                    entry.tell(new Proposal.Decided(entry.result));
                  }
                }));
  }

  private void changed(Entry entry) {
    cluster.judge.counted(this, entry.revisionAfter);
    if (world.oneIn(50)) {
      clock.missed();
    } else {
      clock.changed(entry.changes);
    }
  }

  void renew(SimRenewal renewal) {
    renewals.add(renewal);
    post(
        () -> {
          cluster.judge.told(this, renewal);
          clock.renew(renewal);
        });
  }

  void join(Waiter waiter) {
    post(
        () -> {
          inLine.add(waiter);
          clock.join(waiter);
        });
  }

  void leave(Waiter waiter) {
    post(() -> clock.leave(waiter));
  }

  /** Where {@code waiter} stands if it has waited that long before. */
  long placeNanos(long waitedNanos) {
    return mutant == Mutant.WAITED_TIME_IS_IGNORED ? ticks() : ticks() - waitedNanos;
  }

  long deadlineNanos(long nanos) {
    return ticks() + nanos;
  }

  @Override
  public void propose(Command command, long deadlineNanos, Consumer<Proposal> outcome) {
    Consumer<Proposal> later = proposal -> post(() -> outcome.accept(proposal));
    if (command instanceof ExpireLease expire) {
      cluster.judge.ends(this, expire);
      if (mutant == Mutant.RENEWED_WHILE_CLOSING) {
        later.accept(new Proposal.NotProposed(Reason.OVERLOADED, "", Duration.ZERO));
        later = proposal -> {};
      }
    } else if (command instanceof CheckpointLease write && write.remainingMillis().isEmpty()) {
      // The moment at which most can go wrong.
      if (world.oneIn(8)) {
        world.within(0, 10, () -> cluster.elect(cluster.someNode()));
      }
      if (mutant == Mutant.CLEAR_IS_NOT_AWAITED) {
        later.accept(new Proposal.Decided(new CheckpointLease.Checkpointed()));
        later = proposal -> {};
      }
    }
    interrupt();
    cluster.propose(this, command, later);
  }

  @Override
  public void confirm(long deadlineNanos, Consumer<Confirmation> outcome) {
    boolean alone = renewals.stream().noneMatch(SimRenewal::wasTold);
    if (mutant == Mutant.RENEWAL_IS_NOT_CONFIRMED
        || (mutant == Mutant.EXPIRY_IS_NOT_CONFIRMED && alone)) {
      Round unasked = new Round(turnNanos, mutant == Mutant.RENEWAL_IS_NOT_CONFIRMED);
      mailbox.addFirst(() -> tell(unasked, new Leads(term), outcome));
      wake();
      return;
    }
    Round round = new Round(turnNanos, true);
    world.within(1, 20, () -> receive(() -> ask(round, deadlineNanos, outcome)));
  }

  private void ask(Round round, long deadlineNanos, Consumer<Confirmation> outcome) {
    if (!leads) {
      post(() -> tell(round, new Unconfirmed(Reason.NOT_LEADER, ""), outcome));
    } else if (isReachable() && cluster.isLed(this)) {
      Confirmation yes = new Leads(term);
      int committed = cluster.log.size();
      world.within(1, 20, () -> receive(() -> answer(round, committed, yes, outcome)));
    } else if (ticks() - deadlineNanos >= 0) {
      post(() -> tell(round, new Unconfirmed(Reason.NO_QUORUM, ""), outcome));
    } else {
      world.within(5, 20, () -> receive(() -> ask(round, deadlineNanos, outcome)));
    }
  }

  private void answer(
      Round round, int committed, Confirmation yes, Consumer<Confirmation> outcome) {
    boolean behind = applied < committed && mutant != Mutant.APPLY_IS_NOT_AWAITED;
    if (behind && leads) {
      world.within(1, 3, () -> receive(() -> answer(round, committed, yes, outcome)));
    } else {
      post(() -> tell(round, yes, outcome));
    }
  }

  private void tell(Round round, Confirmation confirmation, Consumer<Confirmation> outcome) {
    told = Optional.of(round);
    outcome.accept(confirmation);
    told = Optional.empty();
  }

  @Override
  public void answer(PendingRenewal renewal, Renewal answer) {
    SimRenewal answered = (SimRenewal) renewal;
    renewals.remove(answered);
    cluster.judge.answered(this, answered, answer);
    answered.complete(answer);
  }

  @Override
  public boolean answer(Waiter waiter, LeaseDesk.Turn turn) {
    inLine.remove(waiter);
    if (!waiter.isDone() && turn instanceof LeaseDesk.Turn.Yours) {
      cluster.judge.turn(this, waiter);
    }
    return waiter.complete(turn);
  }

  @Override
  public void later(Runnable event) {
    post(event);
  }

  @Override
  public void began(long newTerm, int leases) {
    for (LeaseSource.Holding held : cluster.log.loaded(applied).holdings()) {
      cluster.judge.counted(this, held.token());
    }
    turns.clear();
  }

  @Override
  public void ended(long oldTerm) {
    turns.clear();
  }

  @Override
  public void lost(LeaseRef lease, Loss loss) {}

  @Override
  public void stalled(Duration stall) {}

  @Override
  public void inDoubt(LeaseRef lease, String message) {}
}

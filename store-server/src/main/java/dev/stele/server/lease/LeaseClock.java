// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Reason;
import dev.stele.server.lease.LeaseDesk.Turn;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.Leadership.Standing;
import dev.stele.server.port.Ticker;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Counts how long leases live without renewals, and takes away those that nobody renewed. It is a
 * state machine: told of renewals, of what was applied and of the passing of time, it proposes,
 * asks for confirmations and answers. Only a leader that is ready counts.
 *
 * <p><b>No two holders.</b> A holder believes in its lease until s + TTL, less a margin, by its own
 * clock, where s is when it sent the last renewal that was acknowledged, or the acquisition. The
 * claim: the log has no end of this holding, but one that the holder, or someone who knew its
 * token, asked for, before TTL has passed since s. Then, as long as clocks differ by no more than
 * the margin allows for, whoever acquires the lease next does so when the holder has stopped. Let
 * the leader of term T acknowledge a renewal that was sent at s and that its clock was told of at
 * a, after s.
 *
 * <ul>
 *   <li>Only {@code ExpireLease} ends a holding unasked, it does so only in an entry of the term in
 *       which it was proposed, and only for the token that it names.
 *   <li>By the leader of T itself: the renewal moved the deadline to a + TTL or beyond, before it
 *       was acknowledged. It is proposed only past the deadline. And nothing is acknowledged from
 *       the moment it is proposed until it is certain that it will never come true ({@link
 *       Closings}), so none that was proposed before a can come true after the acknowledgement.
 *       Stalls are given back to deadlines, which only makes them later ({@link LeaseTime}).
 *   <li>By the leader of an earlier term: its entry stands before the first one of T in the log,
 *       and the leader of T counts only what is held once that one is applied.
 *   <li>By the leader of a later term: a round that began after a found T the present term, so it
 *       was elected after a, found ready after that, and only then read its clock and gave the
 *       lease the whole TTL. By its own clock it proposes nothing before a + TTL.
 *   <li>Unless a checkpoint gave it less. It wrote r of a holding at p when the deadline was p + r.
 *       A leader that reads it is ready after p, and so counts to p + r at least, which every
 *       renewal acknowledged before p allows. One that came to be acknowledged after p was
 *       acknowledged only after a clear was decided that stands behind the checkpoint ({@link
 *       Checkpoints}), so no leader that is elected later reads it, and an earlier one is none, by
 *       the round.
 *   <li>An acquisition is a renewal that came when it was applied: the leader that counts for it
 *       first read its clock after that, and so after it was sent.
 * </ul>
 *
 * <p><b>The bound.</b> With D for a scan, a confirm round on its way and one more, and a commit
 * (some {@value Closings#MAX_UNDER_WAY} leases share one), a lease is gone TTL + D after its last
 * renewal arrived, counting only the time, without stalls, of a ready leader that has a majority. n
 * changes of leaders in between give at most (n + 1) · (TTL + D); with a TTL beyond a minute, of
 * which what is left is written down each minute, TTL + n · (1 min + D) + D.
 *
 * <p><b>What a lease cannot do.</b> Nobody can stop a holder from outside. It can be paused between
 * looking at its clock and acting on it, and the clocks of many processes stand still while their
 * machine is suspended; it then acts when another one holds the lease. So what must not happen
 * twice has to be guarded with the token, which the store compares when it decides. What a token
 * can't guard is safe only while the holder is not paused and its clock drifts by less than the
 * margin.
 *
 * <p>One thread calls it, {@link #remainingMillis}, {@link #waiters} and {@link #held} excepted.
 */
final class LeaseClock {
  private static final Renewal NOT_LEADER =
      new Renewal.NotConfirmed(Reason.NOT_LEADER, "this node does not lead, or is not ready to");

  private final LeaseEffects effects;
  private final Leadership leadership;
  private final Ticker ticker;
  private final LeaseSource source;
  private final LeaseTimings timings;
  private final LeaseNotes notes;
  private volatile Optional<Reign> reign = Optional.empty();
  private boolean closed;

  LeaseClock(
      LeaseEffects effects,
      Leadership leadership,
      Ticker ticker,
      LeaseSource source,
      LeaseTimings timings,
      LeaseNotes notes) {
    this.effects = effects;
    this.leadership = leadership;
    this.ticker = ticker;
    this.source = source;
    this.timings = timings;
    this.notes = notes;
  }

  /** A renewal came. */
  void renew(PendingRenewal renewal) {
    look();
    reign.ifPresentOrElse(
        leading -> leading.renew(renewal), () -> effects.answer(renewal, NOT_LEADER));
  }

  /** Somebody begins to wait. */
  void join(Waiter waiter) {
    look();
    reign.ifPresentOrElse(
        leading -> leading.join(waiter), () -> effects.answer(waiter, new Turn.Elsewhere()));
  }

  /** Somebody who waited went away. */
  void leave(Waiter waiter) {
    look();
    reign.ifPresent(leading -> leading.leave(waiter));
  }

  /** Facts of kind {@code lease} changed, in this order. */
  void changed(List<Change> changes) {
    look();
    reign.ifPresent(leading -> changes.forEach(leading::changed));
  }

  /** Changes came that were not told. */
  void missed() {
    look();
    reign.ifPresent(Reign::reload);
  }

  /**
   * Does what has become due. To be called when all that came before was told, and at least every
   * {@link LeaseTimings#scanNanos}.
   */
  void tick() {
    look();
    reign.ifPresent(Reign::tick);
  }

  /** How long to wait for news before the next {@link #tick}, at most. */
  long restNanos() {
    return reign.map(Reign::restNanos).orElse(timings.scanNanos());
  }

  /** Ends: everybody who waits is told, and whoever comes from here on. */
  void close() {
    closed = true;
    endReign();
  }

  /** Until {@code lease} would be taken away; empty when this node counts no such holding. */
  OptionalLong remainingMillis(LeaseRef lease) {
    return reign.stream()
        .flatMap(leading -> leading.leases().find(lease).map(leading::remainingMillis).stream())
        .mapToLong(Long::longValue)
        .findFirst();
  }

  /** Who waits for {@code name}. */
  int waiters(String name) {
    return reign.map(leading -> leading.waiters(name)).orElse(0);
  }

  /** Leases that this node counts for. */
  int held() {
    return reign.map(leading -> leading.leases().size()).orElse(0);
  }

  private void look() {
    if (closed) {
      return;
    }
    Standing standing = leadership.standing();
    boolean leads = standing.role() == Leadership.Role.LEADER && standing.ready();
    if (reign.isPresent() && !(leads && reign.get().term() == standing.term())) {
      endReign();
    }
    if (reign.isEmpty() && leads) {
      begin(standing.term());
    }
  }

  private void begin(long term) {
    ReignEffects own = new ReignEffects(effects, this::look);
    // The clock is read after the standing: whatever an earlier leader acknowledged was sent
    // before.
    LeaseTime time = new LeaseTime(ticker, timings);
    reign = Optional.of(new Reign(term, time, timings, source, own, notes));
  }

  private void endReign() {
    reign.ifPresent(Reign::end);
    reign = Optional.empty();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.model.Reason;
import dev.stele.server.port.Confirmations.Confirmation;
import dev.stele.server.port.Confirmations.Leads;
import dev.stele.server.port.Confirmations.Unconfirmed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Those who wait for this node's leadership to be confirmed: renewals, and leases that are past
 * their deadlines. One round is on its way; whoever comes meanwhile boards the next one. A round
 * that fails hands its passengers back, and they go again after the next scan.
 */
final class RenewalRounds {
  private final long term;
  private final ReignEffects effects;
  private final LeaseTime time;
  private final LeaseTimings timings;
  private final Carried carried;

  private final RenewalList waiting = new RenewalList();
  private final RenewalList aboard = new RenewalList();
  private final Deque<Held> dueWaiting = new ArrayDeque<>();
  private List<Held> dueAboard = List.of();
  private boolean underWay;
  private boolean resting;
  private Renewal notConfirmed =
      new Renewal.NotConfirmed(Reason.NO_QUORUM, "no majority confirmed this leader in time");

  RenewalRounds(
      long term, ReignEffects effects, LeaseTime time, LeaseTimings timings, Carried carried) {
    this.term = term;
    this.effects = effects;
    this.time = time;
    this.timings = timings;
    this.carried = carried;
  }

  /** Goes on with those whose round was carried. */
  interface Carried {
    /**
     * At some moment after each of {@code renewals} had arrived, and after each of {@code due} was
     * found past its deadline, this node led in this term, and no later term had a leader.
     */
    void carried(List<PendingRenewal> renewals, List<Held> due);
  }

  /** Takes the next round. */
  void add(PendingRenewal renewal) {
    waiting.add(renewal);
  }

  /**
   * {@code held} is past its deadline; it takes the next round with everybody who waits by then.
   */
  void addDue(Held held) {
    dueWaiting.add(held);
  }

  /**
   * Begins a round if anybody waits for one.
   *
   * @param endable whether leases that are past their deadlines could be ended now
   */
  void begin(boolean endable) {
    boolean forDue = endable && !dueWaiting.isEmpty();
    if (underWay || resting || (waiting.isEmpty() && !forDue)) {
      return;
    }
    underWay = true;
    waiting.takeAll().forEach(aboard::add);
    dueAboard = new ArrayList<>();
    // No more than could be ended: when very many are due, each round should not go over all.
    while (!dueWaiting.isEmpty() && dueAboard.size() < Closings.MAX_UNDER_WAY) {
      dueAboard.add(dueWaiting.remove());
    }
    effects.confirm(time.ticks() + timings.confirmNanos(), this::told);
  }

  private void told(Confirmation confirmation) {
    underWay = false;
    List<PendingRenewal> renewals = aboard.takeAll();
    List<Held> due = dueAboard;
    dueAboard = List.of();
    // A round may have begun in one term of this node and ended in another one of it.
    if (confirmation instanceof Leads leads && leads.term() == term) {
      carried.carried(renewals, due);
      return;
    }
    if (confirmation instanceof Unconfirmed why) {
      notConfirmed = new Renewal.NotConfirmed(why.reason(), why.message());
    }
    resting = true;
    renewals.forEach(waiting::add);
    dueWaiting.addAll(due);
  }

  /** Time has passed: whoever waited too long is told so, and those who rested go again. */
  void scan() {
    resting = false;
    waiting.takeLate(time.ticks()).forEach(late -> effects.answer(late, notConfirmed));
    aboard.takeLate(time.ticks()).forEach(late -> effects.answer(late, notConfirmed));
  }

  /** Tells everybody {@code answer}. */
  void end(Renewal answer) {
    waiting.takeAll().forEach(renewal -> effects.answer(renewal, answer));
    aboard.takeAll().forEach(renewal -> effects.answer(renewal, answer));
  }
}

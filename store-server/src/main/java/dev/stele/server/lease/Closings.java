// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.command.ExpireLease;
import dev.stele.server.core.command.LeaseEnded;
import dev.stele.server.core.command.Refusal;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.Proposal.Decided;
import dev.stele.server.port.Proposal.Unknown;

/**
 * The ends of leases that were not renewed in time. From the moment at which one is proposed until
 * it is known that it did nothing, and never will, the lease is closing and no renewal of it is
 * acknowledged.
 */
final class Closings {
  /** Ends that are under way at a time: as many as an entry of the log holds. */
  static final int MAX_UNDER_WAY = 512;

  private final long term;
  private final ReignEffects effects;
  private final LeaseTime time;
  private final LeaseTimings timings;
  private final HeldLeases leases;
  private final Fate fate;
  private final LeaseNotes notes;
  private int underWay;

  Closings(
      long term,
      ReignEffects effects,
      LeaseTime time,
      LeaseTimings timings,
      HeldLeases leases,
      Fate fate,
      LeaseNotes notes) {
    this.term = term;
    this.effects = effects;
    this.time = time;
    this.timings = timings;
    this.leases = leases;
    this.fate = fate;
    this.notes = notes;
  }

  /** What becomes of a lease that was closing. */
  interface Fate {
    /** It is over. */
    void ended(Held held);

    /** Nothing was done to it, nor will be. */
    void reopened(Held held);
  }

  /** Whether another end may be proposed now. */
  boolean hasRoom() {
    return underWay < MAX_UNDER_WAY;
  }

  /** Proposes the end of {@code held}. There must be room. */
  void close(Held held) {
    held.close();
    underWay++;
    effects.propose(
        new ExpireLease(term, held.lease()),
        time.ticks() + timings.proposeNanos(),
        outcome -> decided(held, outcome));
  }

  /**
   * Proposes again what nobody knows the outcome of: should the first proposal have been lost, this
   * one decides, and should it come true, this one does nothing.
   */
  void again(Held held) {
    if (hasRoom()) {
      close(held);
    } else {
      leases.look(held, time.now() + timings.scanNanos());
    }
  }

  private void decided(Held held, Proposal outcome) {
    underWay--;
    if (!leases.contains(held)) {
      return;
    }
    if (outcome instanceof Decided decided && isOver(decided)) {
      fate.ended(held);
    } else if (outcome instanceof Unknown unknown) {
      if (!held.isInDoubt()) {
        notes.inDoubt(held.lease(), unknown.message());
      }
      held.doubt();
      leases.look(held, time.now() + timings.retryNanos());
    } else if (held.isInDoubt()) {
      // This proposal did nothing; an earlier one still may.
      leases.look(held, time.now() + timings.retryNanos());
    } else {
      held.reopen();
      fate.reopened(held);
    }
  }

  private static boolean isOver(Decided decided) {
    return decided.result() instanceof LeaseEnded
        || (decided.result() instanceof Refusal refusal && refusal.reason() == Reason.FENCED);
  }
}

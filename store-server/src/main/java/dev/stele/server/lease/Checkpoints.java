// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.command.CheckpointLease;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.Proposal.Decided;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Writes down what is left of long leases that nobody renews, and clears that when somebody does.
 *
 * <p>A new leader gives a lease what is written down of it. So from the moment at which a
 * checkpoint is proposed a renewal is not acknowledged before a clear was decided that was proposed
 * later: both are this leader's, and stand in the log in that order, if at all. No other checkpoint
 * is proposed in between.
 */
final class Checkpoints {
  /** Commands that are under way at a time. */
  static final int MAX_UNDER_WAY = 256;

  private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final long term;
  private final ReignEffects effects;
  private final LeaseTime time;
  private final LeaseTimings timings;
  private final HeldLeases leases;
  private final Consumer<Held> cleared;
  private final Set<Held> toClear = new LinkedHashSet<>();
  private int underWay;

  /**
   * @param cleared goes on with a lease of which nothing is written down any more
   */
  Checkpoints(
      long term,
      ReignEffects effects,
      LeaseTime time,
      LeaseTimings timings,
      HeldLeases leases,
      Consumer<Held> cleared) {
    this.term = term;
    this.effects = effects;
    this.time = time;
    this.timings = timings;
    this.leases = leases;
    this.cleared = cleared;
  }

  boolean isLong(Held held) {
    return held.ttlNanos() > timings.longTtlNanos();
  }

  /** {@code held} was granted or renewed at {@code now}: it needs no checkpoint for a while. */
  void renewed(Held held, long now) {
    held.checkpointAt(now + timings.checkpointNanos());
  }

  /** When to look at {@code held} again. */
  long lookAt(Held held) {
    return isLong(held) && held.checkpointAt() - held.deadline() < 0
        ? held.checkpointAt()
        : held.deadline();
  }

  /** Writes down what is left of {@code held}, if that is due and it is long. */
  void tend(Held held, long now) {
    if (!isLong(held) || held.checkpointAt() - now > 0) {
      return;
    }
    if (held.checkpoint() == Held.Checkpoint.CLEARING || toClear.contains(held)) {
      held.checkpointAt(now + timings.checkpointNanos());
    } else if (underWay >= MAX_UNDER_WAY) {
      held.checkpointAt(now + timings.scanNanos());
    } else {
      held.checkpointAt(now + timings.checkpointNanos());
      held.checkpoint(Held.Checkpoint.WRITTEN);
      // Rounded up: the next leader must not give less than this one.
      long millis = (held.deadline() - now + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
      propose(held, OptionalLong.of(millis), outcome -> written(held, outcome));
    }
  }

  private void written(Held held, Proposal outcome) {
    if (outcome instanceof Decided || held.checkpoint() != Held.Checkpoint.WRITTEN) {
      return;
    }
    // Whether it is written down or not, a renewal has to clear it; but it should be.
    long soon = time.now() + timings.retryNanos();
    if (held.checkpointAt() - soon > 0) {
      held.checkpointAt(soon);
      leases.lookBy(held, soon);
    }
  }

  /** Clears what is written down of {@code held}, or may be; nothing if that is under way. */
  void clear(Held held) {
    if (held.checkpoint() == Held.Checkpoint.WRITTEN) {
      toClear.add(held);
    }
  }

  /** Proposes the clears that there is room for. */
  void begin() {
    while (underWay < MAX_UNDER_WAY && !toClear.isEmpty()) {
      Held held = toClear.iterator().next();
      toClear.remove(held);
      if (leases.contains(held)) {
        held.checkpoint(Held.Checkpoint.CLEARING);
        propose(held, OptionalLong.empty(), outcome -> decided(held, outcome));
      }
    }
  }

  private void decided(Held held, Proposal outcome) {
    if (outcome instanceof Decided decided
        && decided.result() instanceof CheckpointLease.Checkpointed) {
      held.checkpoint(Held.Checkpoint.NONE);
      cleared.accept(held);
    } else {
      // Not cleared, as far as anybody knows. The next scan asks again, if somebody still waits.
      held.checkpoint(Held.Checkpoint.WRITTEN);
    }
  }

  /** Asks again for those of {@code waitedFor} whose clears came to nothing. */
  void scan(Collection<Held> waitedFor) {
    for (Held held : waitedFor) {
      if (!held.isClosing()) {
        clear(held);
      }
    }
  }

  private void propose(Held held, OptionalLong remainingMillis, Consumer<Proposal> outcome) {
    underWay++;
    effects.propose(
        new CheckpointLease(term, held.lease(), remainingMillis),
        time.ticks() + timings.proposeNanos(),
        proposal -> {
          underWay--;
          if (leases.contains(held)) {
            outcome.accept(proposal);
          }
        });
  }
}

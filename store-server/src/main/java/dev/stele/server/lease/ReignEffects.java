// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.command.Command;
import dev.stele.server.port.Confirmations.Confirmation;
import dev.stele.server.port.Proposal;
import java.util.function.Consumer;

/**
 * The effects of one leadership. What comes of them once it is over is nobody's: the next one
 * counts anew, and must not take another one's answers for its own.
 */
final class ReignEffects {
  private final LeaseEffects effects;
  private final Runnable look;
  private boolean over;

  /**
   * @param look sees whether this leadership is over; calls {@link #end} if it is
   */
  ReignEffects(LeaseEffects effects, Runnable look) {
    this.effects = effects;
    this.look = look;
  }

  /** Nothing that is under way is listened to any more. */
  void end() {
    over = true;
  }

  void propose(Command command, long deadlineNanos, Consumer<Proposal> outcome) {
    effects.propose(command, deadlineNanos, proposal -> event(() -> outcome.accept(proposal)));
  }

  void confirm(long deadlineNanos, Consumer<Confirmation> outcome) {
    effects.confirm(deadlineNanos, confirmed -> event(() -> outcome.accept(confirmed)));
  }

  void answer(PendingRenewal renewal, Renewal answer) {
    effects.answer(renewal, answer);
  }

  boolean answer(Waiter waiter, LeaseDesk.Turn turn) {
    return effects.answer(waiter, turn);
  }

  void later(Runnable step) {
    effects.later(() -> event(step));
  }

  private void event(Runnable step) {
    if (over) {
      return;
    }
    look.run();
    if (!over) {
      step.run();
    }
  }
}

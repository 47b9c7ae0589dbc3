// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.command.Command;
import dev.stele.server.port.Confirmations.Confirmation;
import dev.stele.server.port.Proposal;
import java.util.function.Consumer;

/**
 * What a lease clock does to the world. Nothing here blocks, and nothing calls back at once: what
 * comes of it is an event of its own, on the clock's thread, later.
 */
interface LeaseEffects {
  /**
   * Proposes {@code command}, behind all that was proposed before.
   *
   * @param deadlineNanos on the node's ticker
   */
  void propose(Command command, long deadlineNanos, Consumer<Proposal> outcome);

  /** Asks whether this node leads, in a round that begins after this call. */
  void confirm(long deadlineNanos, Consumer<Confirmation> outcome);

  /** Ends {@code renewal}; called once for each. */
  void answer(PendingRenewal renewal, Renewal answer);

  /**
   * Ends {@code waiter}'s wait; called once for each.
   *
   * @return whether it was still there
   */
  boolean answer(Waiter waiter, LeaseDesk.Turn turn);

  /** Has {@code event} run on the clock's thread; may be called on any. */
  void later(Runnable event);
}

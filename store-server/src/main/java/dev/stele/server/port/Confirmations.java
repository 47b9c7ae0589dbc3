// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.port;

import dev.stele.server.core.model.Reason;
import java.util.concurrent.CompletableFuture;

/** Makes sure that this node still leads. Any thread. */
@FunctionalInterface
public interface Confirmations {
  /**
   * Asks a majority, in a round that begins after this call, whether this node's term is still the
   * present one. Many who ask share a round. The future always completes, and never exceptionally.
   *
   * @param deadlineNanos on the node's {@link Ticker}; past it nothing is confirmed
   */
  CompletableFuture<Confirmation> confirm(long deadlineNanos);

  /** What a round came to. */
  sealed interface Confirmation {}

  /**
   * At some moment after the call this node led, was ready, and no later term had a leader; and
   * whatever was acknowledged before the call, by any node, is applied here and was told to the
   * node's {@link ChangeListener}.
   */
  record Leads(long term) implements Confirmation {}

  /**
   * @param reason NO_QUORUM, NOT_LEADER or OVERLOADED
   */
  record Unconfirmed(Reason reason, String message) implements Confirmation {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.session.SessionTag;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * What callers need of the leader's lease clock. Any thread; nothing blocks; futures always
 * complete, and never exceptionally, on a thread that must not be blocked.
 */
public interface LeaseDesk {
  /** Waiters of one lease. */
  int MAX_WAITERS = 10_000;

  /**
   * Renews {@code lease}, from the moment of this call on.
   *
   * @param deadlineNanos on the node's {@link dev.stele.server.port.Ticker}; past it not confirmed
   */
  CompletableFuture<Renewal> renew(LeaseRef lease, long deadlineNanos);

  /**
   * Waits, in order of arrival, for {@code name} to be free.
   *
   * @param tag of the write that will acquire it: a later wait under the same tag takes the place
   *     of an earlier one, which is told that it is over
   * @param waitedNanos how long it has waited elsewhere: it stands in the order as if it had
   *     arrived that much earlier
   * @param deadlineNanos on the node's {@link dev.stele.server.port.Ticker}. Cancel the future to
   *     leave before
   */
  CompletableFuture<Turn> awaitTurn(
      String name, Optional<SessionTag> tag, long waitedNanos, long deadlineNanos);

  /**
   * Until {@code lease} would be taken away; empty when this node does not lead, or it is not held.
   */
  OptionalLong remainingMillis(LeaseRef lease);

  /** Who waits for {@code name} at this node. */
  int waiters(String name);

  /** How a wait ended. */
  sealed interface Turn {
    /**
     * The lease is free as far as this leader knows, and nobody else gets a turn until {@code done}
     * is run, or the deadline of the wait has passed: propose the acquisition now.
     *
     * @param done run it, once, when it is known what became of the acquisition
     */
    record Yours(Runnable done) implements Turn {}

    /** The deadline came first. */
    record Late() implements Turn {}

    /** More than {@link #MAX_WAITERS} would wait. */
    record Full() implements Turn {}

    /** This node does not lead (any more): wait elsewhere. */
    record Elsewhere() implements Turn {}

    /** Another call of the same session and sequence waits in its place. */
    record Replaced() implements Turn {}
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A claim that this process owns. It is followed by watch, so this is told when the claim is to be
 * given back. Thread-safe; nothing blocks.
 *
 * <p>It is LOST when the store says that it is another's or nobody's, and at once when its lease is
 * lost here. What it says may be late all the same: effects that must not happen twice go into a
 * transaction with {@link #stillOwned}, or bear the epoch to whoever can refuse an older one.
 *
 * <p>Futures complete where listeners of watches or leases run. What blocks there holds up what
 * other claims of the pool are told.
 */
public interface ClaimHandle extends AutoCloseable {
  /** What was taken. */
  ClaimGrant grant();

  /** How it stands, as far as it is known here. It never goes back. */
  State state();

  /** Whether new work may begin: it is owned, and does not drain. */
  default boolean acceptsWork() {
    return state() == State.OWNED;
  }

  /** A comparison that holds while it is owned and does not drain, whatever this process knows. */
  Compare stillOwned();

  /**
   * Completes when it drains, with what is left of the time, counted from when this was told; and
   * when it is lost without, with zero. When the drain began while the store could not be watched,
   * that time is taken for over.
   */
  CompletableFuture<Duration> draining();

  /** Completes when it is lost or given back. */
  CompletableFuture<Void> lost();

  /**
   * Gives it back. The handle is LOST at once, so stop acting first. When the request fails, the
   * claim stays bound to its lease, and goes with that. Later calls get the same answer.
   *
   * @return the revision of the change
   */
  CompletableFuture<Long> release();

  /** As {@link #release}, and it is never to be used again. */
  CompletableFuture<Long> retire();

  /** As {@link #release}, without waiting for what becomes of it; nothing when it is lost. */
  @Override
  void close();

  /** How a claim stands. */
  enum State {
    OWNED,
    /** To be given back within the time that {@link ClaimHandle#draining} tells. */
    DRAINING,
    LOST
  }
}

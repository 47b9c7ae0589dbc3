// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A claim that this process owns. It follows the claim by watch, so it is told when the claim is to
 * be given back. Thread-safe; nothing blocks.
 *
 * <p>What it says may be late: effects that must not happen twice go into a transaction with {@link
 * #stillOwned}, or bear the epoch to whoever can refuse an older one.
 */
public interface ClaimHandle extends AutoCloseable {
  ClaimGrant grant();

  /** How it stands, as far as it is known here. */
  State state();

  /** Whether new work may begin: it is owned, and does not drain. */
  default boolean acceptsWork() {
    return state() == State.OWNED;
  }

  /** A comparison that holds while it is owned and does not drain, whatever this process knows. */
  Compare stillOwned();

  /**
   * Completes when it drains, with what is left of the time, counted from when this was told; and
   * when it is lost without, with zero.
   */
  CompletableFuture<Duration> draining();

  /** Completes when it is lost or given back. */
  CompletableFuture<Void> lost();

  /** Gives it back. The handle is LOST at once, so stop acting first. */
  CompletableFuture<Long> release();

  /** Gives it back, never to be used again. */
  CompletableFuture<Long> retire();

  /** As {@link #release}, without waiting for what becomes of it. */
  @Override
  void close();

  /** How a claim stands. */
  enum State {
    OWNED,
    DRAINING,
    LOST
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.port;

import dev.stele.server.core.model.Reason;
import java.util.concurrent.CompletableFuture;

/**
 * Tells when this node's state is fresh enough for a read. Futures always complete, and never
 * exceptionally.
 */
public interface ReadGate {
  /**
   * Admits a linearizable read: a snapshot taken after {@link Admitted} shows every write that was
   * acknowledged, by any node, before this call. Confirmed by a majority in a round that began
   * after this call.
   *
   * @param deadlineNanos on the node's {@link Ticker}; past it the read is denied
   */
  CompletableFuture<Admission> linearizable(long deadlineNanos);

  /** Admits a read once this node has applied {@code revision}. */
  CompletableFuture<Admission> atLeast(long revision, long deadlineNanos);

  /** Whether the read may go on. */
  sealed interface Admission {}

  /** Take the snapshot now. */
  record Admitted() implements Admission {}

  /**
   * @param reason NO_QUORUM, NOT_LEADER or OVERLOADED
   */
  record Denied(Reason reason, String message) implements Admission {}
}

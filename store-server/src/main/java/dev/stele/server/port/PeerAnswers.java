// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.port;

import dev.stele.server.core.model.Reason;
import java.util.concurrent.CompletableFuture;

/** What this node answers when another one asks; the callers were authenticated before. */
public interface PeerAnswers {
  /** The Raft group that this node belongs to. */
  String groupId();

  /** This node's term, now. */
  long currentTerm();

  /**
   * An index that is confirmed to be committed, by a round that began after this call; at the
   * leader only. The future always completes, and never exceptionally.
   *
   * @param deadlineNanos on the node's {@link Ticker}
   */
  CompletableFuture<IndexAnswer> confirmedIndex(long deadlineNanos);

  sealed interface IndexAnswer {}

  record ConfirmedIndex(long term, long index) implements IndexAnswer {}

  /**
   * @param reason NO_QUORUM, NOT_LEADER or OVERLOADED
   */
  record NotConfirmed(Reason reason, String message) implements IndexAnswer {}
}

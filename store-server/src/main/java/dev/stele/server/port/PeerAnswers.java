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

  /**
   * The hash of this node's state at the Raft index {@code index}, once it is applied. The future
   * always completes, and never exceptionally.
   *
   * @param deadlineNanos on the node's {@link Ticker}
   */
  CompletableFuture<HashAnswer> stateHash(long index, long deadlineNanos);

  sealed interface HashAnswer {}

  /**
   * @param revision that the state stood at
   */
  record StateHash(long revision, long hash) implements HashAnswer {}

  /** The index was not applied in time, or was so long ago that its hash is forgotten. */
  record HashUnknown(String why) implements HashAnswer {}

  sealed interface IndexAnswer {}

  record ConfirmedIndex(long term, long index) implements IndexAnswer {}

  /**
   * @param reason NO_QUORUM, NOT_LEADER or OVERLOADED
   */
  record NotConfirmed(Reason reason, String message) implements IndexAnswer {}
}

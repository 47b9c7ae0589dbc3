// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import dev.stele.server.port.PeerAnswers.IndexAnswer;
import java.util.concurrent.CompletableFuture;

/** A follower's question to the leader, on its way. */
@FunctionalInterface
public interface LeaderQuestions {
  /**
   * Asks {@code leader} for an index that is confirmed by a round that began after this call; never
   * blocks. The future never completes exceptionally, and may never complete at all.
   *
   * @param deadlineNanos on the node's ticker
   */
  CompletableFuture<IndexAnswer> confirmedIndex(String leader, long deadlineNanos);
}

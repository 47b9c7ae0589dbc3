// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import java.util.concurrent.CompletableFuture;

/** The question of a confirm round, on its way to another node. */
@FunctionalInterface
public interface TermQuestions {
  /**
   * Asks {@code member} for its term; never blocks. The future completes exceptionally when there
   * is no answer by {@code deadlineNanos} (on the node's ticker), and may never complete at all.
   *
   * @param term the one that is hoped for
   */
  CompletableFuture<TermAnswer> ask(String member, long term, long deadlineNanos);

  /** What a node said of itself. */
  record TermAnswer(String groupId, String member, long term) {}
}

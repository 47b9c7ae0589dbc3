// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.concurrent.CompletableFuture;

/** What an operator asks. Thread-safe. */
public interface Cluster {
  /** How the cluster stands as one of its nodes sees it, with or without a majority. */
  CompletableFuture<ClusterStatus> status();

  /** Compares the states of all nodes at one applied index. */
  CompletableFuture<StateComparison> compareStates();

  /**
   * Gives up history: {@code revision} becomes the oldest that can be read. Reads of an earlier one
   * and watches from it or an earlier one are refused from then on; the nodes free the room in the
   * background. The floor never goes back, so one that stands higher stays, and asking again is
   * harmless.
   *
   * @param revision from 1 to the store's own; beyond it {@link
   *     dev.stele.client.error.InvalidRequestException}
   * @return where the floor stands then
   * @throws IllegalArgumentException when {@code revision} is not positive
   */
  CompletableFuture<Long> compact(long revision);

  /**
   * Waits until enough named watchers have applied a revision, or one that is needed has refused
   * it, or the query's time is over: then the report says how far they are.
   */
  CompletableFuture<AppliedReport> awaitApplied(AppliedQuery query);
}

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
   * Waits until enough named watchers have applied a revision, or one that is needed has refused
   * it, or the query's time is over: then the report says how far they are.
   */
  CompletableFuture<AppliedReport> awaitApplied(AppliedQuery query);
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.concurrent.CompletableFuture;

/** What an operator asks. Thread-safe. */
public interface Cluster {
  /** How the cluster stands as one of its nodes sees it, with or without a majority. */
  CompletableFuture<ClusterStatus> status();

  /** Compares the states of all nodes at one applied index. */
  CompletableFuture<StateComparison> compareStates();
}

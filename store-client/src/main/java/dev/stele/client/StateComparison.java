// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.List;
import java.util.OptionalLong;

/**
 * The nodes' states at one Raft index: all replicas must hold the same (G10).
 *
 * @param appliedIndex what they were compared at
 * @param equal whether every node answered, and all with the same hash
 * @param nodes one for each configured node
 * @param info who answered
 */
public record StateComparison(
    long appliedIndex, boolean equal, List<NodeHash> nodes, ResponseInfo info) {
  public StateComparison {
    nodes = List.copyOf(nodes);
  }

  /** Whether every node answered. */
  public boolean complete() {
    return nodes.stream().allMatch(node -> node.hash().isPresent());
  }

  /**
   * @param appliedIndex the one of the comparison, or 0 when the node did not answer
   * @param revision that its state stood at
   * @param hash of its whole replicated state; empty when it did not answer
   * @param detail why it did not, for people
   */
  public record NodeHash(
      String id, long appliedIndex, long revision, OptionalLong hash, String detail) {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.List;

/**
 * How the cluster stands as one node sees it.
 *
 * @param floor the oldest revision that can be read
 * @param nodes one for each configured node
 * @param info who answered: cluster id, epoch, leader, term, revision
 */
public record ClusterStatus(long floor, List<NodeStatus> nodes, ResponseInfo info) {
  public ClusterStatus {
    nodes = List.copyOf(nodes);
  }
}

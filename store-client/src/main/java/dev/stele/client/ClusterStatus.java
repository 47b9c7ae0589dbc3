// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.List;

/**
 * How the cluster stands as one node sees it.
 *
 * @param floor the oldest revision that can be read
 * @param featureLevel the rules that the store runs by, from 1; 0 while the cluster is being formed
 * @param nodes one for each configured node
 * @param info who answered: cluster id, epoch, leader, term, revision
 */
public record ClusterStatus(
    long floor, int featureLevel, List<NodeStatus> nodes, ResponseInfo info) {
  public ClusterStatus {
    nodes = List.copyOf(nodes);
  }
}

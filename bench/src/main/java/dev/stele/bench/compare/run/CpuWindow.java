// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import dev.stele.bench.compare.Cluster;
import java.util.List;

/** CPU time that the nodes and this process use between two moments. */
final class CpuWindow {
  private final List<Long> nodes;
  private final List<Long> self = List.of(ProcessHandle.current().pid());
  private final double nodesBefore;
  private final double selfBefore;
  private double nodesUsed;
  private double selfUsed;

  /** Begins. */
  CpuWindow(Cluster cluster) {
    nodes = cluster.pids().stream().filter(pid -> pid != 0).toList();
    nodesBefore = Processes.cpuSeconds(nodes);
    selfBefore = Processes.cpuSeconds(self);
  }

  /** Ends. */
  void end() {
    nodesUsed = Math.max(0, Processes.cpuSeconds(nodes) - nodesBefore);
    selfUsed = Processes.cpuSeconds(self) - selfBefore;
  }

  double serverSeconds() {
    return nodesUsed;
  }

  double loadSeconds() {
    return selfUsed;
  }
}

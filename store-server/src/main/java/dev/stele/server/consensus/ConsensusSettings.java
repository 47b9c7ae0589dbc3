// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import dev.stele.server.core.kind.KindPolicy;
import dev.stele.server.port.NodeAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/**
 * How this node takes part in consensus. A value that can't work is refused with an {@link
 * IllegalArgumentException} that names the setting.
 *
 * @param clusterName the same at every node; nodes of different names don't talk to each other
 * @param selfId this node's id, one of {@code nodes}
 * @param nodes the voters that a new cluster begins with; a cluster that was formed before keeps
 *     the ones that its log names
 * @param raftListen {@code host:port} that the Raft listener binds; the others reach it at the
 *     node's address in {@code nodes}
 * @param raftDirectory where the log and this node's votes are kept; the state is kept elsewhere
 * @param electionTimeoutMin a follower that hears nothing for this long may call an election; a
 *     leader sends heartbeats at half of it
 * @param electionTimeoutMax the longest of the random election timeouts; a leader without a
 *     majority for this long steps down
 * @param segmentBytes of one file of the log; the log is purged by whole files
 * @param minFreeBytes a start is refused on a disk with less
 * @param handoverTimeout the longest that a stopping leader looks for a successor
 * @param kinds policies of kinds that a new cluster begins with; what the leader has counts
 */
public record ConsensusSettings(
    String clusterName,
    String selfId,
    List<NodeAddress> nodes,
    String raftListen,
    Path raftDirectory,
    Duration electionTimeoutMin,
    Duration electionTimeoutMax,
    long segmentBytes,
    long minFreeBytes,
    Duration handoverTimeout,
    SortedMap<String, KindPolicy> kinds) {
  /** Most nodes that a cluster can begin with. */
  public static final int MAX_NODES = 9;

  private static final Duration SHORTEST_ELECTION = Duration.ofMillis(50);
  private static final Duration LONGEST_ELECTION = Duration.ofMinutes(1);
  private static final long SMALLEST_SEGMENT = 1 << 20;
  private static final long LARGEST_SEGMENT = 1 << 30;
  private static final Duration LONGEST_HANDOVER = Duration.ofMinutes(1);

  public ConsensusSettings {
    nodes = List.copyOf(nodes);
    kinds = Collections.unmodifiableSortedMap(kinds);
    require(!clusterName.isBlank(), "clusterName", "is empty");
    require(!selfId.isBlank(), "selfId", "is empty");
    requireNodes(nodes, selfId);
    requireHostAndPort("raftListen", raftListen);
    requireWithin("electionTimeoutMin", electionTimeoutMin, SHORTEST_ELECTION, LONGEST_ELECTION);
    requireWithin("electionTimeoutMax", electionTimeoutMax, SHORTEST_ELECTION, LONGEST_ELECTION);
    require(
        electionTimeoutMax.compareTo(electionTimeoutMin) > 0,
        "electionTimeoutMax",
        electionTimeoutMax.toMillis()
            + " ms is not longer than electionTimeoutMin, "
            + electionTimeoutMin.toMillis()
            + " ms");
    require(
        segmentBytes >= SMALLEST_SEGMENT && segmentBytes <= LARGEST_SEGMENT,
        "segmentBytes",
        segmentBytes + " is not within " + SMALLEST_SEGMENT + " to " + LARGEST_SEGMENT);
    require(minFreeBytes >= 0, "minFreeBytes", minFreeBytes + " is negative");
    requireWithin("handoverTimeout", handoverTimeout, Duration.ZERO, LONGEST_HANDOVER);
  }

  /** What fits a cluster whose nodes stand close to each other. */
  public static ConsensusSettings of(
      String clusterName, String selfId, List<NodeAddress> nodes, Path raftDirectory) {
    return new ConsensusSettings(
        clusterName,
        selfId,
        nodes,
        raftOf(selfId, nodes),
        raftDirectory,
        Duration.ofMillis(300),
        Duration.ofMillis(600),
        8 << 20,
        1L << 30,
        Duration.ofSeconds(2),
        Collections.emptySortedMap());
  }

  /** The same with other election timeouts. */
  public ConsensusSettings withElectionTimeouts(Duration min, Duration max) {
    return new ConsensusSettings(
        clusterName,
        selfId,
        nodes,
        raftListen,
        raftDirectory,
        min,
        max,
        segmentBytes,
        minFreeBytes,
        handoverTimeout,
        kinds);
  }

  /** The same with other files of the log, and another least space on its disk. */
  public ConsensusSettings withLog(long newSegmentBytes, long newMinFreeBytes) {
    return new ConsensusSettings(
        clusterName,
        selfId,
        nodes,
        raftListen,
        raftDirectory,
        electionTimeoutMin,
        electionTimeoutMax,
        newSegmentBytes,
        newMinFreeBytes,
        handoverTimeout,
        kinds);
  }

  /** This node's own address. */
  public NodeAddress self() {
    return nodes.stream().filter(node -> node.id().equals(selfId)).findFirst().orElseThrow();
  }

  private static String raftOf(String id, List<NodeAddress> nodes) {
    return nodes.stream()
        .filter(node -> node.id().equals(id))
        .map(NodeAddress::raft)
        .findFirst()
        .orElse("");
  }

  private static void requireNodes(List<NodeAddress> nodes, String selfId) {
    require(
        !nodes.isEmpty() && nodes.size() <= MAX_NODES,
        "nodes",
        nodes.size() + " of them, 1 to " + MAX_NODES + " are allowed");
    Set<String> ids = new HashSet<>();
    Set<String> listeners = new HashSet<>();
    for (NodeAddress node : nodes) {
      require(!node.id().isBlank(), "nodes", "one has an empty id");
      require(ids.add(node.id()), "nodes", "two have the id " + node.id());
      require(listeners.add(node.raft()), "nodes", "two have the Raft listener " + node.raft());
      requireHostAndPort("nodes", node.raft());
    }
    require(ids.contains(selfId), "selfId", selfId + " is none of the nodes " + ids);
  }

  private static void requireHostAndPort(String setting, String address) {
    int colon = address.lastIndexOf(':');
    int port = -1;
    if (colon > 0) {
      try {
        port = Integer.parseInt(address.substring(colon + 1));
      } catch (NumberFormatException e) {
        port = -1;
      }
    }
    require(port > 0 && port < 1 << 16, setting, "the Raft listener is not host:port: " + address);
  }

  private static void requireWithin(String setting, Duration value, Duration min, Duration max) {
    require(
        value.compareTo(min) >= 0 && value.compareTo(max) <= 0,
        setting,
        value.toMillis() + " ms is not within " + min.toMillis() + " to " + max.toMillis() + " ms");
  }

  private static void require(boolean holds, String setting, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(setting + ": " + problem);
    }
  }
}

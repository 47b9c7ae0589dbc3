// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot.config;

import dev.stele.server.port.NodeAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What must hold between keys. */
final class ConfigRules {
  private final List<ConfigProblem> problems = new ArrayList<>();

  private ConfigRules() {}

  /** The rules that are broken; empty when the parts go together. */
  static List<ConfigProblem> broken(
      StoreConfig.Cluster cluster,
      StoreConfig.Node node,
      StoreConfig.Api api,
      StoreConfig.Raft raft,
      StoreConfig.Http http) {
    ConfigRules rules = new ConfigRules();
    rules.nodesDiffer(cluster.nodes());
    rules.nodeIsListed(cluster.nodes(), node.id());
    rules.listenersDiffer(api, raft, http);
    rules.electionTimeoutsAreARange(raft);
    rules.secretIsSet(cluster, api.listen(), raft.listen());
    rules.openRaftPortIsMeant(raft);
    rules.portIsKnownToTheOthers(cluster.nodes(), api.listen());
    return rules.problems;
  }

  /** What is allowed, and yet should be known to whoever runs it. */
  static List<String> warnings(StoreConfig config) {
    List<String> warnings = new ArrayList<>();
    if (!config.api().listen().isLoopback()) {
      warnings.add(
          "api.listen is "
              + config.api().listen()
              + ": whoever reaches it can read and write, because clients are not authenticated yet");
    }
    if (!config.raft().listen().isLoopback()) {
      warnings.add(
          "raft.listen is "
              + config.raft().listen()
              + ": whoever sits between the nodes can rewrite the store, because Raft messages are"
              + " neither signed nor encrypted yet");
    }
    return warnings;
  }

  private void nodesDiffer(List<NodeAddress> nodes) {
    Set<String> ids = new HashSet<>();
    Set<String> addresses = new HashSet<>();
    for (NodeAddress node : nodes) {
      if (!ids.add(node.id())) {
        report("the id " + node.id() + " stands there twice", Settings.CLUSTER_NODES);
      }
      for (String address : List.of(node.api(), node.raft())) {
        if (!addresses.add(address)) {
          report(
              address + " stands there twice; every listener of every node needs its own",
              Settings.CLUSTER_NODES);
        }
      }
    }
  }

  private void nodeIsListed(List<NodeAddress> nodes, String id) {
    List<String> ids = nodes.stream().map(NodeAddress::id).toList();
    if (!ids.contains(id)) {
      report(
          "\""
              + id
              + "\" is not in cluster.nodes; right is one of "
              + String.join(", ", ids)
              + Nearest.of(id, ids.stream())
                  .filter(near -> near.distance() <= 2)
                  .map(near -> " (did you mean " + near.candidate() + "?)")
                  .orElse(""),
          Settings.NODE_ID,
          Settings.CLUSTER_NODES);
    }
  }

  private void listenersDiffer(StoreConfig.Api api, StoreConfig.Raft raft, StoreConfig.Http http) {
    differ(Settings.RAFT_LISTEN, raft.listen(), Settings.API_LISTEN, api.listen());
    differ(Settings.HTTP_LISTEN, http.listen(), Settings.API_LISTEN, api.listen());
    differ(Settings.HTTP_LISTEN, http.listen(), Settings.RAFT_LISTEN, raft.listen());
  }

  private void differ(
      Setting<Endpoint> key, Endpoint value, Setting<Endpoint> otherKey, Endpoint other) {
    if (value.port() > 0 && value.equals(other)) {
      report(
          "\"" + value + "\" is also " + otherKey + "; right is a port of its own", key, otherKey);
    }
  }

  private void electionTimeoutsAreARange(StoreConfig.Raft raft) {
    if (raft.electionTimeoutMin().compareTo(raft.electionTimeoutMax()) >= 0) {
      report(
          "\""
              + Quantities.print(raft.electionTimeoutMax())
              + "\" must be longer than raft.election-timeout-min, which is "
              + Quantities.print(raft.electionTimeoutMin())
              + ": nodes that all wait equally long split the vote",
          Settings.RAFT_ELECTION_TIMEOUT_MAX,
          Settings.RAFT_ELECTION_TIMEOUT_MIN);
    }
  }

  private void secretIsSet(StoreConfig.Cluster cluster, Endpoint api, Endpoint raft) {
    if (!cluster.secret().isEmpty()) {
      return;
    }
    if (cluster.nodes().size() > 1) {
      report(
          "must be set, because cluster.nodes has more than one node: they refuse calls without it",
          Settings.CLUSTER_SECRET,
          Settings.CLUSTER_NODES);
    }
    if (!api.isLoopback()) {
      secretIsMissing(Settings.API_LISTEN, api);
    }
    if (!raft.isLoopback()) {
      secretIsMissing(Settings.RAFT_LISTEN, raft);
    }
  }

  private void secretIsMissing(Setting<Endpoint> key, Endpoint listen) {
    report(
        "must be set, because "
            + key
            + " is \""
            + listen
            + "\", which other machines can reach: without it anybody there could speak as a node",
        Settings.CLUSTER_SECRET,
        key);
  }

  private void openRaftPortIsMeant(StoreConfig.Raft raft) {
    if (!raft.listen().isLoopback() && !raft.allowUnauthenticatedNetwork()) {
      report(
          "\""
              + raft.listen()
              + "\" can be reached by other machines, and Raft messages are neither signed nor"
              + " encrypted yet."
              + " Right is a loopback address, or raft.allow-unauthenticated-network: true in a"
              + " network where nobody else can reach the port",
          Settings.RAFT_LISTEN,
          Settings.RAFT_ALLOW_UNAUTHENTICATED_NETWORK);
    }
  }

  private void portIsKnownToTheOthers(List<NodeAddress> nodes, Endpoint api) {
    if (nodes.size() > 1 && api.port() == 0) {
      report(
          "\""
              + api
              + "\" takes any free port, where the other nodes would not find it; right is"
              + " the port that cluster.nodes tells them",
          Settings.API_LISTEN,
          Settings.CLUSTER_NODES);
    }
  }

  private void report(String message, Setting<?>... keys) {
    problems.add(new ConfigProblem(List.of(keys).stream().map(Setting::name).toList(), message));
  }
}

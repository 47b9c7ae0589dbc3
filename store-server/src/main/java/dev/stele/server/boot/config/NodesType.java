// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot.config;

import dev.stele.server.port.NodeAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The nodes of a cluster, written {@code id=apiHost:port/raftHost:port}, split by commas. */
final class NodesType implements ValueType<List<NodeAddress>> {
  /** More voters make every write slower and nothing safer. */
  static final int MAX_NODES = 9;

  static final String NODE_ID = "[a-z0-9][a-z0-9-]{0,62}";

  private static final Pattern NODE = Pattern.compile("([^=/,]*)=([^=/,]*)/([^=/,]*)");

  @Override
  public List<NodeAddress> parse(String text) throws BadValue {
    List<NodeAddress> nodes = new ArrayList<>();
    for (String node : text.split(",", -1)) {
      Matcher parts = NODE.matcher(node.strip());
      if (!parts.matches()) {
        throw new BadValue("\"" + node.strip() + "\" is not id=host:port/host:port");
      }
      nodes.add(new NodeAddress(parts.group(1), parts.group(2), parts.group(3)));
    }
    check(nodes);
    return List.copyOf(nodes);
  }

  @Override
  public String print(List<NodeAddress> nodes) {
    return nodes.stream().map(NodesType::print).collect(Collectors.joining(","));
  }

  static String print(NodeAddress node) {
    return node.id() + "=" + node.api() + "/" + node.raft();
  }

  @Override
  public void check(List<NodeAddress> nodes) throws BadValue {
    if (nodes.isEmpty() || nodes.size() > MAX_NODES) {
      throw new BadValue("1 to " + MAX_NODES + " nodes; there are " + nodes.size());
    }
    for (NodeAddress node : nodes) {
      if (!node.id().matches(NODE_ID)) {
        throw new BadValue(
            "the id \"" + node.id() + "\" must be 1 to 63 of a-z, 0-9 and -, no - first");
      }
      checkAddress(node.id(), "api", node.api());
      checkAddress(node.id(), "raft", node.raft());
    }
  }

  private static void checkAddress(String id, String what, String address) throws BadValue {
    try {
      if (Endpoint.parse(address).port() > 0) {
        return;
      }
    } catch (BadValue bad) {
      throw new BadValue(id + "'s " + what + " \"" + address + "\" must be " + bad.getMessage());
    }
    throw new BadValue(id + "'s " + what + " \"" + address + "\" must name its port, not 0");
  }

  @Override
  public String accepts() {
    return "a list of 1 to " + MAX_NODES + " nodes, as in n0=127.0.0.1:7400/127.0.0.1:7401,n1=…";
  }
}

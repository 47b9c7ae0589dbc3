// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.ratis.thirdparty.io.netty.channel.Channel;

/**
 * Bounds the connections to this node. Lives on the loop of {@link Loops#asked}.
 *
 * <p>Whoever has not proved to be a node may be put out for the next one who comes: a node needs
 * one exchange, strangers can't keep it out by staying. A node has one connection; a later one
 * takes the place of the one before, whose other end may be long gone.
 */
final class Doorkeeper {
  /** Connections that have not proved yet whose they are. */
  static final int MAX_UNPROVED = 32;

  /** Nodes that may be connected; a cluster has fewer. */
  static final int MAX_NODES = 64;

  private final Set<Channel> unproved = new LinkedHashSet<>();
  private final Map<String, Channel> nodes = new HashMap<>();

  /** Somebody has come. */
  void came(Channel channel) {
    if (unproved.size() >= MAX_UNPROVED) {
      Channel oldest = unproved.iterator().next();
      unproved.remove(oldest);
      Io.close(oldest);
    }
    unproved.add(channel);
  }

  /** Whether the node that {@code channel} has proved to be may stay. */
  boolean admit(Channel channel, String node) {
    if (!unproved.remove(channel)) {
      return false;
    }
    Channel before = nodes.get(node);
    if (before == null && nodes.size() >= MAX_NODES) {
      return false;
    }
    nodes.put(node, channel);
    if (before != null) {
      Io.close(before);
    }
    return true;
  }

  /** Whether a node has no connection any more because of this. */
  boolean gone(Channel channel) {
    unproved.remove(channel);
    return nodes.values().remove(channel);
  }

  /** Whether {@code node} has a connection to this one. */
  boolean isConnected(String node) {
    return nodes.containsKey(node);
  }
}

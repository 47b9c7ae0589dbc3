// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import dev.stele.server.port.Network;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The network between the nodes of a {@link TestCluster}, for Raft and for the peers' calls. */
final class TestLinks implements Network {
  private final Set<String> isolated = ConcurrentHashMap.newKeySet();

  @Override
  public boolean delivers(String from, String to) {
    return from.equals(to) || (!isolated.contains(from) && !isolated.contains(to));
  }

  boolean isIsolated(String node) {
    return isolated.contains(node);
  }

  /** Cuts all links from and to {@code node}. */
  void isolate(String node) {
    isolated.add(node);
  }

  void heal(String node) {
    isolated.remove(node);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which node's messages arrive at which. Any thread. */
final class Links {
  private final Set<Link> cut = ConcurrentHashMap.newKeySet();

  private record Link(String from, String to) {}

  boolean delivers(String from, String to) {
    return cut.isEmpty() || !cut.contains(new Link(from, to));
  }

  void cut(String from, String to) {
    cut.add(new Link(from, to));
  }

  void heal() {
    cut.clear();
  }
}

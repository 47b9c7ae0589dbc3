// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import java.util.TreeMap;

/** How far history is reclaimed as the states know it that are open. Any thread. */
final class OpenStates {
  /** So many that know of reclaiming through this revision. */
  private final TreeMap<Long, Integer> counts = new TreeMap<>();

  synchronized void opened(long reclaimed) {
    int unused = counts.merge(reclaimed, 1, Integer::sum);
  }

  synchronized void closed(long reclaimed) {
    counts.compute(reclaimed, (key, count) -> count == 1 ? null : count - 1);
  }

  /** The least; at least one is open. */
  synchronized long leastReclaimed() {
    return counts.firstKey();
  }
}

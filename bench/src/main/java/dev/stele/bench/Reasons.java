// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How often operations failed, by reason. Thread-safe. */
public final class Reasons {
  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

  /** One more. */
  public void add(String reason) {
    counts.computeIfAbsent(reason, first -> new LongAdder()).increment();
  }

  /** How many failures each reason had, by name. */
  public Map<String, Long> counts() {
    Map<String, Long> sums = new TreeMap<>();
    counts.forEach((reason, count) -> sums.put(reason, count.sum()));
    return sums;
  }

  /** All of them. */
  public long total() {
    return counts.values().stream().mapToLong(LongAdder::sum).sum();
  }
}

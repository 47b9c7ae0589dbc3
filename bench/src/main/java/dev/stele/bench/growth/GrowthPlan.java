// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.growth;

import java.time.Duration;
import java.util.List;

/**
 * What is measured how.
 *
 * @param facts sizes of a cluster of three, ascending; may be empty
 * @param nodes clusters of so many nodes, with {@link #BASE_FACTS} facts; may be empty
 * @param watchers numbers of watchers of a cluster of three with {@link #BASE_FACTS} facts; may be
 *     empty
 * @param warmup load before the first figure of each cluster
 * @param measured time of each figure
 */
public record GrowthPlan(
    List<Integer> facts,
    List<Integer> nodes,
    List<Integer> watchers,
    Duration warmup,
    Duration measured) {
  /** Facts where nothing else is said. */
  public static final int BASE_FACTS = 10_000;

  /** The most facts: keys have six digits. */
  public static final int FACTS_MAX = 1_000_000;

  /** The most nodes of a cluster. */
  public static final int NODES_MAX = 9;

  /** The most watchers. */
  public static final int WATCHERS_MAX = 20_000;

  /** Checks the ranges; the message of the exception is for people. */
  public GrowthPlan {
    facts = facts.stream().sorted().distinct().toList();
    nodes = List.copyOf(nodes);
    watchers = List.copyOf(watchers);
    facts.forEach(each -> within("facts", each, BASE_FACTS, FACTS_MAX));
    nodes.forEach(each -> within("nodes", each, 1, NODES_MAX));
    watchers.forEach(each -> within("watchers", each, 1, WATCHERS_MAX));
    if (measured.isZero() || measured.isNegative() || warmup.isNegative()) {
      throw new IllegalArgumentException("the duration must be longer than nothing");
    }
    if (facts.isEmpty() && nodes.isEmpty() && watchers.isEmpty()) {
      throw new IllegalArgumentException("nothing is to be measured");
    }
  }

  private static void within(String what, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          what + ": " + value + " is not between " + min + " and " + max);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import java.util.List;

/** The middle of a few figures. */
public final class Median {
  private Median() {}

  /** The middle one, or the mean of the two in the middle; there must be one at least. */
  public static double of(List<Double> figures) {
    List<Double> sorted = figures.stream().sorted().toList();
    int size = sorted.size();
    return (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
  }
}

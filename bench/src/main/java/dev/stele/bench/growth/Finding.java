// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.growth;

import java.util.Optional;

/**
 * One figure.
 *
 * @param nodes of the cluster
 * @param facts in it
 * @param watchers 0 where nobody watched
 * @param figure empty when there is none
 * @param problem why not; empty when there is
 */
public record Finding(
    What what, int nodes, int facts, int watchers, Optional<Figure> figure, String problem) {
  /**
   * A figure.
   *
   * @param value in {@link What#unit}
   * @param p50Millis of latencies, of watches the delay; 0 where none is timed
   * @param p99Millis the same
   * @param note what more there is to say; may be empty
   */
  public record Figure(double value, double p50Millis, double p99Millis, String note) {}
}

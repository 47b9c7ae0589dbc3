// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.report;

import dev.stele.bench.compare.report.Goal.Mark;
import dev.stele.bench.compare.run.Row;
import java.util.Optional;

/**
 * Stele's median next to a peer's.
 *
 * @param subject which of Stele's contenders
 * @param value Stele's divided by the peer's
 * @param goal what it must be, if anything was set
 */
public record Ratio(Row row, String subject, String peer, double value, Optional<Goal> goal) {
  /** What it is worth, if anything was set. */
  public Optional<Mark> mark() {
    return goal.map(set -> set.mark(value));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.report;

import dev.stele.bench.compare.report.Goal.Mark;
import dev.stele.bench.compare.run.Row;

/**
 * The slowest in a hundred of Stele's operations next to a peer's; nothing is set for them but that
 * they are not slower.
 *
 * @param subject which of Stele's contenders
 * @param oursMillis above 0, like {@code theirsMillis}
 */
public record Tail(Row row, String subject, String peer, double oursMillis, double theirsMillis) {
  /** Stele's divided by the peer's. */
  public double ratio() {
    return oursMillis / theirsMillis;
  }

  /** Whether it is as it must be. */
  public Mark mark() {
    return oursMillis <= theirsMillis ? Mark.REACHED : Mark.SHORT;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import dev.stele.bench.compare.Contender;
import java.util.List;

/**
 * One contender, started on empty data, and its rows.
 *
 * @param round from 1
 * @param limit whether it only tells what is possible, in a shortened turn
 */
public record Turn(int round, Contender contender, List<Row> rows, boolean limit) {
  /** Keeps its own list. */
  public Turn {
    rows = List.copyOf(rows);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import java.util.List;
import java.util.Optional;

/**
 * What a run found.
 *
 * @param samples in the order in which they were measured
 * @param cut whether it was ended early
 */
public record Results(
    Plan plan, Machine machine, List<Column> columns, List<Sample> samples, boolean cut) {
  /** Keeps its own lists. */
  public Results {
    columns = List.copyOf(columns);
    samples = List.copyOf(samples);
  }

  /**
   * A contender.
   *
   * @param missing why it was not run; empty when it was
   * @param version as it tells it itself; empty when it is missing
   * @param rows those that it can be asked for
   */
  public record Column(
      String name,
      Optional<String> missing,
      String version,
      List<String> settings,
      List<Row> rows) {
    /** Keeps its own lists. */
    public Column {
      settings = List.copyOf(settings);
      rows = List.copyOf(rows);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import java.time.Duration;
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
   * @param warmup before its rows
   */
  public record Column(
      String name,
      Optional<String> missing,
      String version,
      List<String> settings,
      List<Row> rows,
      Warmup warmup) {
    /** Keeps its own lists. */
    public Column {
      settings = List.copyOf(settings);
      rows = List.copyOf(rows);
    }
  }

  /**
   * What a cluster did before anything was measured, in each turn.
   *
   * @param duration zero for a contender that was not run
   * @param others contenders that were measured on the same cluster, and had a part of the time
   */
  public record Warmup(Duration duration, List<String> others) {
    /** Of what was not run. */
    public static final Warmup NONE = new Warmup(Duration.ZERO, List.of());

    /** Keeps its own list. */
    public Warmup {
      others = List.copyOf(others);
    }
  }
}

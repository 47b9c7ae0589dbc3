// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import dev.stele.bench.compare.Cluster;
import dev.stele.bench.compare.Driver;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Measures what a contender does. */
public interface Bench {
  /**
   * A contender that runs.
   *
   * @param driver a client of {@code cluster}
   */
  record Session(Cluster cluster, Driver driver) {}

  /** One way to a cluster, and the rows that it will be measured in. */
  record Load(Session session, List<Row> rows) {
    /** Keeps its own list. */
    public Load {
      rows = List.copyOf(rows);
    }
  }

  /**
   * Writes the keys that reads need, and then keeps all paths that the rows take busy.
   *
   * @param loads of one cluster, which share the time; at least one
   * @throws IOException when the keys can't be written, or when a load did nothing; the others had
   *     their time all the same
   */
  void warmUp(List<Load> loads, Duration duration) throws IOException, InterruptedException;

  /**
   * Measures a row.
   *
   * @throws IOException when there is no figure, and why
   */
  Measured measure(Session session, Row row) throws IOException, InterruptedException;
}

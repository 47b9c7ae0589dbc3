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

  /**
   * Writes the keys that reads need, and then keeps all paths that {@code rows} take busy.
   *
   * @throws IOException when the keys can't be written
   */
  void warmUp(Session session, List<Row> rows, Duration duration)
      throws IOException, InterruptedException;

  /**
   * Measures a row.
   *
   * @throws IOException when there is no figure, and why
   */
  Measured measure(Session session, Row row) throws IOException, InterruptedException;
}

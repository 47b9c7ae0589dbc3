// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.growth;

import dev.stele.bench.growth.Finding.Figure;
import java.io.IOException;
import java.time.Duration;

/** A cluster that runs, and the load on it. One thread uses it. */
public interface Site extends AutoCloseable {
  /** Starts clusters. */
  interface Sites {
    /**
     * Starts one on empty data, and returns once it serves.
     *
     * @throws IOException when it does not come up; nothing is left running then
     */
    Site start(int nodes) throws IOException, InterruptedException;
  }

  /** Writes facts until there are so many. */
  void fill(int from, int to) throws IOException, InterruptedException;

  /** Keeps what is measured later busy. */
  void warmUp(Duration duration) throws IOException, InterruptedException;

  /**
   * Measures {@link What#PUT}, {@link What#GET} or {@link What#LIST}.
   *
   * @param facts that there are
   */
  Figure measure(What what, int facts, Duration duration) throws IOException, InterruptedException;

  /** Measures the delay of events and how many there are. */
  Figure watch(int watchers, Duration duration) throws IOException, InterruptedException;

  /** Bytes on the disk of one node. */
  long diskBytes() throws IOException;

  /** Kills a follower and starts it again; how long that takes. */
  Figure restart() throws IOException, InterruptedException;

  /** Stops the cluster and takes its data away. */
  @Override
  void close() throws IOException;
}

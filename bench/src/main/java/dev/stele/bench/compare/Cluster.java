// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare;

import java.io.IOException;
import java.util.List;

/** Three running nodes of a contender. */
public interface Cluster extends AutoCloseable {
  /** The processes, by node; 0 for one that was killed. */
  List<Long> pids();

  /** Which node leads. */
  int leader() throws IOException;

  /**
   * A client of it, as the contender that started it has it.
   *
   * @param connections TCP connections that its callers share
   */
  Driver connect(int connections) throws IOException;

  /** Kills node {@code node} with SIGKILL and waits until the process is gone. */
  void kill(int node) throws IOException, InterruptedException;

  /**
   * Starts it again on its data and returns once it answers reads with everything that was
   * acknowledged before this call; how long that took is the row's figure.
   */
  void startAgain(int node) throws IOException, InterruptedException;

  /** Stops everything that was started, by pid, and waits for it. */
  @Override
  void close();
}

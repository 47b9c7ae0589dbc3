// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A system that is compared, in one way of reaching it. */
public interface Contender {
  /** Names it in tables, for instance {@code etcd} or {@code stele (raw gRPC)}. */
  String name();

  /**
   * What its servers are called. Contenders that name the same reach the same servers, each in a
   * way of its own: in a turn the first of them starts one cluster for all.
   */
  default String cluster() {
    return name();
  }

  /** Whether its servers are JVMs, which load must run on for longer until they are compiled. */
  boolean isOnJvm();

  /** Why it can't be run on this machine, for people; empty when it can. */
  Optional<String> missing();

  /** Its version, as it tells it itself. */
  String version();

  /** How it is run, a line each: program, flags, settings that are not its defaults. */
  List<String> settings();

  /** What it can do; rows that need more are left out. */
  Set<Ability> abilities();

  /**
   * Starts three nodes with empty data, as processes on loopback, and returns once they serve.
   *
   * @param directory empty, for data and logs
   * @param basePort the first of 40 free ports
   * @throws IOException when it does not come up; nothing is left running then
   */
  Cluster start(Path directory, int basePort) throws IOException, InterruptedException;

  /**
   * A client as this contender has it.
   *
   * @param running started by it, or by another one of the same {@link #cluster}
   * @param connections TCP connections that its callers share
   */
  default Driver connect(Cluster running, int connections) throws IOException {
    return running.connect(connections);
  }
}

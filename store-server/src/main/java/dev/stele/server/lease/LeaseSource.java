// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import java.util.List;
import java.util.OptionalLong;

/** Where a lease clock finds what is held when it begins to count. */
@FunctionalInterface
interface LeaseSource {
  /** What is held by now, as applied at this node. */
  Loaded load();

  /**
   * @param revision that this was read at
   */
  record Loaded(long revision, List<Holding> holdings) {}

  /**
   * A lease that is held.
   *
   * @param token of its present holding
   * @param checkpointMillis what is left of it, if that was written down
   */
  record Holding(String name, long token, long ttlMillis, OptionalLong checkpointMillis) {}
}

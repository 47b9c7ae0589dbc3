// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import dev.stele.bench.compare.run.Bench.Load;
import dev.stele.bench.compare.run.Bench.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How the time of a warm-up is shared out. A change of the load's shape has a JVM compile anew, so
 * what suffers most from that comes last: few clients, whose calls are too few to be compiled soon.
 * More than half of the time is the writes', whose path is the longest one, and is run on all
 * nodes.
 */
final class WarmUp {
  /** In this order, one after the other. */
  private static final List<Share> SHARES =
      List.of(
          new Share(Row.PUT_1000, 2),
          new Share(Row.PUT_512, 8),
          new Share(Row.GET_512, 2),
          new Share(Row.WATCH_RATE, 3),
          new Share(Row.LOCAL_GET_64, 2),
          new Share(Row.GET_64, 2),
          new Share(Row.MIX_64, 3),
          new Share(Row.TXN_64, 3),
          new Share(Row.LEASE_RENEWALS, 1),
          new Share(Row.CLAIMS, 1),
          new Share(Row.CLAIMS_SPREAD, 1),
          new Share(Row.WATCH_DELAY, 2),
          new Share(Row.PUT_64, 8),
          new Share(Row.GET_1, 2),
          new Share(Row.PUT_1, 8));

  private WarmUp() {}

  private record Share(Row row, int weight) {}

  /** One load for a while. */
  record Step(Session session, Row row, Duration duration) {}

  /**
   * The rows' loads, each through all that will be measured in it.
   *
   * @param duration of all together; rows that are not wanted leave their time to the others
   */
  static List<Step> steps(List<Load> loads, Duration duration) {
    long whole = 0;
    for (Share share : SHARES) {
      whole += share.weight() * loads.stream().filter(load -> has(load, share)).count();
    }
    List<Step> steps = new ArrayList<>();
    for (Share share : SHARES) {
      for (Load load : loads) {
        if (has(load, share)) {
          Duration part = duration.multipliedBy(share.weight()).dividedBy(whole);
          steps.add(new Step(load.session(), share.row(), part));
        }
      }
    }
    return steps;
  }

  private static boolean has(Load load, Share share) {
    return load.rows().contains(share.row());
  }
}

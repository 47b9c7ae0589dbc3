// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.lease;

import dev.stele.bench.watch.WatchReport.Spread;
import java.util.List;

/**
 * What became of those who waited for one lease.
 *
 * @param seconds measured time
 * @param handOvers grants that followed a release
 * @param delay from before a release was sent to when the next waiter knew of its grant
 * @param tokensGrew whether each grant had a greater token than the one before
 * @param failures of acquisitions and releases, each once
 */
public record WaitReport(
    HoldOptions options,
    double seconds,
    long handOvers,
    Spread delay,
    boolean tokensGrew,
    List<String> failures) {
  public double handOversPerSecond() {
    return handOvers / seconds;
  }

  /** Whether all went as it must. */
  public boolean holds() {
    return tokensGrew && failures.isEmpty();
  }
}

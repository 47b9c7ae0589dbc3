// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.lease;

import dev.stele.bench.watch.WatchReport.Spread;

/**
 * What became of leases that were held.
 *
 * @param acquireSeconds how long it took to acquire them all
 * @param seconds measured time
 * @param renewals acknowledged in it
 * @param roundTrip of a renewal, from before it was sent to its acknowledgement
 * @param lost leases that were lost, which none must be
 * @param entries of the log that came meanwhile, whoever wrote them
 * @param revisions that came meanwhile
 */
public record HoldReport(
    HoldOptions options,
    double acquireSeconds,
    double seconds,
    long renewals,
    Spread roundTrip,
    int lost,
    long entries,
    long revisions) {
  public double renewalsPerSecond() {
    return renewals / seconds;
  }
}

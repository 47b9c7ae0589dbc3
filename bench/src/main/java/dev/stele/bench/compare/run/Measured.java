// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import dev.stele.bench.watch.WatchReport.Spread;

/**
 * What a row gave, once.
 *
 * @param value in the unit of the row's figure
 * @param perSecond successes a second; 0 where the row counts none
 * @param latency of successes, all 0 where the row times none
 * @param operations successes
 * @param errors failures
 * @param seconds measured time
 * @param serverCpuSeconds that the nodes used in the measured time, all together
 * @param loadCpuSeconds that this process used meanwhile
 * @param note what more there is to say; may be empty
 */
public record Measured(
    double value,
    double perSecond,
    Spread latency,
    long operations,
    long errors,
    double seconds,
    double serverCpuSeconds,
    double loadCpuSeconds,
    String note) {
  private static final Spread NO_LATENCY = new Spread(0, 0, 0);

  /** A figure on its own. */
  static Measured of(double value, String note) {
    return new Measured(value, 0, NO_LATENCY, 0, 0, 0, 0, 0, note);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.admission.report;

import dev.stele.server.core.model.Limits;
import java.time.Duration;

/**
 * Which reports of members are written.
 *
 * @param thresholdPercent of a written capacity, 0 to {@link #THRESHOLD_MAX_PERCENT}: what differs
 *     by no more than so much stays as it is written
 * @param interval of the writes of one member, zero to {@link #INTERVAL_MAX}
 * @param writesPerSecond of all members together, and how many at once; 1 to {@link
 *     Limits#BUDGET_MAX_WRITES}
 */
public record ReportSettings(int thresholdPercent, Duration interval, int writesPerSecond) {
  public static final int THRESHOLD_MAX_PERCENT = 100;
  public static final Duration INTERVAL_MAX = Duration.ofHours(1);

  public ReportSettings {
    require(thresholdPercent >= 0 && thresholdPercent <= THRESHOLD_MAX_PERCENT, "threshold");
    require(!interval.isNegative() && interval.compareTo(INTERVAL_MAX) <= 0, "interval");
    require(writesPerSecond >= 1 && writesPerSecond <= Limits.BUDGET_MAX_WRITES, "writes");
  }

  /** The defaults. */
  public static ReportSettings standard() {
    return new ReportSettings(10, Duration.ofSeconds(1), 200);
  }

  private static void require(boolean allowed, String what) {
    if (!allowed) {
      throw new IllegalArgumentException(what + " is out of range");
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

/** What of a row is compared first. */
public enum Figure {
  PER_SECOND("ops/s", true),
  EVENTS_PER_SECOND("events/s", true),
  RENEWALS_PER_SECOND("renewals/s", true),
  CLAIMS_PER_SECOND("claims/s", true),
  P50_MILLIS("p50 ms", false),
  P99_MILLIS("p99 ms", false),
  MILLIS("ms", false),
  MEGABYTES("MB", false);

  private final String unit;
  private final boolean moreIsBetter;

  Figure(String unit, boolean moreIsBetter) {
    this.unit = unit;
    this.moreIsBetter = moreIsBetter;
  }

  /** As tables and programs name it; without commas. */
  public String unit() {
    return unit;
  }

  /** Whether the greater one wins. */
  public boolean moreIsBetter() {
    return moreIsBetter;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.growth;

import java.util.Locale;

/** What is measured. */
public enum What {
  PUT("ops/s"),
  GET("ops/s"),
  /** A hundred facts below one prefix. */
  LIST("lists/s"),
  WATCH("events/s"),
  DISK("bytes a fact"),
  RESTART("ms");

  private final String unit;

  What(String unit) {
    this.unit = unit;
  }

  /** As tables name it. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Of its figure. */
  public String unit() {
    return unit;
  }
}

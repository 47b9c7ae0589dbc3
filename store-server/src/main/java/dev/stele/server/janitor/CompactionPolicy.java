// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.janitor;

import java.time.Duration;

/**
 * How much history a leader keeps; what is older by either measure is compacted.
 *
 * @param keepAge what stood so long ago stays readable, zero to a year; zero: age is no reason
 * @param keepRevisions so many of the last revisions stay readable, from 0; 0: their count is no
 *     reason
 */
public record CompactionPolicy(Duration keepAge, long keepRevisions) {
  /** The longest age. */
  public static final Duration AGE_MAX = Duration.ofDays(366);

  private static final Duration STANDARD_AGE = Duration.ofHours(1);
  private static final long STANDARD_REVISIONS = 1_000_000;

  /**
   * Checks each part.
   *
   * @throws IllegalArgumentException naming the part, its value, and what is allowed
   */
  public CompactionPolicy {
    if (keepAge.isNegative() || keepAge.compareTo(AGE_MAX) > 0) {
      throw new IllegalArgumentException(
          "keepAge: %d ms is not within 0 to %d ms"
              .formatted(keepAge.toMillis(), AGE_MAX.toMillis()));
    }
    if (keepRevisions < 0) {
      throw new IllegalArgumentException("keepRevisions: " + keepRevisions + " is negative");
    }
  }

  /** What stands where the configuration says nothing. */
  public static CompactionPolicy standard() {
    return new CompactionPolicy(STANDARD_AGE, STANDARD_REVISIONS);
  }
}

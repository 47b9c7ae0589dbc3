// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.admission.report;

import dev.stele.server.core.command.UpdateMember;
import dev.stele.server.core.kind.MemberRecord;
import java.util.Map;
import java.util.SortedMap;

/**
 * Whether a report is worth a write: another health or other labels are, and a capacity that came,
 * went, is or was zero, or is further from the written one than the threshold. Pure.
 */
final class ReportRule {
  private static final int PERCENT = 100;

  private final int thresholdPercent;

  /**
   * @param thresholdPercent of what is written, 0 to 100
   */
  ReportRule(int thresholdPercent) {
    this.thresholdPercent = thresholdPercent;
  }

  /** How much a report matters. */
  enum Weight {
    /** Too near to what is written. */
    NONE,
    /** Others plan by it. */
    CAPACITY,
    /** Others act on it: it goes first. */
    HEALTH
  }

  /** What {@code report} matters where {@code written} stands. */
  Weight weight(MemberRecord written, UpdateMember report) {
    if (report.health().isPresent() && report.health().get() != written.health()) {
      return Weight.HEALTH;
    }
    if (report.labels().isPresent() && !report.labels().get().equals(written.labels())) {
      return Weight.CAPACITY;
    }
    boolean moved =
        report.capacity().isPresent() && moved(written.capacity(), report.capacity().get());
    return moved ? Weight.CAPACITY : Weight.NONE;
  }

  private boolean moved(SortedMap<String, Long> written, SortedMap<String, Long> reported) {
    if (!written.keySet().equals(reported.keySet())) {
      return true;
    }
    for (Map.Entry<String, Long> entry : reported.entrySet()) {
      if (moved(written.get(entry.getKey()), entry.getValue())) {
        return true;
      }
    }
    return false;
  }

  /** Both from 0 to 2^63 - 1. */
  private boolean moved(long written, long reported) {
    if (written == reported) {
      return false;
    }
    if (written == 0 || reported == 0) {
      return true;
    }
    // The threshold's share rounded down, in two steps: the product alone could overflow.
    long share =
        written / PERCENT * thresholdPercent + written % PERCENT * thresholdPercent / PERCENT;
    return Math.abs(reported - written) > share;
  }
}

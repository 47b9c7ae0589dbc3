// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.time.Duration;

/** What became of a report. */
public sealed interface ReportOutcome {
  /** It was written, at {@code revision}. */
  record Written(long revision) implements ReportOutcome {}

  /** It is too near to what is written to be worth a write. */
  record Unchanged() implements ReportOutcome {}

  /** The budget is used up; nothing is kept of it: report again after {@code after}. */
  record Deferred(Duration after) implements ReportOutcome {}

  /** This life is over. */
  record Lost(String message) implements ReportOutcome {}

  /** It may have been written or not: report again. */
  record Unknown(String message) implements ReportOutcome {}

  /** It was refused; nothing was written. */
  record Refused(String message) implements ReportOutcome {}
}

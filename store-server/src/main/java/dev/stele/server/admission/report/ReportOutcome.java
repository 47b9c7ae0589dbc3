// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.admission.report;

import dev.stele.server.port.Proposal;
import java.time.Duration;

/** What became of one report. */
public sealed interface ReportOutcome {
  /** It was written, at {@code revision}. */
  record Written(long revision) implements ReportOutcome {}

  /** It is too near to what is written to be worth a write. */
  record Unchanged() implements ReportOutcome {}

  /** The budget is used up for that long; nothing is kept of it. */
  record Deferred(Duration retryAfter) implements ReportOutcome {}

  /** The member's lease is not held with that token: this life is over. */
  record Lost(String message) implements ReportOutcome {}

  /** It may have been written, or may yet. */
  record Unknown(String message) implements ReportOutcome {}

  /** It was refused; nothing was written. */
  record Refused(String message) implements ReportOutcome {}

  /** It never reached the log. */
  record NotProposed(Proposal.NotProposed proposal) implements ReportOutcome {}
}

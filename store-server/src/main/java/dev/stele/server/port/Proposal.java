// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.port;

import dev.stele.server.core.command.Result;
import dev.stele.server.core.model.Reason;
import java.time.Duration;

/** What became of a proposed command. */
public sealed interface Proposal {
  /** It was committed, on a majority's disks, and decided; the result may be a refusal. */
  record Decided(Result result) implements Proposal {}

  /**
   * It never reached the log: nothing happened, and nothing will.
   *
   * @param reason NOT_LEADER, NO_QUORUM or OVERLOADED
   * @param retryAfter zero when waiting does not help
   */
  record NotProposed(Reason reason, String message, Duration retryAfter) implements Proposal {}

  /** It may have taken effect, or may yet. */
  record Unknown(String message) implements Proposal {}
}

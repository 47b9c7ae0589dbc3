// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.admission;

import dev.stele.server.core.command.Refusal;
import dev.stele.server.core.model.Reason;
import java.time.Duration;

/** What admission says of a write. */
public sealed interface Verdict {
  /** It may be proposed, and its price is paid. */
  record Admitted() implements Verdict {
    static final Admitted YES = new Admitted();
  }

  /**
   * It can't succeed, as far as this node's store knows: before a caller is told, somebody must
   * make sure that the store is fresh.
   *
   * @param refusal in the words and fields of the core
   */
  record Refused(Refusal refusal) implements Verdict {}

  /**
   * A kind's budget does not let it through now.
   *
   * @param reason OVER_BUDGET; LIMIT_REACHED for one that no waiting helps, because it takes more
   *     than the budget ever lets through at once
   * @param field of the request that names the kind
   * @param retryAfter when the budget will have enough; zero when it never will
   */
  record OverBudget(Reason reason, String field, String message, Duration retryAfter)
      implements Verdict {}
}

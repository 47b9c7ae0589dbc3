// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;
import java.util.Optional;

/**
 * What a leader's clock proposes counts only in an entry of its own term: the next leader counts
 * for itself, from its own beginning.
 */
final class OwnTerm {
  private OwnTerm() {}

  /** Why what was proposed in {@code term} about {@code lease} is not done. */
  static Optional<Refusal> refusal(View view, Stamp stamp, long term, LeaseRef lease) {
    return refusal(stamp, term).or(() -> Guards.refusal(view, lease, "lease"));
  }

  /** Why what was proposed in {@code term} is not done in an entry of another. */
  static Optional<Refusal> refusal(Stamp stamp, long term) {
    return stamp.term() == term
        ? Optional.empty()
        : Optional.of(
            Refusal.of(
                Reason.NOT_LEADER,
                "term",
                "proposed in term %d, and decided in term %d".formatted(term, stamp.term())));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.claim.Pools;
import dev.stele.server.core.kind.ClaimRecord;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Asks the owner of a claim to give it back, or for another deadline. It stays the owner's, bound
 * to its lease; the leader counts the deadline.
 *
 * <p>NOT_FOUND when there is no such claim of a pool, COMPARE_FAILED at another epoch or when
 * nobody owns it.
 *
 * @param key of the claim
 * @param epoch that it must stand at; empty: whichever it is
 * @param deadlineMillis from now on, 1 to {@link Limits#DRAIN_MAX_MILLIS}
 */
public record DrainClaim(Key key, OptionalLong epoch, long deadlineMillis) implements Command {
  private static final String DEADLINE = "deadline_millis";

  @Override
  public Outcome decide(View view, Stamp stamp) {
    Optional<Refusal> refusal = deadlineRefusal().or(() -> ClaimChecks.claimRefusal(view, key));
    if (refusal.isPresent()) {
      return Outcome.refused(refusal.get(), view.meta());
    }
    Fact fact = view.fact(key).orElseThrow();
    ClaimRecord claim = Pools.claim(fact);
    return standingRefusal(claim)
        .map(no -> Outcome.refused(no, view.meta()))
        .orElseGet(() -> ClaimChecks.changed(view, fact, claim.draining(deadlineMillis)));
  }

  private Optional<Refusal> deadlineRefusal() {
    if (deadlineMillis >= 1 && deadlineMillis <= Limits.DRAIN_MAX_MILLIS) {
      return Optional.empty();
    }
    String wrong =
        deadlineMillis == 0
            ? "is in the past"
            : "is " + Long.toUnsignedString(deadlineMillis) + " ms from now";
    return Optional.of(
        Refusal.of(
            Reason.INVALID_FIELD,
            DEADLINE,
            "%s %s, 1 to %d are allowed".formatted(DEADLINE, wrong, Limits.DRAIN_MAX_MILLIS)));
  }

  private Optional<Refusal> standingRefusal(ClaimRecord claim) {
    Optional<Refusal> other =
        epoch.isPresent()
            ? ClaimChecks.epochRefusal(key, claim, epoch.getAsLong())
            : Optional.empty();
    if (other.isPresent() || claim.isOwned()) {
      return other;
    }
    return Optional.of(
        ClaimChecks.otherwise(
            ClaimChecks.CLAIM, claim, "%s is %s: nobody owns it".formatted(key, claim.state())));
  }

  @Override
  public long sizeBytes() {
    return key.bytes().length() + 2L * Long.BYTES;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.claim.Pools;
import dev.stele.server.core.kind.ClaimRecord;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;
import java.util.Optional;

/**
 * Gives a claim back. FENCED unless the lease is held with that token and the claim is owned under
 * it, NOT_FOUND when there is no such claim of a pool, COMPARE_FAILED at another epoch.
 *
 * @param key of the claim
 * @param lease the owner's
 * @param retire never to be used again; idle otherwise
 */
public record ReleaseClaim(Key key, long epoch, LeaseRef lease, boolean retire) implements Command {
  @Override
  public Outcome decide(View view, Stamp stamp) {
    Optional<Refusal> refusal =
        Guards.refusal(view, lease, "lease").or(() -> ClaimChecks.claimRefusal(view, key));
    if (refusal.isPresent()) {
      return Outcome.refused(refusal.get(), view.meta());
    }
    Fact fact = view.fact(key).orElseThrow();
    ClaimRecord claim = Pools.claim(fact);
    return ClaimChecks.epochRefusal(key, claim, epoch)
        .or(() -> strangerRefusal(fact, claim))
        .map(no -> Outcome.refused(no, view.meta()))
        .orElseGet(() -> ClaimChecks.changed(view, fact, retire ? claim.retired() : claim.idle()));
  }

  private Optional<Refusal> strangerRefusal(Fact fact, ClaimRecord claim) {
    boolean bound = fact.lease().map(LeaseRef::name).equals(Optional.of(lease.name()));
    return bound && claim.isOwned()
        ? Optional.empty()
        : Optional.of(
            Refusal.of(
                Reason.FENCED,
                "lease",
                "%s is not owned under lease %s".formatted(key, lease.name())));
  }

  @Override
  public long sizeBytes() {
    return (long) key.bytes().length() + lease.name().length() + 2L * Long.BYTES + 1;
  }
}

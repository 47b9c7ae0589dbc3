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
 * Takes one claim that nobody owns under a lease, and that stands at {@code epoch}; an item of a
 * range that has no claim yet stands at 0. The lease's holder owns it, at the next epoch.
 *
 * <p>FENCED unless the lease is held with that token, NOT_FOUND when there is no such claim of a
 * pool, COMPARE_FAILED at another epoch or when it is retired, LEASE_HELD while its owner has it,
 * LIMIT_REACHED as for {@link NextClaim}.
 *
 * @param key of the claim
 * @param lease the next owner's
 */
public record TakeOverClaim(Key key, long epoch, LeaseRef lease) implements Command {
  @Override
  public Outcome decide(View view, Stamp stamp) {
    Optional<Refusal> refusal =
        Guards.refusal(view, lease, "lease").or(() -> ClaimChecks.keyRefusal(view, key));
    if (refusal.isPresent()) {
      return Outcome.refused(refusal.get(), view.meta());
    }
    Optional<Fact> fact = view.fact(key);
    if (fact.isEmpty() && !isItem(view)) {
      return Outcome.refused(
          Refusal.of(Reason.NOT_FOUND, ClaimChecks.CLAIM, "there is no " + key), view.meta());
    }
    ClaimRecord standing = fact.map(Pools::claim).orElse(Taking.NEW);
    Taking taking = new Taking(view, Pools.poolOf(key).orElseThrow(), lease);
    return ClaimChecks.epochRefusal(key, standing, epoch)
        .or(() -> untakeable(view, fact, standing))
        .or(() -> taking.gateRefusal(standing))
        .map(no -> Outcome.refused(no, view.meta()))
        .orElseGet(() -> taking.take(key, standing, ClaimChecks.CLAIM));
  }

  private boolean isItem(View view) {
    String pool = Pools.poolOf(key).orElseThrow();
    return Pools.range(view, pool).index(Pools.itemOf(key)).isPresent();
  }

  /** What is owned and bound to no lease was so before there was a pool: nobody's is it now. */
  private Optional<Refusal> untakeable(View view, Optional<Fact> fact, ClaimRecord standing) {
    if (standing.state() == ClaimRecord.State.RETIRED) {
      return Optional.of(
          ClaimChecks.otherwise(
              ClaimChecks.CLAIM,
              standing,
              key + " is retired: what was touched is never handed on"));
    }
    return fact.filter(claim -> standing.isOwned() && claim.lease().isPresent())
        .map(claim -> ClaimRule.owned(view, claim, ClaimChecks.CLAIM));
  }

  @Override
  public long sizeBytes() {
    return (long) key.bytes().length() + lease.name().length() + 2L * Long.BYTES;
  }
}

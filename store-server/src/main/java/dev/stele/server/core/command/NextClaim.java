// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.claim.PoolTally;
import dev.stele.server.core.claim.Pools;
import dev.stele.server.core.kind.ClaimRecord;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;
import java.util.Optional;

/**
 * Takes the first idle claim of a pool in the order of its items, or else, of a range, its first
 * item that has no claim yet. The lease's holder owns it, at the next epoch.
 *
 * <p>FENCED unless the lease is held with that token, NOT_FOUND when there is no such pool,
 * LIMIT_REACHED when the pool or the owner has as many as may be or the owner is a member that
 * drains, POOL_EXHAUSTED when there is none left.
 *
 * @param pool without the kind
 * @param lease the owner's
 */
public record NextClaim(String pool, LeaseRef lease) implements Command {
  private static final String POOL = "pool";

  @Override
  public Outcome decide(View view, Stamp stamp) {
    Optional<Refusal> refusal =
        Guards.refusal(view, lease, "lease").or(() -> ClaimChecks.poolRefusal(view, pool));
    if (refusal.isPresent()) {
      return Outcome.refused(refusal.get(), view.meta());
    }
    Taking taking = new Taking(view, pool, lease);
    Optional<Refusal> gated = taking.gateRefusal(Taking.NEW);
    if (gated.isPresent()) {
      return Outcome.refused(gated.get(), view.meta());
    }
    PoolTally tally = taking.tally();
    Optional<Key> idle = tally.nextIdle(Optional.empty());
    if (idle.isPresent()) {
      ClaimRecord standing = Pools.claim(view.fact(idle.get()).orElseThrow());
      return taking.take(idle.get(), standing, POOL);
    }
    return tally
        .nextUnlisted(Optional.empty())
        .map(item -> taking.take(item, Taking.NEW, POOL))
        .orElseGet(() -> Outcome.refused(exhausted(), view.meta()));
  }

  private Refusal exhausted() {
    return Refusal.of(
        Reason.POOL_EXHAUSTED, POOL, "no claim of pool " + pool + " is idle, and none can be made");
  }

  @Override
  public long sizeBytes() {
    return (long) pool.length() + lease.name().length() + Long.BYTES;
  }
}

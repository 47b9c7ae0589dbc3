// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.claim.PoolRecord;
import dev.stele.server.core.claim.PoolTally;
import dev.stele.server.core.claim.Pools;
import dev.stele.server.core.kind.ClaimCodec;
import dev.stele.server.core.kind.ClaimRecord;
import dev.stele.server.core.kind.MemberRecord;
import dev.stele.server.core.kind.Members;
import dev.stele.server.core.lease.Leases;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.view.View;
import java.util.Optional;

/** A holder takes a claim of a pool: whether the pool's gates let it, and what is written then. */
final class Taking {
  /** A claim that nobody has owned yet. */
  static final ClaimRecord NEW = new ClaimRecord("", 0, ClaimRecord.State.IDLE);

  private final View view;
  private final String name;
  private final PoolRecord pool;
  private final PoolTally tally;
  private final LeaseRef lease;
  private final String owner;

  /**
   * @param name of a pool that stands
   * @param lease held with its token
   */
  Taking(View view, String name, LeaseRef lease) {
    this.view = view;
    this.name = name;
    this.lease = lease;
    pool = Pools.record(view, name).orElseThrow();
    tally = view.pool(name);
    owner = Leases.record(view.fact(lease.key()).orElseThrow()).holder();
  }

  PoolTally tally() {
    return tally;
  }

  /** Why the owner may not have one more, which is {@code standing} so far. */
  Optional<Refusal> gateRefusal(ClaimRecord standing) {
    long owned = tally.owned() - (standing.isOwned() ? 1 : 0);
    if (pool.maxOwned() > 0 && owned >= pool.maxOwned()) {
      return limit(
          "pool", "%d claims of pool %s are owned, the most that may be".formatted(owned, name));
    }
    boolean mine = standing.isOwned() && standing.owner().equals(owner);
    long own = tally.ownedBy(owner) - (mine ? 1 : 0);
    if (pool.maxOwnedPerOwner() > 0 && own >= pool.maxOwnedPerOwner()) {
      return limit(
          "lease",
          "%s owns %d claims of pool %s, the most that one may".formatted(owner, own, name));
    }
    return drains()
        ? limit("lease", "member %s is draining, and takes no claims".formatted(owner))
        : Optional.empty();
  }

  private static Optional<Refusal> limit(String field, String message) {
    return Optional.of(Refusal.of(Reason.LIMIT_REACHED, field, message));
  }

  /** Whether the lease is that of a member which is about to go. */
  private boolean drains() {
    Optional<Fact> member =
        view.fact(Members.key(owner))
            .filter(fact -> fact.lease().map(LeaseRef::name).equals(Optional.of(lease.name())));
    return member
        .filter(fact -> Members.record(fact).health() == MemberRecord.Health.DRAINING)
        .isPresent();
  }

  /** Takes {@code key}, which is {@code standing} so far; {@code field} led to it. */
  Outcome take(Key key, ClaimRecord standing, String field) {
    ClaimRecord after = standing.ownedBy(owner);
    Draft draft = new Draft(view);
    Optional<Refusal> refusal = draft.own(key, ClaimCodec.encode(after), lease, field);
    return refusal.isPresent()
        ? Outcome.refused(refusal.get(), view.meta())
        : draft.done(new ClaimOwned(key, owner, after.epoch(), draft.revisionAfter()));
  }
}

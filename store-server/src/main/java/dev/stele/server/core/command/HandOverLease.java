// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.claim.PoolRecord;
import dev.stele.server.core.claim.Pools;
import dev.stele.server.core.kind.ClaimCodec;
import dev.stele.server.core.kind.ClaimRecord;
import dev.stele.server.core.lease.LeaseRecord;
import dev.stele.server.core.lease.LeaseRecordCodec;
import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.lease.Leases;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Gives a lease to another holder under a new token: FENCED unless it is held with that token. What
 * is bound to it stays bound. The next holder has the whole TTL, whatever was written down of what
 * the present one has left.
 *
 * <p>Claims of pools that are owned under it go along, in the same revision: the next holder owns
 * each of them, at its next epoch. LIMIT_REACHED when that would be more than one owner of a pool
 * may have.
 *
 * @param to not the present holder
 */
public record HandOverLease(LeaseRef lease, String to) implements Command {
  @Override
  public Outcome decide(View view, Stamp stamp) {
    return toRefusal(LeaseRecord.holderViolation(to))
        .or(() -> Guards.refusal(view, lease, "lease"))
        .map(no -> Outcome.refused(no, view.meta()))
        .orElseGet(() -> handOver(view));
  }

  private Outcome handOver(View view) {
    LeaseRecord standing = Leases.record(view.fact(lease.key()).orElseThrow());
    if (standing.holder().equals(to)) {
      Refusal refusal = toRefusal(Optional.of("is the present holder")).orElseThrow();
      return Outcome.refused(refusal, view.meta());
    }
    Draft draft = new Draft(view);
    draft.set(lease.key(), LeaseRecordCodec.encode(standing.heldBy(to)), Optional.empty());
    LeaseSide side = view.leaseSide(lease.name());
    draft.setSide(lease.name(), side.withCheckpoint(OptionalLong.empty()));
    return handOverClaims(draft)
        .map(no -> Outcome.refused(no, view.meta()))
        .orElseGet(() -> draft.done(new HandedOver(draft.revisionAfter())));
  }

  private Optional<Refusal> handOverClaims(Draft draft) {
    List<Key> claims = new ArrayList<>();
    draft
        .view()
        .scanBound(
            lease.name(),
            key -> {
              if (Pools.poolOf(key).isPresent()) {
                claims.add(key);
              }
            });
    for (Key key : claims) {
      Optional<Refusal> refusal = handOver(draft, draft.view().fact(key).orElseThrow());
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    return Optional.empty();
  }

  private Optional<Refusal> handOver(Draft draft, Fact fact) {
    String name = Pools.poolOf(fact.key()).orElseThrow();
    Optional<PoolRecord> pool = Pools.record(draft.view(), name);
    ClaimRecord claim = Pools.claim(fact);
    if (pool.isEmpty() || !claim.isOwned()) {
      return Optional.empty();
    }
    LeaseRef next = new LeaseRef(lease.name(), draft.revisionAfter());
    draft.set(fact.key(), ClaimCodec.encode(claim.handedTo(to)), Optional.of(next));
    long most = pool.get().maxOwnedPerOwner();
    return most == 0 || draft.view().pool(name).ownedBy(to) <= most
        ? Optional.empty()
        : Optional.of(
            Refusal.of(
                Reason.LIMIT_REACHED,
                "to",
                "%s would own more than %d claims of pool %s".formatted(to, most, name)));
  }

  private static Optional<Refusal> toRefusal(Optional<String> violation) {
    return violation.map(wrong -> Refusal.of(Reason.INVALID_FIELD, "to", "to " + wrong));
  }

  @Override
  public long sizeBytes() {
    return (long) lease.name().length() + Long.BYTES + to.length();
  }

  /** Held by the next holder from here on, under {@code token}, which is the revision. */
  public record HandedOver(long token) implements Result {}
}

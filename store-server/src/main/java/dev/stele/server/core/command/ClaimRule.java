// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.claim.ListedItems;
import dev.stele.server.core.claim.PoolRange;
import dev.stele.server.core.claim.PoolRecord;
import dev.stele.server.core.claim.Pools;
import dev.stele.server.core.kind.ClaimRecord;
import dev.stele.server.core.lease.Leases;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.view.View;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * When a claim may be put or deleted: one of a pool only while nobody owns it, and so that nobody
 * does afterwards. Who owns it, and at which epoch, is the business of the commands of claims. A
 * claim without a pool is a fact like any other.
 */
final class ClaimRule {
  private ClaimRule() {}

  /** Why {@code after} may not take the place of {@code before}. */
  static Optional<Refusal> putRefusal(View view, Optional<Fact> before, Fact after, String field) {
    Key key = after.key();
    Optional<Refusal> unreadable = RecordRule.putRefusal(key, after.body(), field);
    Optional<PoolRecord> pool = unreadable.isPresent() ? Optional.empty() : pool(view, key);
    if (pool.isEmpty()) {
      return unreadable;
    }
    if (after.lease().isPresent()) {
      return invalid(field + "lease", "is set, and a claim of a pool is bound by those who own it");
    }
    PoolRange range = pool.get().range();
    if (!(range instanceof ListedItems) && range.index(Pools.itemOf(key)).isEmpty()) {
      return invalid(field + "key", "names no item of the range of its pool");
    }
    return ownedRefusal(view, before, field + "key")
        .or(() -> bodyRefusal(before.map(Pools::claim), Pools.claim(after), field + "body."));
  }

  private static Optional<PoolRecord> pool(View view, Key key) {
    return Pools.poolOf(key).flatMap(name -> Pools.record(view, name));
  }

  private static Optional<Refusal> ownedRefusal(View view, Optional<Fact> fact, String field) {
    return fact.filter(standing -> Pools.claim(standing).isOwned())
        .map(standing -> owned(view, standing, field));
  }

  private static Optional<Refusal> bodyRefusal(
      Optional<ClaimRecord> before, ClaimRecord after, String field) {
    if (after.isOwned()) {
      return invalid(
          field + "state", "is " + after.state() + ", which only a command of claims makes it");
    }
    boolean keepsOwner =
        after.state() == ClaimRecord.State.RETIRED
            && before.isPresent()
            && before.get().owner().equals(after.owner());
    if (!after.owner().isEmpty() && !keepsOwner) {
      return invalid(field + "owner", "is set, and nobody owns what is " + after.state());
    }
    if (after.drainMillis() != 0) {
      return invalid(field + "drain_millis", "is set, and goes with DRAINING only");
    }
    if (after.epoch() < 0) {
      return invalid(field + "epoch", "is more than " + Long.MAX_VALUE);
    }
    return before.isPresent() && before.get().epoch() != after.epoch()
        ? invalid(
            field + "epoch",
            "is %d, and the claim stands at %d".formatted(after.epoch(), before.get().epoch()))
        : Optional.empty();
  }

  /** Why {@code claim} may not go. */
  static Optional<Refusal> deleteRefusal(View view, Fact claim, String field) {
    return pool(view, claim.key()).isEmpty()
        ? Optional.empty()
        : ownedRefusal(view, Optional.of(claim), field);
  }

  /** Says who owns {@code claim}, which is in the way. */
  static Refusal owned(View view, Fact claim, String field) {
    ClaimRecord record = Pools.claim(claim);
    SortedMap<String, String> details = new TreeMap<>();
    details.put(Refusal.HOLDER, record.owner());
    details.put(Refusal.EPOCH, Long.toString(record.epoch()));
    Optional<Fact> lease = claim.lease().flatMap(ref -> view.fact(ref.key()));
    lease.ifPresent(
        held -> {
          details.put(Refusal.HOLDER, Leases.record(held).holder());
          details.put(Refusal.TOKEN, Long.toString(held.modRevision()));
        });
    return new Refusal(
        Reason.LEASE_HELD,
        field,
        "%s is owned by %s at epoch %d".formatted(claim.key(), record.owner(), record.epoch()),
        details);
  }

  private static Optional<Refusal> invalid(String field, String message) {
    return Optional.of(Refusal.of(Reason.INVALID_FIELD, field, field + " " + message));
  }
}

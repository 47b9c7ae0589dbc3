// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.claim.Pools;
import dev.stele.server.core.kind.ClaimCodec;
import dev.stele.server.core.kind.ClaimRecord;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.view.View;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the commands of claims expect of pools and claims, all of them alike. */
final class ClaimChecks {
  /** The field that names a claim. */
  static final String CLAIM = "claim";

  private static final String EPOCH = "epoch";

  private ClaimChecks() {}

  /** Why {@code pool} is none. */
  static Optional<Refusal> poolRefusal(View view, String pool) {
    Optional<String> wrong = Key.violation(Bytes.utf8(Pools.key(pool).toString()));
    if (wrong.isPresent()) {
      return Optional.of(Refusal.of(Reason.INVALID_FIELD, "pool", "pool " + wrong.get()));
    }
    return view.fact(Pools.key(pool)).isPresent()
        ? Optional.empty()
        : Optional.of(notFound("pool", "there is no pool " + pool));
  }

  /** Why {@code key} can't be that of a claim of a pool, whether the claim is there or not. */
  static Optional<Refusal> keyRefusal(View view, Key key) {
    Optional<String> pool = Pools.poolOf(key);
    if (pool.isEmpty()) {
      return Optional.of(
          Refusal.of(
              Reason.INVALID_FIELD,
              CLAIM,
              "claim is %s, which is not of the form claim/pool/item".formatted(key)));
    }
    return view.fact(Pools.key(pool.get())).isPresent()
        ? Optional.empty()
        : Optional.of(notFound(CLAIM, "there is no pool %s of %s".formatted(pool.get(), key)));
  }

  /** Why there is no claim {@code key} of a pool. */
  static Optional<Refusal> claimRefusal(View view, Key key) {
    Optional<Refusal> refusal = keyRefusal(view, key);
    return refusal.isEmpty() && view.fact(key).isEmpty()
        ? Optional.of(notFound(CLAIM, "there is no " + key))
        : refusal;
  }

  private static Refusal notFound(String field, String message) {
    return Refusal.of(Reason.NOT_FOUND, field, message);
  }

  /** Why {@code claim} does not stand at {@code epoch}. */
  static Optional<Refusal> epochRefusal(Key key, ClaimRecord claim, long epoch) {
    return claim.epoch() == epoch
        ? Optional.empty()
        : Optional.of(
            otherwise(
                EPOCH,
                claim,
                "%s stands at epoch %d, not at epoch %d".formatted(key, claim.epoch(), epoch)));
  }

  /** {@code claim} is not as {@code field} expects it; its epoch is told. */
  static Refusal otherwise(String field, ClaimRecord claim, String message) {
    SortedMap<String, String> details = new TreeMap<>();
    details.put(Refusal.EPOCH, Long.toString(claim.epoch()));
    return new Refusal(Reason.COMPARE_FAILED, field, message, details);
  }

  /** What {@code after} makes of the claim, bound as it was. */
  static Outcome changed(View view, Fact claim, ClaimRecord after) {
    Draft draft = new Draft(view);
    boolean stays = after.isOwned();
    draft.set(claim.key(), ClaimCodec.encode(after), stays ? claim.lease() : Optional.empty());
    return draft.done(new ClaimChanged(draft.revisionAfter()));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.claim.PoolRecord;
import dev.stele.server.core.claim.Pools;
import dev.stele.server.core.kind.ClaimRecord;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;
import java.util.Optional;

/**
 * Takes a claim away whose drain took too long, as the leader of {@code term} found: it goes as if
 * its owner were lost. NOT_LEADER in an entry of another term; NOT_FOUND when there is no such
 * claim of a pool; COMPARE_FAILED unless it drains since {@code revision}: one that was given
 * another deadline meanwhile has that.
 *
 * @param term in which it was proposed
 * @param key of the claim
 * @param revision of the change that gave it the deadline that is over
 */
public record EndDrain(long term, Key key, long revision) implements Command {
  @Override
  public Outcome decide(View view, Stamp stamp) {
    Optional<Refusal> refusal =
        OwnTerm.refusal(stamp, term).or(() -> ClaimChecks.claimRefusal(view, key));
    if (refusal.isPresent()) {
      return Outcome.refused(refusal.get(), view.meta());
    }
    Fact fact = view.fact(key).orElseThrow();
    ClaimRecord claim = Pools.claim(fact);
    PoolRecord pool = Pools.poolOf(key).flatMap(name -> Pools.record(view, name)).orElseThrow();
    return otherRefusal(fact, claim)
        .map(no -> Outcome.refused(no, view.meta()))
        .orElseGet(() -> ClaimChecks.changed(view, fact, pool.lost(claim)));
  }

  private Optional<Refusal> otherRefusal(Fact fact, ClaimRecord claim) {
    if (claim.state() == ClaimRecord.State.DRAINING && fact.modRevision() == revision) {
      return Optional.empty();
    }
    return Optional.of(
        ClaimChecks.otherwise(
            ClaimChecks.CLAIM,
            claim,
            "%s is %s since revision %d, not draining since revision %d"
                .formatted(key, claim.state(), fact.modRevision(), revision)));
  }

  @Override
  public long sizeBytes() {
    return key.bytes().length() + 2L * Long.BYTES;
  }
}

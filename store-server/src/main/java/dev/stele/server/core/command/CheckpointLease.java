// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Writes down what is left of a long lease that nobody renews, so that elections don't keep it
 * alive, or clears that. Changes no fact and no revision. Guarded by term and token as {@link
 * ExpireLease}.
 *
 * @param term in which it was proposed
 * @param remainingMillis empty clears
 */
public record CheckpointLease(long term, LeaseRef lease, OptionalLong remainingMillis)
    implements Command {
  @Override
  public Outcome decide(View view, Stamp stamp) {
    Optional<Refusal> refusal = OwnTerm.refusal(view, stamp, term, lease);
    if (refusal.isPresent()) {
      return Outcome.refused(refusal.get(), view.meta());
    }
    Draft draft = new Draft(view);
    LeaseSide standing = view.leaseSide(lease.name());
    draft.setSide(lease.name(), standing.withCheckpoint(remainingMillis));
    return draft.done(new Checkpointed());
  }

  @Override
  public long sizeBytes() {
    return lease.name().length() + 3L * Long.BYTES;
  }

  /** Written down, or cleared. */
  public record Checkpointed() implements Result {}
}

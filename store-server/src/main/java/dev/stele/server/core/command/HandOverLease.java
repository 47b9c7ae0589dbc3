// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.lease.LeaseRecord;
import dev.stele.server.core.lease.LeaseRecordCodec;
import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.lease.Leases;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Gives a lease to another holder under a new token: FENCED unless it is held with that token. What
 * is bound to it stays bound. The next holder has the whole TTL, whatever was written down of what
 * the present one has left.
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
    return draft.done(new HandedOver(draft.revisionAfter()));
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

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.lease.LeaseRecord;
import dev.stele.server.core.lease.LeaseRecordCodec;
import dev.stele.server.core.lease.Leases;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Acquires a lease that nobody holds: makes its fact, whose mod revision is the token.
 *
 * <p>LEASE_HELD when anybody holds it, LIMIT_REACHED when {@link Limits#LEASES_MAX} are held. A
 * full store does not stand in its way: those who would empty it need their leases.
 *
 * @param name without the kind
 * @param holder 1 to {@link Limits#LEASE_HOLDER_MAX_BYTES} bytes
 * @param ttlMillis within the bounds of {@link Limits}
 */
public record AcquireLease(String name, String holder, long ttlMillis, Bytes metadata)
    implements Command {
  @Override
  public Outcome decide(View view, Stamp stamp) {
    return fieldRefusal()
        .or(() -> standingRefusal(view))
        .map(no -> Outcome.refused(no, view.meta()))
        .orElseGet(
            () -> {
              Draft draft = new Draft(view);
              draft.set(Leases.key(name), LeaseRecordCodec.encode(lease()), Optional.empty());
              return draft.done(new Acquired(draft.revisionAfter()));
            });
  }

  private LeaseRecord lease() {
    return new LeaseRecord(holder, ttlMillis, metadata);
  }

  private Optional<Refusal> fieldRefusal() {
    return LeaseRecord.nameViolation(name)
        .map(wrong -> invalid("name", wrong))
        .or(() -> lease().violation().map(wrong -> invalid(wrong.field(), wrong.message())));
  }

  private static Refusal invalid(String field, String message) {
    return Refusal.of(Reason.INVALID_FIELD, field, field + " " + message);
  }

  private Optional<Refusal> standingRefusal(View view) {
    Optional<Fact> held = view.fact(Leases.key(name));
    return held.isPresent()
        ? Optional.of(heldRefusal(name, held.get(), "name"))
        : limitRefusal(view, "name");
  }

  /** Why nobody acquires one more lease. */
  static Optional<Refusal> limitRefusal(View view, String field) {
    return view.meta().usage().facts(KindNames.LEASE) < Limits.LEASES_MAX
        ? Optional.empty()
        : Optional.of(
            Refusal.of(
                Reason.LIMIT_REACHED,
                field,
                Limits.LEASES_MAX + " leases are held, the most that can be"));
  }

  /** Whoever asks: two processes may go by one name, and only one of them has the lease. */
  static Refusal heldRefusal(String name, Fact fact, String field) {
    String who = Leases.record(fact).holder();
    SortedMap<String, String> details = new TreeMap<>();
    details.put(Refusal.HOLDER, who);
    details.put(Refusal.TOKEN, Long.toString(fact.modRevision()));
    return new Refusal(
        Reason.LEASE_HELD,
        field,
        "lease %s is held by %s with token %d".formatted(name, who, fact.modRevision()),
        details);
  }

  @Override
  public long sizeBytes() {
    return (long) name.length() + holder.length() + metadata.length();
  }

  /** Held from here on, under {@code token}, which is the revision. */
  public record Acquired(long token) implements Result {}
}

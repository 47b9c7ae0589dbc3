// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.lease.LeaseChanges;
import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.view.Overlay;
import dev.stele.server.core.view.View;
import java.util.Optional;

/**
 * Which facts are bound to which leases, while one command is decided. A fact is bound by the
 * lease's name: what is bound stays so over a hand-over, though its token is of the holding before.
 */
final class LeaseBonds {
  private final Overlay view;
  private long hashChange;

  LeaseBonds(Overlay view) {
    this.view = view;
  }

  /** What the state's hash has to grow by for the changes so far. */
  long hashChange() {
    return hashChange;
  }

  /** Why {@code key}, bound as {@code before} is so far, may not be bound to {@code lease}. */
  static Optional<Refusal> refusal(
      View view, Key key, Optional<Fact> before, LeaseRef lease, String field) {
    Optional<Refusal> fenced = Guards.refusal(view, lease, field);
    if (fenced.isPresent()) {
      return fenced;
    }
    if (key.kind().equals(KindNames.KIND) || key.kind().equals(KindNames.POOL)) {
      // It could go with the lease, and leave facts without their kind, or claims without their
      // pool.
      String what = key.kind().equals(KindNames.KIND) ? "policy" : "pool";
      return Optional.of(
          Refusal.of(
              Reason.INVALID_FIELD, field, field + " is set, and no " + what + " can be bound"));
    }
    boolean bound =
        before.flatMap(Fact::lease).map(LeaseRef::name).equals(Optional.of(lease.name()));
    if (!bound && view.leaseSide(lease.name()).boundFacts() >= Limits.LEASE_MAX_BOUND_FACTS) {
      return Optional.of(
          Refusal.of(
              Reason.LIMIT_REACHED,
              field,
              "%d facts are bound to lease %s, the most that can be"
                  .formatted(Limits.LEASE_MAX_BOUND_FACTS, lease.name())));
    }
    return Optional.empty();
  }

  /** From here on {@code key} is bound to {@code after}, and not to {@code before} any more. */
  void move(Key key, Optional<LeaseRef> before, Optional<LeaseRef> after) {
    if (before.map(LeaseRef::name).equals(after.map(LeaseRef::name))) {
      return;
    }
    before.ifPresent(lease -> bind(lease.name(), key, false));
    after.ifPresent(lease -> bind(lease.name(), key, true));
  }

  private void bind(String lease, Key key, boolean bound) {
    view.lay(new LeaseChanges.Binding(lease, key, bound));
    set(lease, view.leaseSide(lease).plusBound(bound ? 1 : -1));
  }

  /** From here on {@code after} stands beside {@code lease}. */
  void set(String lease, LeaseSide after) {
    LeaseSide before = view.leaseSide(lease);
    if (!after.equals(before)) {
      hashChange += after.hash(lease) - before.hash(lease);
      view.lay(new LeaseChanges.Side(lease, after));
    }
  }
}

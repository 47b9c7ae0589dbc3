// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.kind.MemberCodec;
import dev.stele.server.core.kind.MemberRecord;
import dev.stele.server.core.kind.Members;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes what a member says of itself. FENCED unless {@code lease} is held with that token;
 * NOT_FOUND when no member is bound to it.
 *
 * @param lease of the member's registration
 * @param health empty: as it is; never LOST
 * @param capacity empty: as it is; otherwise all of it
 * @param labels empty: as they are; otherwise all of them
 */
public record UpdateMember(
    LeaseRef lease,
    Optional<MemberRecord.Health> health,
    Optional<SortedMap<String, Long>> capacity,
    Optional<SortedMap<String, String>> labels)
    implements Command {
  private static final String LEASE = "lease";

  public UpdateMember {
    capacity = capacity.map(map -> Collections.unmodifiableSortedMap(new TreeMap<>(map)));
    labels = labels.map(map -> Collections.unmodifiableSortedMap(new TreeMap<>(map)));
  }

  @Override
  public Outcome decide(View view, Stamp stamp) {
    Optional<Refusal> refusal = Guards.refusal(view, lease, LEASE).or(this::healthRefusal);
    if (refusal.isPresent()) {
      return Outcome.refused(refusal.get(), view.meta());
    }
    Optional<Fact> member = Members.boundTo(view, lease.name());
    if (member.isEmpty()) {
      String message = "no member is bound to lease " + lease.name();
      return Outcome.refused(Refusal.of(Reason.NOT_FOUND, LEASE, message), view.meta());
    }
    return update(view, member.get());
  }

  private Optional<Refusal> healthRefusal() {
    return health.isPresent() && health.get() == MemberRecord.Health.LOST
        ? Optional.of(
            Refusal.of(
                Reason.INVALID_FIELD, "health", "health is LOST, which nobody says of oneself"))
        : Optional.empty();
  }

  private Outcome update(View view, Fact member) {
    Key key = member.key();
    MemberRecord before = Members.record(member);
    MemberRecord after =
        new MemberRecord(
            before.address(),
            before.incarnation(),
            capacity.orElse(before.capacity()),
            health.orElse(before.health()),
            labels.orElse(before.labels()));
    Draft draft = new Draft(view);
    Optional<Refusal> refusal = draft.put(key, MemberCodec.encode(after), Optional.of(lease), "");
    return refusal.isPresent()
        ? Outcome.refused(refusal.get(), view.meta())
        : draft.done(new Updated(draft.revisionAfter()));
  }

  @Override
  public long sizeBytes() {
    long bytes = lease.name().length() + 2L * Long.BYTES;
    for (String name : capacity.orElseGet(TreeMap::new).keySet()) {
      bytes += name.length() + Long.BYTES;
    }
    SortedMap<String, String> said = labels.orElseGet(TreeMap::new);
    for (String name : said.keySet()) {
      bytes += name.length() + said.get(name).length();
    }
    return bytes;
  }

  /** At {@code revision}. */
  public record Updated(long revision) implements Result {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.kind.Members;
import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;
import java.util.Optional;

/**
 * Ends a life of a member in order, in one revision: its lease ends, what is bound to that follows
 * its policy, and the member itself goes whatever its policy, since nobody has lost it. FENCED
 * unless the lease is held with that token; NOT_FOUND when no member is bound to it.
 *
 * @param lease of the member's registration
 */
public record DeregisterMember(LeaseRef lease) implements Command {
  @Override
  public Outcome decide(View view, Stamp stamp) {
    Optional<Refusal> fenced = Guards.refusal(view, lease, "lease");
    if (fenced.isPresent()) {
      return Outcome.refused(fenced.get(), view.meta());
    }
    Optional<Fact> member = Members.boundTo(view, lease.name());
    if (member.isEmpty()) {
      String message = "no member is bound to lease " + lease.name();
      return Outcome.refused(Refusal.of(Reason.NOT_FOUND, "lease", message), view.meta());
    }
    Draft draft = new Draft(view);
    draft.erase(view.fact(lease.key()).orElseThrow());
    draft.erase(member.get());
    LeaseEnd.followAll(draft, lease.name(), key -> false);
    draft.setSide(lease.name(), LeaseSide.NONE);
    return draft.done(new LeaseEnded(draft.revisionAfter()));
  }

  @Override
  public long sizeBytes() {
    return lease.name().length() + (long) Long.BYTES;
  }
}

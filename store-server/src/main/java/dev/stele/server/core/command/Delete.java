// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Deletes the facts of a range. Finding none is no error and does not raise the revision.
 *
 * @param ifRevision goes with the range of a single key: the mod revision that its fact must stand
 *     at
 * @param guards must all be held
 */
public record Delete(KeyRange range, OptionalLong ifRevision, List<LeaseRef> guards)
    implements Command {
  public Delete {
    guards = List.copyOf(guards);
  }

  @Override
  public Outcome decide(View view, Stamp stamp) {
    Optional<Refusal> refusal =
        Guards.refusal(view, guards)
            .or(() -> DeleteReach.refusal(view, range, "target"))
            .or(() -> expectRefusal(view));
    if (refusal.isPresent()) {
      return Outcome.refused(refusal.get(), view.meta());
    }
    Draft draft = new Draft(view);
    Draft.Deletion deletion = draft.delete(range, "target");
    return deletion
        .refusal()
        .map(no -> Outcome.refused(no, view.meta()))
        .orElseGet(() -> draft.done(new Deleted(draft.revisionAfter(), deletion.count())));
  }

  private Optional<Refusal> expectRefusal(View view) {
    if (ifRevision.isEmpty()) {
      return Optional.empty();
    }
    return new Expect.AtRevision(ifRevision.getAsLong()).refusal(view, Key.trusted(range.from()));
  }

  @Override
  public long sizeBytes() {
    return range.from().length();
  }

  /** Deleted so many facts; {@code revision} stands where it stood when there were none. */
  public record Deleted(long revision, long count) implements Result {}
}

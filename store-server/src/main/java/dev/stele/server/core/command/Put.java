// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;
import java.util.List;
import java.util.Optional;

/**
 * Writes one fact. An equal body raises the revision too: who writes, says something.
 *
 * @param lease binds the fact; must be held
 * @param guards must all be held
 */
public record Put(
    Key key, Bytes body, Expect expect, Optional<LeaseRef> lease, List<LeaseRef> guards)
    implements Command {
  public Put {
    guards = List.copyOf(guards);
  }

  @Override
  public Outcome decide(View view, Stamp stamp) {
    Draft draft = new Draft(view);
    Optional<Refusal> refusal =
        Guards.refusal(view, guards)
            .or(() -> expect.refusal(key, view.fact(key)))
            .or(() -> draft.put(key, body, lease, ""));
    return refusal
        .map(no -> Outcome.refused(no, view.meta()))
        .orElseGet(() -> draft.done(new Written(draft.revisionAfter())));
  }

  @Override
  public long sizeBytes() {
    return (long) key.bytes().length() + body.length();
  }

  /** Written, at this revision. */
  public record Written(long revision) implements Result {}
}

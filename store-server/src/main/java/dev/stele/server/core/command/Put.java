// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Fact;
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
    Optional<Refusal> refusal = refusal(view, draft);
    return refusal.isPresent()
        ? Outcome.refused(refusal.get(), view.meta())
        : draft.done(Written.of(draft.view().fact(key).orElseThrow()));
  }

  private Optional<Refusal> refusal(View view, Draft draft) {
    Optional<Refusal> refusal = Guards.refusal(view, guards);
    if (refusal.isEmpty()) {
      refusal = expect.refusal(view, key);
    }
    return refusal.isPresent() ? refusal : draft.put(key, body, lease, "");
  }

  @Override
  public long sizeBytes() {
    return (long) key.bytes().length() + body.length();
  }

  /**
   * Where the fact stands after it.
   *
   * @param revision its mod revision, and the store's
   * @param createRevision the same when this put made it
   * @param version 1 when this put made it
   */
  public record Written(long revision, long createRevision, long version) implements Result {
    private static Written of(Fact fact) {
      return new Written(fact.modRevision(), fact.createRevision(), fact.version());
    }
  }
}

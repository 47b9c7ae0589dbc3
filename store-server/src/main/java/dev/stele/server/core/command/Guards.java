// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.view.View;
import java.util.List;
import java.util.Optional;

/**
 * Fencing: a write that names a lease and its token takes effect only while that holding lasts.
 *
 * <p>A lease's fact is written when the lease is acquired or handed over and at no other time, so
 * its mod revision is the token (decision 002).
 */
final class Guards {
  private Guards() {}

  static Optional<Refusal> refusal(View view, List<LeaseRef> guards) {
    for (int i = 0; i < guards.size(); i++) {
      Optional<Refusal> fenced = refusal(view, guards.get(i), "guards[" + i + "]");
      if (fenced.isPresent()) {
        return fenced;
      }
    }
    return Optional.empty();
  }

  static Optional<Refusal> refusal(View view, LeaseRef guard, String field) {
    long current = view.fact(guard.key()).map(Fact::modRevision).orElse(0L);
    if (current == guard.token()) {
      return Optional.empty();
    }
    String standing = current == 0 ? "nobody holds it" : "its token is " + current;
    return Optional.of(
        Refusal.of(
            Reason.FENCED,
            field,
            "lease "
                + guard.name()
                + " is not held with token "
                + guard.token()
                + ": "
                + standing));
  }
}

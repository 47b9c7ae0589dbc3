// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;

/**
 * Takes a lease away that was not renewed in time, as the leader of {@code term} found. NOT_LEADER
 * in an entry of another term, whose leader counts for itself, and FENCED unless the lease is held
 * with that token.
 *
 * @param term in which it was proposed
 */
public record ExpireLease(long term, LeaseRef lease) implements Command {
  @Override
  public Outcome decide(View view, Stamp stamp) {
    return OwnTerm.refusal(view, stamp, term, lease)
        .map(no -> Outcome.refused(no, view.meta()))
        .orElseGet(() -> LeaseEnd.decide(view, lease));
  }

  @Override
  public long sizeBytes() {
    return lease.name().length() + 2L * Long.BYTES;
  }
}

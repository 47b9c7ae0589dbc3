// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;

/**
 * Takes a lease away that was not renewed in time, as the leader of {@code term} found. Does nothing
 * in an entry of another term, whose leader counts for itself, and FENCED unless the lease is held
 * with that token.
 *
 * @param term in which it was proposed
 */
public record ExpireLease(long term, LeaseRef lease) implements Command {
  @Override
  public Outcome decide(View view, Stamp stamp) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long sizeBytes() {
    return lease.name().length() + 2L * Long.BYTES;
  }
}

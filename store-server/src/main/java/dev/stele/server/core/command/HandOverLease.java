// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;

/**
 * Gives a lease to another holder under a new token: FENCED unless it is held with that token. What
 * is bound to it stays bound.
 *
 * @param to not the present holder
 */
public record HandOverLease(LeaseRef lease, String to) implements Command {
  @Override
  public Outcome decide(View view, Stamp stamp) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long sizeBytes() {
    return (long) lease.name().length() + Long.BYTES + to.length();
  }

  /** Held by the next holder from here on, under {@code token}, which is the revision. */
  public record HandedOver(long token) implements Result {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;

/** Gives a lease up: FENCED unless it is held with that token. */
public record ReleaseLease(LeaseRef lease) implements Command {
  @Override
  public Outcome decide(View view, Stamp stamp) {
    return LeaseEnd.decide(view, lease);
  }

  @Override
  public long sizeBytes() {
    return lease.name().length() + (long) Long.BYTES;
  }
}

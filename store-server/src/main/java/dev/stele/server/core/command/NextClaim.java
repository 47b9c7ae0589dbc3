// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;

/** Takes the first idle claim of a pool. */
public record NextClaim(String pool, LeaseRef lease) implements Command {
  @Override
  public Outcome decide(View view, Stamp stamp) {
    throw new UnsupportedOperationException("to be built");
  }

  @Override
  public long sizeBytes() {
    throw new UnsupportedOperationException("to be built");
  }
}

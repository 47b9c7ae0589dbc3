// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;
import java.util.OptionalLong;

/** Asks the owner to give a claim back; {@code epoch} empty: whichever it is. */
public record DrainClaim(Key key, OptionalLong epoch, long deadlineMillis) implements Command {
  @Override
  public Outcome decide(View view, Stamp stamp) {
    throw new UnsupportedOperationException("to be built");
  }

  @Override
  public long sizeBytes() {
    throw new UnsupportedOperationException("to be built");
  }
}

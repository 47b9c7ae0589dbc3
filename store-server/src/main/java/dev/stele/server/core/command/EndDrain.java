// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.view.View;

/**
 * Takes a claim away whose drain took too long, as the leader of {@code term} found. NOT_LEADER in
 * an entry of another term; COMPARE_FAILED unless it is draining at {@code epoch}.
 */
public record EndDrain(long term, Key key, long epoch) implements Command {
  @Override
  public Outcome decide(View view, Stamp stamp) {
    throw new UnsupportedOperationException("to be built");
  }

  @Override
  public long sizeBytes() {
    throw new UnsupportedOperationException("to be built");
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.view;

import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Position;
import java.util.Optional;

/** The changes that led to a view. */
public interface History {
  /** The change at {@code position}; empty when there is none, or it was compacted. */
  Optional<Change> change(Position position);
}

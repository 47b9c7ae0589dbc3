// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.view;

import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Position;
import java.util.Optional;

/** The changes that led to a view. */
public interface History {
  /** The change at {@code position}; empty when there is none, or it was compacted. */
  Optional<Change> change(Position position);

  /**
   * Shows {@code visitor} the changes at {@code from} and behind it, in order, until it has seen
   * enough. None is left out that is behind the revision through which history was reclaimed.
   */
  void scanChanges(Position from, ChangeVisitor visitor);

  /** Sees changes in order. */
  @FunctionalInterface
  interface ChangeVisitor {
    /** Returns whether it wants to see more. */
    boolean visit(Change change);
  }
}

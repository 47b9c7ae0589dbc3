// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.view;

import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Row;
import java.util.Optional;

/** The changes that led to a view. */
public interface History {
  /**
   * The change at {@code position}; empty when there is none. One that lies below the floor may be
   * there or not, but for those that changes behind the floor lead to: see {@link #before}.
   */
  Optional<Change> change(Position position);

  /**
   * Shows {@code visitor} the changes at {@code from} and behind it, in order, until it has seen
   * enough: all of those that are behind the revision through which history was reclaimed, and none
   * of the others.
   */
  void scanChanges(Position from, ChangeVisitor visitor);

  /**
   * The change at {@code position}, which is there.
   *
   * @throws IllegalStateException when it is not
   */
  default Change required(Position position) {
    return change(position)
        .orElseThrow(() -> new IllegalStateException("history has a hole at " + position));
  }

  /**
   * What stood at the key of {@code change} before it; empty when nothing ever had, as far as
   * anybody may know. {@code change} lies behind the revision through which history was reclaimed,
   * so that what it does not carry is there.
   */
  default Optional<Row> before(Change change) {
    if (change.previous().equals(Position.NONE) || change.before().isPresent()) {
      return change.before();
    }
    return Optional.of(required(change.previous()).row());
  }

  /** Sees changes in order. */
  @FunctionalInterface
  interface ChangeVisitor {
    /** Returns whether it wants to see more. */
    boolean visit(Change change);
  }
}

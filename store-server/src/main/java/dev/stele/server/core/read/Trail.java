// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.read;

import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.view.History;
import java.util.Optional;

/**
 * A key's changes, newest first, found by walking back from its row: each names the one before it.
 * That costs a read for each change, and saves an index that every write would have to keep.
 *
 * <p>The trail ends with the fact that stood at the floor, at a replica that has reclaimed what
 * lies below and at one that has not. Of that one only the fact is known, not what was before it:
 * its {@link Change#previous} is {@link Position#NONE}.
 */
final class Trail {
  private Trail() {}

  /**
   * The last change at {@code revision} or before; empty when there is none that may be known.
   *
   * @param row the key's, at {@code revision} or later
   * @param revision not below {@code floor}
   */
  static Optional<Change> newest(Row row, History history, long revision, long floor) {
    if (row.modified().revision() <= floor) {
      return standing(row);
    }
    Optional<Change> change = Optional.of(history.required(row.modified()));
    while (change.isPresent() && change.get().at().revision() > revision) {
      change = before(change.get(), history, floor);
    }
    return change;
  }

  /** The change before {@code change}, which was found here; empty at the end. */
  static Optional<Change> before(Change change, History history, long floor) {
    if (change.at().revision() <= floor) {
      return Optional.empty();
    }
    if (change.previous().revision() <= floor) {
      return history.before(change).flatMap(Trail::standing);
    }
    return Optional.of(history.required(change.previous()));
  }

  /** Of what stood at the floor; nothing does where a delete came last. */
  private static Optional<Change> standing(Row row) {
    return row instanceof Fact fact
        ? Optional.of(new Change.Put(fact, Position.NONE))
        : Optional.empty();
  }
}

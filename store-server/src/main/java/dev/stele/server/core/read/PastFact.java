// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.read;

import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.view.History;
import java.util.Optional;

/**
 * A key as it stood at an earlier revision, found by walking back from its current row: each change
 * names the one before it. That costs a read for each change since, and saves an index that every
 * write would have to keep.
 */
public final class PastFact {
  private PastFact() {}

  /**
   * The fact that stood at {@code revision}, which is not compacted; {@code row} is the key's row
   * at a later one.
   *
   * @param floor what lies below it may have been reclaimed
   */
  public static Optional<Fact> at(Row row, History history, long revision, long floor) {
    if (row.modified().revision() <= revision) {
      return row instanceof Fact fact ? Optional.of(fact) : Optional.empty();
    }
    Position position = row.modified();
    while (position.revision() > revision) {
      position = required(history, position).previous();
    }
    if (position.equals(Position.NONE)) {
      return Optional.empty();
    }
    Optional<Change> standing = history.change(position);
    if (standing.isEmpty() && position.revision() > floor) {
      throw hole(position);
    }
    // Of the newest change at or below the floor only a delete is ever reclaimed.
    return standing.map(Change::row).filter(Fact.class::isInstance).map(Fact.class::cast);
  }

  private static Change required(History history, Position position) {
    return history.change(position).orElseThrow(() -> hole(position));
  }

  private static IllegalStateException hole(Position position) {
    return new IllegalStateException("history has a hole at " + position);
  }
}

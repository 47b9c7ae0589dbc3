// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.read;

import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.view.History;
import java.util.Optional;

/** A key as it stood at an earlier revision. */
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
      return fact(row);
    }
    return Trail.newest(row, history, revision, floor).flatMap(change -> fact(change.row()));
  }

  private static Optional<Fact> fact(Row row) {
    return row instanceof Fact fact ? Optional.of(fact) : Optional.empty();
  }
}

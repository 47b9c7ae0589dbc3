// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.janitor;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Row;
import dev.stele.server.port.StateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Goes over all claims, a bounded step at a time. One thread. */
final class ClaimWalk {
  /** Rows that one step looks at, those of claims that are no more too. */
  static final int STEP_ROWS = 1_000;

  private static final KeyRange CLAIMS = KeyRange.prefix(Bytes.utf8(KindNames.CLAIM + "/"));

  private final StateStore store;
  private Optional<Key> walkedTo = Optional.empty();
  private boolean through;

  /** A walk that begins at the first claim. */
  ClaimWalk(StateStore store) {
    this.store = store;
  }

  /** Whether the last claim was reached. */
  boolean isThrough() {
    return through;
  }

  /** Begins again. */
  void restart() {
    walkedTo = Optional.empty();
    through = false;
  }

  /** Takes the next step; reads the store. */
  Step step() {
    Optional<Key> after = walkedTo;
    KeyRange rest = after.map(CLAIMS::after).orElse(CLAIMS);
    List<Row> rows = new ArrayList<>();
    Position at;
    try (StateStore.Snapshot snapshot = store.snapshot()) {
      at = Position.endOf(snapshot.meta().revision());
      snapshot.scan(
          rest,
          row -> {
            rows.add(row);
            return rows.size() < STEP_ROWS;
          });
    }
    through = rows.size() < STEP_ROWS;
    walkedTo = through ? Optional.empty() : Optional.of(rows.get(rows.size() - 1).key());
    return new Step(after, walkedTo, at, rows);
  }

  /**
   * All rows of claims behind {@code after}, if it is there, up to and with {@code last}, if that
   * is there.
   *
   * @param at behind every change that is in them
   */
  record Step(Optional<Key> after, Optional<Key> last, Position at, List<Row> rows) {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rocksdb.ReadOptions;

/**
 * Finds the changes that reclaiming goes over next, and takes away what they leave behind. Whoever
 * calls sees to it that one thread does at a time.
 */
final class Reclaiming {
  private final Database database;
  private final ReclaimBatch batch;

  Reclaiming(Database database) {
    this.database = database;
    this.batch = new ReclaimBatch(database::id);
  }

  /**
   * The changes behind those that were gone over before, through revision {@code through}. All of
   * them are there: what goes with a change lies before it, or is that change.
   *
   * @param settled in use by the caller
   */
  static List<Change> next(Settled settled, long through, int maxChanges) {
    List<Change> next = new ArrayList<>(maxChanges);
    Position last = settled.reclaimed();
    Position from = new Position(last.revision(), last.index() + 1);
    settled
        .view()
        .scanChanges(
            from,
            change -> {
              if (change.at().revision() > through) {
                return false;
              }
              next.add(change);
              return next.size() < maxChanges;
            });
    return next;
  }

  /** Under the lock of those who change what RocksDB holds. */
  void write(List<Change> changes) {
    // Not as an earlier snapshot shows them: a key may have been written since.
    try (ReadOptions now = new ReadOptions().setVerifyChecksums(true)) {
      RocksView view = new RocksView(database, now);
      database.write(batch.encode(changes, row -> stands(view, row)));
    }
  }

  private static boolean stands(RocksView view, Row row) {
    Key key = row.key();
    return view.row(key).equals(Optional.of(row));
  }
}

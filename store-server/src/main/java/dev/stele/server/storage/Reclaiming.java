// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Tombstone;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rocksdb.ReadOptions;

/**
 * Finds the tombstones that reclaiming goes over next, and takes them away. Whoever calls sees to
 * it that one thread does at a time.
 */
final class Reclaiming {
  private final Database database;
  private final ReclaimBatch batch;

  Reclaiming(Database database) {
    this.database = database;
    this.batch = new ReclaimBatch(database::id);
  }

  /**
   * The deletes behind those that were gone over before, through revision {@code through}.
   *
   * @param settled in use by the caller
   */
  static List<Tombstone> next(Settled settled, long through, int maxDeletes) {
    List<Tombstone> next = new ArrayList<>();
    settled
        .view()
        .scanTombstones(
            settled.reclaimed(),
            tombstone -> {
              if (tombstone.modified().revision() > through) {
                return false;
              }
              next.add(tombstone);
              return next.size() < maxDeletes;
            });
    return next;
  }

  /**
   * Under the lock of those who change what RocksDB holds.
   *
   * @param reclaimed how far this gets
   */
  void write(List<Tombstone> deletes, Position reclaimed) {
    // Not as an earlier snapshot shows them: a key may have been written since.
    try (ReadOptions now = new ReadOptions().setVerifyChecksums(true)) {
      RocksView view = new RocksView(database, now);
      database.write(batch.encode(deletes, reclaimed, row -> stands(view, row)));
    }
  }

  private static boolean stands(RocksView view, Tombstone row) {
    return view.row(row.key()).equals(Optional.of(row));
  }
}

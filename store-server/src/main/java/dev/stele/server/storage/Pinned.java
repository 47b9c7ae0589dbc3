// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.LogPosition;
import org.rocksdb.ReadOptions;
import org.rocksdb.Snapshot;

/**
 * What stands after one entry, or after reclaiming behind it: RocksDB's snapshot of it, shared by
 * all who read it, and the numbers that belong to it.
 *
 * <p>Made right behind the write, before there is another one, so that no row of another entry is
 * in it and readers wait for nobody. Released once the next one stands and the last reader is done.
 */
final class Pinned {
  private final LogPosition applied;
  private final StoreMeta meta;
  private final Position reclaimed;
  private final RocksView view;
  private final Uses uses;

  /**
   * @param reclaimed the last change that reclaiming has gone over
   */
  Pinned(Database database, LogPosition applied, StoreMeta meta, Position reclaimed) {
    this.applied = applied;
    this.meta = meta;
    this.reclaimed = reclaimed;
    Snapshot snapshot = database.pin();
    ReadOptions options = new ReadOptions().setVerifyChecksums(true).setSnapshot(snapshot);
    view = new RocksView(database, options);
    uses =
        new Uses(
            () -> {
              options.close();
              database.unpin(snapshot);
            });
  }

  LogPosition applied() {
    return applied;
  }

  StoreMeta meta() {
    return meta;
  }

  Position reclaimed() {
    return reclaimed;
  }

  /** For use between {@link Uses#begin} and {@link Uses#done}. */
  RocksView view() {
    return view;
  }

  Uses uses() {
    return uses;
  }
}

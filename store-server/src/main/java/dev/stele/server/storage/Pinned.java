// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.LogPosition;
import org.rocksdb.ReadOptions;
import org.rocksdb.Snapshot;

/**
 * What stands after one entry: RocksDB's snapshot of it, shared by all who read it, and the meta
 * that belongs to it.
 *
 * <p>Made by the writing thread right behind the entry, so that no row of another entry is in it
 * and readers wait for nobody. Released once the next entry stands and the last reader is done.
 */
final class Pinned {
  private final LogPosition applied;
  private final StoreMeta meta;
  private final RocksView view;
  private final Uses uses;

  Pinned(Database database, LogPosition applied, StoreMeta meta) {
    this.applied = applied;
    this.meta = meta;
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

  /** For use between {@link Uses#begin} and {@link Uses#done}, or by the writing thread. */
  RocksView view() {
    return view;
  }

  Uses uses() {
    return uses;
  }
}

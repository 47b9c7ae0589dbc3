// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.model.Position;
import dev.stele.server.port.LogPosition;
import org.rocksdb.ReadOptions;
import org.rocksdb.Snapshot;

/**
 * What RocksDB holds after one entry, and after reclaiming behind it: its snapshot, on disk or not
 * yet. Shared by all states that are laid over it; released behind the last of them.
 */
final class Settled {
  private final LogPosition applied;
  private final long floor;
  private final Position reclaimed;
  private final RocksView view;
  private final Uses uses;

  /**
   * Made right behind the write, before there is another one, so that no row of another entry is in
   * it.
   *
   * @param applied the last entry whose rows are in RocksDB
   * @param floor what that entry left as the floor
   * @param reclaimed how far reclaiming has got
   * @param open told of this one, and when it is released
   */
  Settled(Database database, LogPosition applied, long floor, Position reclaimed, OpenStates open) {
    this.applied = applied;
    this.floor = floor;
    this.reclaimed = reclaimed;
    open.opened(reclaimed.revision());
    Snapshot snapshot = database.pin();
    ReadOptions options = new ReadOptions().setVerifyChecksums(true).setSnapshot(snapshot);
    view = new RocksView(database, options);
    uses =
        new Uses(
            () -> {
              options.close();
              database.unpin(snapshot);
              open.closed(reclaimed.revision());
            });
  }

  LogPosition applied() {
    return applied;
  }

  long floor() {
    return floor;
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

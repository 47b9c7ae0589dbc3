// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.LogPosition;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What stands after one entry: what RocksDB holds, the generations that are laid over it, and the
 * numbers that belong to it; shared by all who read it.
 *
 * <p>Published once the entry is in the active generation, so readers wait for nobody; what later
 * entries put there bears younger stamps. Released once the next one stands and the last reader is
 * done.
 */
final class Pinned {
  private final LogPosition applied;
  private final StoreMeta meta;
  private final Settled settled;
  private final Generation sealed;
  private final Generation active;
  private final LaidView view;
  private final Uses uses;

  /**
   * @param applied its index is the stamp of what counts
   * @param settled in use by the caller, or not ended yet
   * @param sealed {@link Generation#NONE} when no generation is on its way to RocksDB
   * @param unreleased counts those of this store that are not released
   */
  Pinned(
      LogPosition applied,
      StoreMeta meta,
      Settled settled,
      Generation sealed,
      Generation active,
      AtomicInteger unreleased) {
    this.applied = applied;
    this.meta = meta;
    this.settled = settled;
    this.sealed = sealed;
    this.active = active;
    this.view = new LaidView(settled.view(), sealed, active, applied.index());
    settled.uses().beginOrThrow("what is settled");
    unreleased.incrementAndGet();
    uses =
        new Uses(
            () -> {
              unreleased.decrementAndGet();
              settled.uses().done();
            });
  }

  LogPosition applied() {
    return applied;
  }

  StoreMeta meta() {
    return meta;
  }

  Settled settled() {
    return settled;
  }

  Generation sealed() {
    return sealed;
  }

  Generation active() {
    return active;
  }

  /** Of heap that generations take, about. */
  long unsettledBytes() {
    return sealed.bytes() + active.bytes();
  }

  /** For use between {@link Uses#begin} and {@link Uses#done}. */
  LaidView view() {
    return view;
  }

  Uses uses() {
    return uses;
  }
}

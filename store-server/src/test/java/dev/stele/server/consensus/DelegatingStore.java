// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.view.View;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.StateStore;

/** Passes everything on, for tests that watch commits or break them. */
class DelegatingStore implements StateStore {
  private final StateStore store;

  DelegatingStore(StateStore store) {
    this.store = store;
  }

  @Override
  public View latest() {
    return store.latest();
  }

  @Override
  public Snapshot snapshot() {
    return store.snapshot();
  }

  @Override
  public StoreMeta meta() {
    return store.meta();
  }

  @Override
  public LogPosition applied() {
    return store.applied();
  }

  @Override
  public LogPosition durable() {
    return store.durable();
  }

  @Override
  public void commit(LogPosition entry, Effects effects) {
    store.commit(entry, effects);
  }

  @Override
  public LogPosition flush() {
    return store.flush();
  }

  @Override
  public boolean reclaim(long through, int maxChanges) {
    return store.reclaim(through, maxChanges);
  }

  @Override
  public long reclaimed() {
    return store.reclaimed();
  }

  @Override
  public long sizeBytes() {
    return store.sizeBytes();
  }

  @Override
  public void close() {
    store.close();
  }
}

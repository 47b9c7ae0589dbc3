// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus;

import dev.stele.server.consensus.confirm.AppliedIndex;
import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.ChangeListener;
import dev.stele.server.port.LogPosition;

/**
 * Whom the thread that applies tells of each entry, once its outcome is visible. Those who wait for
 * the entry come last: what they do next finds everybody else informed.
 */
public record AfterCommit(StateHashes hashes, ChangeListener changes, AppliedIndex applied) {
  /** The store stands at {@code position} without an entry: at the start. */
  public void begunAt(LogPosition position, StoreMeta meta) {
    hashes.record(position.index(), meta);
    applied.advanced(position, meta.revision());
  }

  /** The entry at {@code position} was committed to the store. */
  public void committed(LogPosition position, Effects effects) {
    hashes.record(position.index(), effects.meta());
    changes.committed(effects.changes(), effects.meta());
    applied.advanced(position, effects.meta().revision());
  }
}

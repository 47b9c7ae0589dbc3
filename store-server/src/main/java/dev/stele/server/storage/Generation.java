// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.lease.LeaseChanges;
import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.session.SessionChange;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.port.LogPosition;
import java.util.Optional;

/**
 * What the entries of some time did to the state, in memory: what RocksDB has not been told yet.
 * One thread writes, until it is sealed; any thread reads.
 */
final class Generation {
  /** Stands where there is none; never written to. */
  static final Generation NONE = new Generation(0, 0);

  /** What a change takes besides key and body: fact, change, positions, cell, version, nodes. */
  private static final int CHANGE_OVERHEAD_BYTES = 320;

  /** What a session takes besides its replies' bytes, or anything beside a lease. */
  private static final int ROW_OVERHEAD_BYTES = 200;

  private final ChangeRun changes = new ChangeRun();
  private final Layer<Key, Row> rows;

  /** Empty: forgotten. */
  private final Layer<SessionId, Optional<Session>> sessions;

  /** {@link LeaseSide#NONE}: taken away. */
  private final Layer<String, LeaseSide> sides = new Layer<>(0);

  /** By the keys of their rows: whether the fact is bound. */
  private final Layer<Bytes, Boolean> bindings = new Layer<>(0);

  private volatile long bytes;
  private LogPosition sealedAt = LogPosition.NONE;
  private StoreMeta sealedMeta = StoreMeta.EMPTY;

  private Generation(int rowsExpected, int sessionsExpected) {
    rows = new Layer<>(rowsExpected);
    sessions = new Layer<>(sessionsExpected);
  }

  /** An empty one, with room for what this one came to hold. */
  Generation next() {
    return new Generation(rows.size(), sessions.size());
  }

  /**
   * Lays what an entry did over what those before it did.
   *
   * @param stamp the entry's
   * @param onlyLatestIsRead nobody reads as of an older stamp than that of the last entry, nor will
   * @return bytes of heap that it took, about
   */
  long lay(Effects effects, long stamp, boolean onlyLatestIsRead) {
    long taken = 0;
    for (Change change : effects.changes()) {
      changes.append(change);
      rows.put(change.key(), change.row(), stamp, onlyLatestIsRead);
      taken += sizeBytes(change);
    }
    for (SessionChange session : effects.sessions()) {
      Optional<Session> before =
          sessions.put(session.id(), session.after(), stamp, onlyLatestIsRead);
      // What somebody may still ask for is not gone.
      boolean isGone = before != null && onlyLatestIsRead;
      taken += sizeBytes(session.after()) - (isGone ? sizeBytes(before) : 0);
    }
    if (!effects.leases().isEmpty()) {
      taken += lay(effects.leases(), stamp, onlyLatestIsRead);
    }
    long before = bytes;
    bytes = before + taken;
    return taken;
  }

  private long lay(LeaseChanges leases, long stamp, boolean onlyLatestIsRead) {
    for (LeaseChanges.Side side : leases.sides()) {
      sides.put(side.name(), side.after(), stamp, onlyLatestIsRead);
    }
    for (LeaseChanges.Binding binding : leases.bindings()) {
      Bytes row = LeaseRows.binding(binding.name(), binding.key());
      bindings.put(row, binding.bound(), stamp, onlyLatestIsRead);
    }
    return (long) ROW_OVERHEAD_BYTES * (leases.sides().size() + leases.bindings().size());
  }

  private static long sizeBytes(Change change) {
    long before = change.before().isPresent() ? bodyBytes(change.before().get()) : 0;
    return CHANGE_OVERHEAD_BYTES + change.key().bytes().length() + bodyBytes(change.row()) + before;
  }

  private static long bodyBytes(Row row) {
    return row instanceof Fact fact ? fact.body().length() : 0;
  }

  private static long sizeBytes(Optional<Session> session) {
    return ROW_OVERHEAD_BYTES + (session.isPresent() ? session.get().sizeBytes() : 0);
  }

  /** Nothing follows {@code applied}, which left {@code meta}. */
  void seal(LogPosition applied, StoreMeta meta) {
    sealedAt = applied;
    sealedMeta = meta;
  }

  /** The last entry in it, once it is sealed. */
  LogPosition sealedAt() {
    return sealedAt;
  }

  /** What the last entry left, once it is sealed. */
  StoreMeta sealedMeta() {
    return sealedMeta;
  }

  ChangeRun changes() {
    return changes;
  }

  Layer<Key, Row> rows() {
    return rows;
  }

  Layer<SessionId, Optional<Session>> sessions() {
    return sessions;
  }

  Layer<String, LeaseSide> sides() {
    return sides;
  }

  Layer<Bytes, Boolean> bindings() {
    return bindings;
  }

  /** Of heap, about. */
  long bytes() {
    return bytes;
  }
}

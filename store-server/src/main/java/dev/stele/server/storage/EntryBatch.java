// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.encoding.Output;
import dev.stele.server.core.lease.LeaseChanges;
import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.session.SessionChange;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.port.LogPosition;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** The rows of one entry, or of a generation, as a batch. Used by one thread at a time. */
final class EntryBatch {
  private final int factsId;
  private final int historyId;
  private final int sessionsId;
  private final int leasesId;
  private final int bindingsId;
  private final int metaId;
  private final Output key = new Output(16);
  private final Output value = new Output(1024);
  private final RowBatch batch = new RowBatch();

  /**
   * @param id RocksDB's number of a family
   */
  EntryBatch(ToIntFunction<Family> id) {
    this.factsId = id.applyAsInt(Family.FACTS);
    this.historyId = id.applyAsInt(Family.HISTORY);
    this.sessionsId = id.applyAsInt(Family.SESSIONS);
    this.leasesId = id.applyAsInt(Family.LEASES);
    this.bindingsId = id.applyAsInt(Family.BINDINGS);
    this.metaId = id.applyAsInt(Family.META);
  }

  byte[] encode(LogPosition entry, Effects effects) {
    batch.begin();
    for (Change change : effects.changes()) {
      put(change.row());
      put(change);
    }
    for (SessionChange session : effects.sessions()) {
      put(session);
    }
    for (LeaseChanges.Side side : effects.leases().sides()) {
      put(side);
    }
    for (LeaseChanges.Binding binding : effects.leases().bindings()) {
      put(binding);
    }
    putMeta(entry, effects.meta());
    return batch.end();
  }

  /** What {@code generation} leaves, each row once. It is sealed. */
  byte[] encode(Generation generation) {
    batch.begin();
    for (Layer.Cell<Key, Row> cell : generation.rows().sorted()) {
      put(cell.newest());
    }
    ChangeRun changes = generation.changes();
    for (int i = 0; i < changes.size(); i++) {
      put(changes.get(i));
    }
    for (Layer.Cell<SessionId, Optional<Session>> cell : generation.sessions().sorted()) {
      put(new SessionChange(cell.key(), cell.newest()));
    }
    for (Layer.Cell<String, LeaseSide> cell : generation.sides().sorted()) {
      put(new LeaseChanges.Side(cell.key(), cell.newest()));
    }
    for (Layer.Cell<Bytes, Boolean> cell : generation.bindings().sorted()) {
      key.clear();
      key.putBytes(cell.key().unsafeArray());
      putBinding(cell.newest());
    }
    putMeta(generation.sealedAt(), generation.sealedMeta());
    return batch.end();
  }

  private void putMeta(LogPosition entry, StoreMeta meta) {
    value.clear();
    MetaCodec.write(entry, meta, value);
    batch.put(metaId, MetaCodec.key(), value);
  }

  /** What the buffer can hold as it is. */
  int capacityBytes() {
    return batch.capacityBytes();
  }

  private void put(Row row) {
    value.clear();
    RowCodec.write(row, value);
    batch.put(factsId, row.key().bytes().unsafeArray(), value);
  }

  private void put(Change change) {
    key.clear();
    ChangeCodec.writeKey(change.at(), key);
    value.clear();
    ChangeCodec.write(change, value);
    batch.put(historyId, key, value);
  }

  private void put(SessionChange session) {
    key.clear();
    SessionCodec.writeKey(session.id(), key);
    if (session.after().isEmpty()) {
      batch.delete(sessionsId, key);
      return;
    }
    value.clear();
    SessionCodec.write(session.after().get(), value);
    batch.put(sessionsId, key, value);
  }

  private void put(LeaseChanges.Side side) {
    key.clear();
    LeaseRows.writeKey(side.name(), key);
    if (side.after().equals(LeaseSide.NONE)) {
      batch.delete(leasesId, key);
      return;
    }
    value.clear();
    LeaseRows.write(side.after(), value);
    batch.put(leasesId, key, value);
  }

  private void put(LeaseChanges.Binding binding) {
    key.clear();
    LeaseRows.writeBinding(binding.name(), binding.key(), key);
    putBinding(binding.bound());
  }

  /** The row's key is in {@link #key}. */
  private void putBinding(boolean bound) {
    if (bound) {
      value.clear();
      batch.put(bindingsId, key, value);
    } else {
      batch.delete(bindingsId, key);
    }
  }
}

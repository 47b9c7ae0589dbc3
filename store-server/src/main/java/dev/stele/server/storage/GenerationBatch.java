// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.encoding.Output;
import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.session.SessionId;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** The rows that a generation leaves, as a batch. Used by one thread at a time. */
final class GenerationBatch {
  private final int factsId;
  private final int historyId;
  private final int tombstonesId;
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
  GenerationBatch(ToIntFunction<Family> id) {
    this.factsId = id.applyAsInt(Family.FACTS);
    this.historyId = id.applyAsInt(Family.HISTORY);
    this.tombstonesId = id.applyAsInt(Family.TOMBSTONES);
    this.sessionsId = id.applyAsInt(Family.SESSIONS);
    this.leasesId = id.applyAsInt(Family.LEASES);
    this.bindingsId = id.applyAsInt(Family.BINDINGS);
    this.metaId = id.applyAsInt(Family.META);
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
      putSession(cell.key(), cell.newest());
    }
    for (Layer.Cell<String, LeaseSide> cell : generation.sides().sorted()) {
      putSide(cell.key(), cell.newest());
    }
    for (Layer.Cell<Bytes, Boolean> cell : generation.bindings().sorted()) {
      putBinding(cell.key(), cell.newest());
    }
    value.clear();
    MetaCodec.write(generation.sealedAt(), generation.sealedMeta(), value);
    batch.put(metaId, MetaCodec.key(), value);
    return batch.end();
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
    if (change instanceof Change.Deleted deleted) {
      value.clear();
      TombstoneCodec.write(deleted.row(), value);
      batch.put(tombstonesId, key, value);
    }
  }

  private void putSession(SessionId id, Optional<Session> session) {
    key.clear();
    SessionCodec.writeKey(id, key);
    if (session.isEmpty()) {
      batch.delete(sessionsId, key);
      return;
    }
    value.clear();
    SessionCodec.write(session.get(), value);
    batch.put(sessionsId, key, value);
  }

  private void putSide(String name, LeaseSide side) {
    key.clear();
    LeaseRows.writeKey(name, key);
    if (side.equals(LeaseSide.NONE)) {
      batch.delete(leasesId, key);
      return;
    }
    value.clear();
    LeaseRows.write(side, value);
    batch.put(leasesId, key, value);
  }

  private void putBinding(Bytes row, boolean bound) {
    if (bound) {
      value.clear();
      batch.put(bindingsId, row.unsafeArray(), value);
    } else {
      batch.delete(bindingsId, row.unsafeArray());
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.encoding.Output;
import dev.stele.server.core.lease.LeaseChanges;
import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.session.SessionChange;
import dev.stele.server.port.LogPosition;
import java.util.function.ToIntFunction;

/** The rows of one entry, as a batch. Used by the writing thread only. */
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
    value.clear();
    MetaCodec.write(entry, effects.meta(), value);
    batch.put(metaId, MetaCodec.key(), value);
    return batch.end();
  }

  /** What the buffer can hold as it is. */
  int capacityBytes() {
    return batch.capacityBytes();
  }

  private void put(Change change) {
    value.clear();
    RowCodec.write(change.row(), value);
    batch.put(factsId, change.key().bytes().unsafeArray(), value);

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
    if (binding.bound()) {
      value.clear();
      batch.put(bindingsId, key, value);
    } else {
      batch.delete(bindingsId, key);
    }
  }
}

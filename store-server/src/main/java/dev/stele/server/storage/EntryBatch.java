// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.encoding.Output;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.session.SessionChange;
import dev.stele.server.port.LogPosition;
import java.util.function.ToIntFunction;

/** The rows of one entry, as a batch. Used by the writing thread only. */
final class EntryBatch {
  private final int factsId;
  private final int historyId;
  private final int sessionsId;
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
}

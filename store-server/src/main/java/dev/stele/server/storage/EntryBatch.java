// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.encoding.Output;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.session.SessionChange;
import dev.stele.server.port.LogPosition;
import java.util.function.ToIntFunction;

/**
 * The rows of one entry as RocksDB itself serializes a write batch, so that they cross JNI in one
 * call instead of two for each change.
 *
 * <p>The form is RocksDB's (comment in its {@code db/write_batch.cc}), stable because its log is
 * made of it: eight bytes sequence (set by RocksDB), four bytes count, little-endian; then for each
 * row a tag, the family's id, and key and (unless it is deleted) value, each behind its length;
 * numbers as varints. Used by the writing thread only.
 */
final class EntryBatch {
  private static final int COUNT_OFFSET = 8;
  private static final int HEADER_BYTES = 12;
  private static final int DELETE_IN_FAMILY = 0x04;
  private static final int PUT_IN_FAMILY = 0x05;

  /**
   * An entry has at most 1 MiB; only a wide delete makes more of it, and its buffer is not kept.
   */
  private static final int KEPT_BYTES = 4 << 20;

  private final int factsId;
  private final int historyId;
  private final int sessionsId;
  private final int metaId;
  private final Output key = new Output(16);
  private final Output value = new Output(1024);
  private Output batch = new Output(64 << 10);
  private int count;

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
    batch.clear();
    count = 0;
    for (int i = 0; i < HEADER_BYTES; i++) {
      batch.putByte(0);
    }
    for (Change change : effects.changes()) {
      put(change);
    }
    for (SessionChange session : effects.sessions()) {
      put(session);
    }
    value.clear();
    MetaCodec.write(entry, effects.meta(), value);
    begin(PUT_IN_FAMILY, metaId);
    batch.putSized(MetaCodec.key());
    batch.putSized(value);
    batch.overwriteIntLittleEndian(COUNT_OFFSET, count);
    byte[] encoded = batch.toBytes();
    if (batch.capacity() > KEPT_BYTES) {
      batch = new Output(KEPT_BYTES);
    }
    return encoded;
  }

  /** What the buffer can hold as it is. */
  int capacityBytes() {
    return batch.capacity();
  }

  private void put(Change change) {
    value.clear();
    RowCodec.write(change.row(), value);
    begin(PUT_IN_FAMILY, factsId);
    batch.putSized(change.key().bytes().unsafeArray());
    batch.putSized(value);

    key.clear();
    ChangeCodec.writeKey(change.at(), key);
    value.clear();
    ChangeCodec.write(change, value);
    begin(PUT_IN_FAMILY, historyId);
    batch.putSized(key);
    batch.putSized(value);
  }

  private void put(SessionChange session) {
    key.clear();
    SessionCodec.writeKey(session.id(), key);
    if (session.after().isEmpty()) {
      begin(DELETE_IN_FAMILY, sessionsId);
      batch.putSized(key);
      return;
    }
    value.clear();
    SessionCodec.write(session.after().get(), value);
    begin(PUT_IN_FAMILY, sessionsId);
    batch.putSized(key);
    batch.putSized(value);
  }

  private void begin(int tag, int family) {
    count++;
    batch.putByte(tag);
    batch.putVarint(family);
  }
}

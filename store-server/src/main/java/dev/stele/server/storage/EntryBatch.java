// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.LogPosition;
import java.util.List;

/**
 * The rows of one entry as RocksDB itself serializes a write batch, so that they cross JNI in one
 * call instead of two for each change.
 *
 * <p>The form is RocksDB's (comment in its {@code db/write_batch.cc}), stable because its log is
 * made of it: eight bytes sequence (set by RocksDB), four bytes count, little-endian; then for each
 * put a tag, the family's id, and key and value, each behind its length; numbers as varints. Used
 * by the writing thread only.
 */
final class EntryBatch {
  private static final int COUNT_OFFSET = 8;
  private static final int HEADER_BYTES = 12;
  private static final int PUT_IN_FAMILY = 0x05;

  /**
   * An entry has at most 1 MiB; only a wide delete makes more of it, and its buffer is not kept.
   */
  private static final int KEPT_BYTES = 4 << 20;

  private final int factsId;
  private final int historyId;
  private final int metaId;
  private final Output historyKey = new Output(12);
  private final Output value = new Output(1024);
  private Output batch = new Output(64 << 10);
  private int count;

  /** With the ids of the families. */
  EntryBatch(int factsId, int historyId, int metaId) {
    this.factsId = factsId;
    this.historyId = historyId;
    this.metaId = metaId;
  }

  byte[] encode(LogPosition entry, StoreMeta meta, List<Change> changes) {
    batch.clear();
    count = 0;
    for (int i = 0; i < HEADER_BYTES; i++) {
      batch.putByte(0);
    }
    for (Change change : changes) {
      put(change);
    }
    value.clear();
    MetaCodec.write(entry, meta, value);
    begin(metaId);
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
    begin(factsId);
    batch.putSized(change.key().bytes().unsafeArray());
    batch.putSized(value);

    historyKey.clear();
    ChangeCodec.writeKey(change.at(), historyKey);
    value.clear();
    ChangeCodec.write(change, value);
    begin(historyId);
    batch.putSized(historyKey);
    batch.putSized(value);
  }

  private void begin(int family) {
    count++;
    batch.putByte(PUT_IN_FAMILY);
    batch.putVarint(family);
  }
}

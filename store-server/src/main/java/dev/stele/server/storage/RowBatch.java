// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.encoding.Output;

/**
 * Rows to put and to delete as RocksDB itself serializes a write batch, so that they cross JNI in
 * one call instead of one for each row.
 *
 * <p>The form is RocksDB's (comment in its {@code db/write_batch.cc}), stable because its log is
 * made of it: eight bytes sequence (set by RocksDB), four bytes count, little-endian; then for each
 * row a tag, the family's id, and key and (unless it is deleted) value, each behind its length;
 * numbers as varints. Used by one thread at a time.
 */
final class RowBatch {
  private static final int COUNT_OFFSET = 8;
  private static final int HEADER_BYTES = 12;
  private static final int DELETE_IN_FAMILY = 0x04;
  private static final int PUT_IN_FAMILY = 0x05;

  /** Enough for a generation; only a wide delete makes more of one, and its buffer is not kept. */
  private static final int KEPT_BYTES = 8 << 20;

  private Output batch = new Output(64 << 10);
  private int count;

  /** Empties it. */
  void begin() {
    batch.clear();
    count = 0;
    for (int i = 0; i < HEADER_BYTES; i++) {
      batch.putByte(0);
    }
  }

  void put(int family, byte[] key, Output value) {
    next(PUT_IN_FAMILY, family);
    batch.putSized(key);
    batch.putSized(value);
  }

  void put(int family, Output key, Output value) {
    next(PUT_IN_FAMILY, family);
    batch.putSized(key);
    batch.putSized(value);
  }

  void delete(int family, byte[] key) {
    next(DELETE_IN_FAMILY, family);
    batch.putSized(key);
  }

  void delete(int family, Output key) {
    next(DELETE_IN_FAMILY, family);
    batch.putSized(key);
  }

  /** The rows since {@link #begin}. */
  byte[] end() {
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

  private void next(int tag, int family) {
    count++;
    batch.putByte(tag);
    batch.putVarint(family);
  }
}

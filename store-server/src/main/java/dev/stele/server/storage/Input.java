// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.model.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that are being read; what {@link Output} wrote. Never reads beyond their end. */
final class Input {
  private static final int VARINT_MAX_BYTES = 10;

  private final byte[] array;
  private int at;

  Input(byte[] array) {
    this.array = array;
  }

  int readByte() throws MalformedRowException {
    require(1);
    return array[at++] & 0xff;
  }

  long readVarint() throws MalformedRowException {
    long value = 0;
    for (int i = 0; i < VARINT_MAX_BYTES; i++) {
      int next = readByte();
      value |= (long) (next & 0x7f) << (7 * i);
      if (next < 0x80) {
        return value;
      }
    }
    throw new MalformedRowException("a number does not end");
  }

  /** A varint that counts or measures something. */
  int readSize() throws MalformedRowException {
    long size = readVarint();
    if (size < 0 || size > Integer.MAX_VALUE) {
      throw new MalformedRowException("a size is " + size);
    }
    return (int) size;
  }

  Bytes readSized() throws MalformedRowException {
    int size = readSize();
    require(size);
    at += size;
    return Bytes.wrap(Arrays.copyOfRange(array, at - size, at));
  }

  String readText() throws MalformedRowException {
    int size = readSize();
    require(size);
    at += size;
    return new String(array, at - size, size, StandardCharsets.UTF_8);
  }

  /** All that is left. */
  Bytes readRest() {
    int from = at;
    at = array.length;
    return Bytes.wrap(Arrays.copyOfRange(array, from, at));
  }

  void requireEnd() throws MalformedRowException {
    if (at < array.length) {
      throw new MalformedRowException((array.length - at) + " bytes too many");
    }
  }

  private void require(int bytes) throws MalformedRowException {
    if (bytes > array.length - at) {
      throw new MalformedRowException(
          "it ends at byte "
              + array.length
              + ", "
              + (bytes - (array.length - at))
              + " are missing");
    }
  }
}

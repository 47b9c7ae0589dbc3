// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.encoding;

import dev.stele.server.core.model.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that are being read; what {@link Output} wrote. Never reads beyond their end. */
public final class Input {
  private static final int VARINT_MAX_BYTES = 10;

  private final byte[] array;
  private int at;

  /** Reads from the first byte of {@code array} on. */
  public Input(byte[] array) {
    this.array = array;
  }

  /** 0 to 255. */
  public int readByte() throws MalformedException {
    require(1);
    return array[at++] & 0xff;
  }

  /** What {@link Output#putVarint} wrote. */
  public long readVarint() throws MalformedException {
    long value = 0;
    for (int i = 0; i < VARINT_MAX_BYTES; i++) {
      int next = readByte();
      value |= (long) (next & 0x7f) << (7 * i);
      if (next < 0x80) {
        return value;
      }
    }
    throw new MalformedException("a number does not end");
  }

  /** A varint that counts or measures something. */
  public int readSize() throws MalformedException {
    long size = readVarint();
    if (size < 0 || size > Integer.MAX_VALUE) {
      throw new MalformedException("a size is " + size);
    }
    return (int) size;
  }

  /** What {@link Output#putLong} wrote. */
  public long readLong() throws MalformedException {
    long value = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      value = (value << 8) | readByte();
    }
    return value;
  }

  /** What {@link Output#putInt} wrote. */
  public int readInt() throws MalformedException {
    int value = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      value = (value << 8) | readByte();
    }
    return value;
  }

  /** What {@link Output#putSized} wrote. */
  public Bytes readSized() throws MalformedException {
    int size = readSize();
    require(size);
    at += size;
    return Bytes.wrap(Arrays.copyOfRange(array, at - size, at));
  }

  /** What {@link Output#putText} wrote. */
  public String readText() throws MalformedException {
    int size = readSize();
    require(size);
    at += size;
    return new String(array, at - size, size, StandardCharsets.UTF_8);
  }

  /** All that is left. */
  public Bytes readRest() {
    int from = at;
    at = array.length;
    return Bytes.wrap(Arrays.copyOfRange(array, from, at));
  }

  /** Throws unless everything was read. */
  public void requireEnd() throws MalformedException {
    if (at < array.length) {
      throw new MalformedException((array.length - at) + " bytes too many");
    }
  }

  private void require(int bytes) throws MalformedException {
    if (bytes > array.length - at) {
      throw new MalformedException(
          "it ends at byte "
              + array.length
              + ", "
              + (bytes - (array.length - at))
              + " are missing");
    }
  }
}

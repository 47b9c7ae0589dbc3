// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.encoding;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that are being written. Used by one thread, again and again. */
public final class Output {
  private byte[] array;
  private int length;

  /** Empty, with room for {@code capacity} bytes before it grows. */
  public Output(int capacity) {
    array = new byte[capacity];
  }

  /** Empty again; the capacity stays. */
  public void clear() {
    length = 0;
  }

  /** Bytes written so far. */
  public int length() {
    return length;
  }

  /** Bytes that fit without growing. */
  public int capacity() {
    return array.length;
  }

  /** A copy of what was written. */
  public byte[] toBytes() {
    return Arrays.copyOf(array, length);
  }

  /** What was written, without a copy when it fills the capacity: nothing may follow. */
  public byte[] finish() {
    return length == array.length ? array : toBytes();
  }

  /** The lowest eight bits. */
  public void putByte(int value) {
    ensure(1);
    array[length++] = (byte) value;
  }

  /**
   * Seven bits a byte, lowest first, the eighth says that more follow; a negative number takes ten
   * bytes.
   */
  public void putVarint(long value) {
    ensure(varintBytes(value));
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      array[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    array[length++] = (byte) rest;
  }

  /** How many bytes {@link #putVarint} makes of {@code value}, 1 to 10. */
  public static int varintBytes(long value) {
    return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
  }

  /** As they are, without a length. */
  public void putBytes(byte[] bytes) {
    putBytes(bytes, bytes.length);
  }

  /** What {@code other} holds, without a length. */
  public void putBytes(Output other) {
    putBytes(other.array, other.length);
  }

  private void putBytes(byte[] bytes, int count) {
    ensure(count);
    System.arraycopy(bytes, 0, array, length, count);
    length += count;
  }

  /** Length first. */
  public void putSized(byte[] bytes) {
    putVarint(bytes.length);
    putBytes(bytes);
  }

  /** Length first. */
  public void putSized(Output other) {
    putVarint(other.length);
    putBytes(other);
  }

  /** Length in bytes first, then UTF-8. */
  public void putText(String text) {
    putSized(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Eight bytes, highest first, so that non-negative numbers sort as their bytes do. */
  public void putLong(long value) {
    putInt((int) (value >>> 32));
    putInt((int) value);
  }

  /** Four bytes, highest first. */
  public void putInt(int value) {
    ensure(4);
    for (int shift = 24; shift >= 0; shift -= 8) {
      array[length++] = (byte) (value >>> shift);
    }
  }

  /** Writes four bytes, lowest first, over those at {@code offset}. */
  public void overwriteIntLittleEndian(int offset, int value) {
    for (int i = 0; i < 4; i++) {
      array[offset + i] = (byte) (value >>> (8 * i));
    }
  }

  private void ensure(int more) {
    int needed = Math.addExact(length, more);
    if (needed > array.length) {
      array =
          Arrays.copyOf(
              array, Math.max(needed, (int) Math.min(Integer.MAX_VALUE - 8L, 2L * array.length)));
    }
  }
}

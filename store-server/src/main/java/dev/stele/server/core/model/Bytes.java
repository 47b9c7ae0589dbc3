// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Bytes that nobody changes. They compare unsigned, byte by byte, as RocksDB orders its keys.
 *
 * <p>{@link #wrap} takes an array over without a copy; the caller gives it up.
 */
public final class Bytes implements Comparable<Bytes> {
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] array;

  private Bytes(byte[] array) {
    this.array = array;
  }

  /** Takes {@code array} over: nobody may write to it afterwards. */
  public static Bytes wrap(byte[] array) {
    return array.length == 0 ? EMPTY : new Bytes(array);
  }

  /** The UTF-8 bytes of {@code text}. */
  public static Bytes utf8(String text) {
    return wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /** How many bytes there are. */
  public int length() {
    return array.length;
  }

  /** The byte at {@code index}, from 0. */
  public byte at(int index) {
    return array[index];
  }

  /** The array itself, for codecs that do not write to it. */
  public byte[] unsafeArray() {
    return array;
  }

  /** Position of the first {@code wanted}, or -1. */
  public int indexOf(byte wanted) {
    for (int i = 0; i < array.length; i++) {
      if (array[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  /** Whether these bytes begin with {@code prefix}. */
  public boolean startsWith(Bytes prefix) {
    return array.length >= prefix.array.length
        && Arrays.equals(array, 0, prefix.array.length, prefix.array, 0, prefix.array.length);
  }

  /** The smallest bytes that are greater than these: these with a zero byte appended. */
  public Bytes next() {
    return new Bytes(Arrays.copyOf(array, array.length + 1));
  }

  /**
   * The smallest bytes greater than all that begin with these; empty when there are none (only
   * 0xff, or nothing).
   */
  public Optional<Bytes> prefixEnd() {
    for (int i = array.length - 1; i >= 0; i--) {
      if (array[i] != (byte) 0xff) {
        byte[] end = Arrays.copyOf(array, i + 1);
        end[i]++;
        return Optional.of(new Bytes(end));
      }
    }
    return Optional.empty();
  }

  /** Read as UTF-8; wrong sequences become replacement characters. */
  public String toUtf8() {
    return new String(array, StandardCharsets.UTF_8);
  }

  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(array, other.array);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes bytes && Arrays.equals(array, bytes.array);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(array);
  }

  @Override
  public String toString() {
    return toUtf8();
  }
}

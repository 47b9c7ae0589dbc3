// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The bytes of a message's field, in an array of their own. Most are when they are parsed, and
 * nobody writes to them afterwards: then it is that one, and not copied once more. A part of a
 * longer array is copied, for it would keep all of that alive.
 */
final class WholeArray extends ByteOutput {
  private byte[] array = new byte[0];

  private WholeArray() {}

  /** Not to be written to. */
  static byte[] of(ByteString value) {
    WholeArray whole = new WholeArray();
    try {
      UnsafeByteOperations.unsafeWriteTo(value, whole);
    } catch (IOException e) {
      throw new AssertionError("reading from memory", e);
    }
    return whole.array.length == value.size() ? whole.array : value.toByteArray();
  }

  @Override
  public void writeLazy(byte[] value, int offset, int length) {
    if (offset == 0 && length == value.length) {
      array = value;
    }
  }

  @Override
  public void writeLazy(ByteBuffer value) {}

  @Override
  public void write(byte value) {}

  /** The array is the caller's own. */
  @Override
  public void write(byte[] value, int offset, int length) {}

  @Override
  public void write(ByteBuffer value) {}
}

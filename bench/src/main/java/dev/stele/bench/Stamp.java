// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench;

import java.nio.ByteBuffer;
import java.util.OptionalLong;

/** The head of each value: which run wrote it, and the how-manieth write of its key it is. */
final class Stamp {
  /** Bytes of a stamp. */
  static final int BYTES = 2 * Long.BYTES;

  private Stamp() {}

  static byte[] value(long run, long sequence, int bytes) {
    byte[] value = new byte[bytes];
    ByteBuffer.wrap(value).putLong(run).putLong(sequence);
    return value;
  }

  /** The sequence, or empty when another run wrote this. */
  static OptionalLong sequence(long run, ByteBuffer value) {
    if (value.remaining() < BYTES) {
      return OptionalLong.empty();
    }
    ByteBuffer head = value.duplicate();
    return head.getLong() == run ? OptionalLong.of(head.getLong()) : OptionalLong.empty();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import dev.stele.server.consensus.entry.DecodedEntry;
import dev.stele.server.consensus.entry.EntryCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteOutput;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/**
 * Where the bytes of an entry lie, so that they are decoded there: a view of them as a buffer hides
 * the array, and would be copied to be read.
 */
final class EntryBytes extends ByteOutput {
  private byte[] array = new byte[0];
  private int offset;
  private int length;

  private EntryBytes() {}

  /** What {@code data} says; see {@link EntryCodec#decode(byte[])}. */
  static DecodedEntry decode(ByteString data) {
    EntryBytes bytes = new EntryBytes();
    try {
      UnsafeByteOperations.unsafeWriteTo(data, bytes);
    } catch (IOException e) {
      throw new AssertionError("reading from memory", e);
    }
    // Not in one piece, or not in an array.
    return bytes.length == data.size()
        ? EntryCodec.decode(bytes.array, bytes.offset, bytes.length)
        : EntryCodec.decode(data.toByteArray());
  }

  @Override
  public void writeLazy(byte[] value, int from, int count) {
    array = value;
    offset = from;
    length = count;
  }

  @Override
  public void writeLazy(ByteBuffer value) {
    length = 0;
  }

  @Override
  public void write(byte value) {
    length = 0;
  }

  /** The array is the caller's own. */
  @Override
  public void write(byte[] value, int from, int count) {
    length = 0;
  }

  @Override
  public void write(ByteBuffer value) {
    length = 0;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.apache.ratis.server.raftlog.segmented.SegmentedRaftLogFormat;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedOutputStream;

/**
 * One file of Ratis's log, read as bytes: 8 bytes of header, then records, then zeros up to where
 * the file was made ready in advance. A record is the length of its entry as a varint, the entry, a
 * protobuf message that begins with term and index, and the CRC32C of both, 4 bytes big-endian. One
 * thread.
 */
final class SegmentFile implements AutoCloseable {
  static final int HEADER_BYTES = SegmentedRaftLogFormat.getHeaderLength();
  static final int CHECKSUM_BYTES = Integer.BYTES;

  private static final int MAX_VARINT_BYTES = 10;
  private static final int MAX_LENGTH_BYTES = 5;

  /** Length, tag and term, tag and index. */
  private static final int MAX_START_BYTES = MAX_LENGTH_BYTES + 2 * (1 + MAX_VARINT_BYTES);

  private static final int TERM_TAG = 1 << 3;
  private static final int INDEX_TAG = 2 << 3;
  private static final int WINDOW_BYTES = 1 << 20;

  private final Path path;
  private final FileChannel channel;
  private final long size;
  private ByteBuffer window;
  private long windowStart;

  private SegmentFile(Path path, FileChannel channel, long size) {
    this.path = path;
    this.channel = channel;
    this.size = size;
    this.window = ByteBuffer.allocate((int) Math.min(WINDOW_BYTES, size)).limit(0);
  }

  static SegmentFile open(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    return new SegmentFile(path, channel, channel.size());
  }

  /**
   * A record whose checksum is right.
   *
   * @param end offset of what follows
   */
  record Whole(long index, long end) {}

  /**
   * How a record says that it goes on.
   *
   * @param lengthBytes of the length itself
   * @param end where the record ends by its own word, which may be beyond the end of the file
   */
  record Stated(int lengthBytes, long end) {}

  Path path() {
    return path;
  }

  long size() {
    return size;
  }

  boolean hasHeader() throws IOException {
    return size >= HEADER_BYTES
        && bytes(0, HEADER_BYTES).equals(SegmentedRaftLogFormat.getHeaderBytebuffer());
  }

  byte at(long offset) throws IOException {
    return bytes(offset, 1).get();
  }

  /** The record that begins at {@code offset}, if a whole one does. */
  Optional<Whole> whole(long offset) throws IOException {
    Optional<Stated> stated = stated(offset);
    if (stated.isEmpty() || stated.get().end() > size) {
      return Optional.empty();
    }
    long index = index(offset, stated.get());
    long checksumAt = stated.get().end() - CHECKSUM_BYTES;
    if (index < 0 || checksum(offset, checksumAt) != checksumIn(checksumAt)) {
      return Optional.empty();
    }
    return Optional.of(new Whole(index, stated.get().end()));
  }

  /** What the length at {@code offset} says; empty when there is none that a record can have. */
  Optional<Stated> stated(long offset) throws IOException {
    ByteBuffer start = bytes(offset, (int) Math.min(MAX_LENGTH_BYTES, size - offset));
    long length = varint(start);
    int lengthBytes = start.position();
    // Ratis writes the shortest form, and reads no entry that is larger than an append.
    boolean possible = length > 0 && length <= RatisProperties.LARGEST_APPEND.getSize();
    return possible
        ? Optional.of(new Stated(lengthBytes, offset + lengthBytes + length + CHECKSUM_BYTES))
        : Optional.empty();
  }

  /** Whether a record from {@code offset} to {@code end} was whole but for its length. */
  boolean wholeButForItsLength(long offset, long end) throws IOException {
    for (int lengthBytes = 1; lengthBytes <= MAX_LENGTH_BYTES; lengthBytes++) {
      long length = end - CHECKSUM_BYTES - lengthBytes - offset;
      if (length > 0
          && length <= RatisProperties.LARGEST_APPEND.getSize()
          && CodedOutputStream.computeUInt32SizeNoTag((int) length) == lengthBytes) {
        return checksumWithLength(offset + lengthBytes, (int) length)
            == checksumIn(end - CHECKSUM_BYTES);
      }
    }
    return false;
  }

  /** Offset behind the last byte that is not zero, {@code offset} when there is none from there. */
  long contentEnd(long offset) throws IOException {
    long end = offset;
    for (long at = offset; at < size; at += WINDOW_BYTES) {
      ByteBuffer part = bytes(at, (int) Math.min(WINDOW_BYTES, size - at));
      for (int i = part.remaining() - 1; i >= 0; i--) {
        if (part.get(part.position() + i) != 0) {
          end = at + i + 1;
          break;
        }
      }
    }
    return end;
  }

  boolean zeros(long from, long to) throws IOException {
    for (long at = from; at < to; at++) {
      if (at(at) != 0) {
        return false;
      }
    }
    return true;
  }

  int checksum(long from, long to) throws IOException {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes(from, Math.toIntExact(to - from)));
    return (int) checksum.getValue();
  }

  int checksumIn(long offset) throws IOException {
    return bytes(offset, CHECKSUM_BYTES).getInt();
  }

  /** Cuts off what begins at {@code offset}; returns when a power loss can't undo it. */
  void cut(long offset) throws IOException {
    channel.truncate(offset);
    channel.force(true);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private int checksumWithLength(long entry, int length) throws IOException {
    ByteBuffer prefix = ByteBuffer.allocate(MAX_LENGTH_BYTES);
    int rest = length;
    while (rest >= 0x80) {
      prefix.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    prefix.put((byte) rest);
    CRC32C checksum = new CRC32C();
    checksum.update(prefix.flip());
    checksum.update(bytes(entry, length));
    return (int) checksum.getValue();
  }

  /** The index of the entry at {@code offset}; -1 when it begins like no entry. */
  private long index(long offset, Stated stated) throws IOException {
    long entryEnd = stated.end() - CHECKSUM_BYTES;
    ByteBuffer start = bytes(offset, (int) Math.min(MAX_START_BYTES, entryEnd - offset));
    start.position(start.position() + stated.lengthBytes());
    if (!start.hasRemaining() || start.get() != TERM_TAG || varint(start) <= 0) {
      return -1;
    }
    if (!start.hasRemaining() || start.get(start.position()) != INDEX_TAG) {
      // Protobuf leaves zeros out.
      return 0;
    }
    start.get();
    return varint(start);
  }

  /** A varint in its shortest form; -1 when there is none. Stands behind it afterwards. */
  private static long varint(ByteBuffer from) {
    long value = 0;
    for (int shift = 0; from.hasRemaining() && shift < Long.SIZE; shift += 7) {
      byte next = from.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return next == 0 && shift > 0 ? -1 : value;
      }
    }
    return -1;
  }

  /** A view of bytes within the file; good until the next call. */
  private ByteBuffer bytes(long offset, int length) throws IOException {
    if (offset < windowStart || offset + length > windowStart + window.limit()) {
      load(offset, length);
    }
    int from = (int) (offset - windowStart);
    return window.slice(from, length);
  }

  private void load(long offset, int length) throws IOException {
    if (window.capacity() < length) {
      window = ByteBuffer.allocate(length);
    }
    window.clear();
    windowStart = offset;
    while (window.hasRemaining() && channel.read(window, offset + window.position()) >= 0) {
      // A read may return less than there is.
    }
    window.flip();
    if (window.limit() < length) {
      throw new IOException(path + " became shorter while it was read");
    }
  }
}

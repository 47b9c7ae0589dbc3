// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedOutputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.apache.ratis.thirdparty.io.netty.buffer.ByteBuf;
import org.apache.ratis.thirdparty.io.netty.buffer.ByteBufAllocator;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelHandlerContext;
import org.apache.ratis.thirdparty.io.netty.handler.codec.ByteToMessageDecoder;
import org.apache.ratis.thirdparty.io.netty.handler.codec.CorruptedFrameException;

/**
 * Cuts a connection into frames: a length of four bytes, then as many bytes, of which the first is
 * the {@link FrameKind} and the next eight are the number of the call. Numbers are big-endian.
 */
final class Frames extends ByteToMessageDecoder {
  /** Largest frame without its length. Ratis puts 4 MiB of entries at most into an append. */
  static final int MAX_BYTES = 8 << 20;

  /** The same for a connection that has not proved yet to be a node's. */
  static final int MAX_GREETING_BYTES = 1 << 10;

  /** Kind and call of each frame. */
  static final int HEADER_BYTES = 1 + Long.BYTES;

  private int maxBytes = MAX_GREETING_BYTES;

  /** The other side is a node: it may send large frames. */
  void proved() {
    maxBytes = MAX_BYTES;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> frames) {
    if (in.readableBytes() < Integer.BYTES) {
      return;
    }
    int length = in.getInt(in.readerIndex());
    if (length < HEADER_BYTES || length > maxBytes) {
      throw new CorruptedFrameException(
          "a frame of " + length + " bytes is not within " + HEADER_BYTES + " to " + maxBytes);
    }
    if (in.readableBytes() < Integer.BYTES + length) {
      return;
    }
    in.skipBytes(Integer.BYTES);
    frames.add(in.readRetainedSlice(length));
  }

  /**
   * A frame with {@code message}, which the caller owns.
   *
   * @throws IllegalArgumentException when it would be larger than {@link #MAX_BYTES}
   */
  static ByteBuf of(ByteBufAllocator allocator, FrameKind kind, long call, MessageLite message) {
    int bytes = message.getSerializedSize();
    ByteBuf frame = begin(allocator, kind, call, bytes);
    try {
      int at = frame.writerIndex();
      CodedOutputStream out = CodedOutputStream.newInstance(frame.nioBuffer(at, bytes));
      message.writeTo(out);
      out.flush();
      return frame.writerIndex(at + bytes);
    } catch (IOException e) {
      frame.release();
      throw new UncheckedIOException("a buffer of the right size is too small", e);
    } catch (RuntimeException e) {
      frame.release();
      throw e;
    }
  }

  /** A frame with {@code payload}, which the caller owns. */
  static ByteBuf of(ByteBufAllocator allocator, FrameKind kind, long call, byte[] payload) {
    return begin(allocator, kind, call, payload.length).writeBytes(payload);
  }

  private static ByteBuf begin(ByteBufAllocator allocator, FrameKind kind, long call, int bytes) {
    if (bytes > MAX_BYTES - HEADER_BYTES) {
      throw new IllegalArgumentException(
          "a message of " + bytes + " bytes does not fit into a frame of " + MAX_BYTES);
    }
    return allocator
        .directBuffer(Integer.BYTES + HEADER_BYTES + bytes)
        .writeInt(HEADER_BYTES + bytes)
        .writeByte(kind.code())
        .writeLong(call);
  }
}

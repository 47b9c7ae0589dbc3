// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.thirdparty.io.netty.buffer.ByteBuf;
import org.apache.ratis.thirdparty.io.netty.buffer.Unpooled;
import org.apache.ratis.thirdparty.io.netty.buffer.UnpooledByteBufAllocator;
import org.apache.ratis.thirdparty.io.netty.channel.embedded.EmbeddedChannel;
import org.apache.ratis.thirdparty.io.netty.handler.codec.CorruptedFrameException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a connection is cut into frames. */
final class FramesTest {
  private final Frames frames = new Frames();
  private final EmbeddedChannel channel = new EmbeddedChannel(frames);

  @AfterEach
  void releaseAll() {
    channel.finishAndReleaseAll();
  }

  @Test
  void aMessageComesBackAsItWas() throws Exception {
    AppendEntriesRequestProto message = message(100);
    channel.writeInbound(
        Frames.of(UnpooledByteBufAllocator.DEFAULT, FrameKind.APPEND, 1L << 40, message));

    ByteBuf frame = channel.readInbound();
    assertThat(FrameKind.of(frame.readByte())).isEqualTo(FrameKind.APPEND);
    assertThat(frame.readLong()).isEqualTo(1L << 40);
    assertThat(AppendEntriesRequestProto.parseFrom(frame.nioBuffer())).isEqualTo(message);
    frame.release();
  }

  @Test
  void framesMayComeByteByByteOrManyAtOnce() {
    ByteBuf two = Unpooled.buffer();
    for (int i = 0; i < 2; i++) {
      ByteBuf one =
          Frames.of(UnpooledByteBufAllocator.DEFAULT, FrameKind.VOTE, i, new byte[] {1, 2, 3});
      two.writeBytes(one);
      one.release();
    }
    channel.writeInbound(two.copy());
    while (two.isReadable()) {
      channel.writeInbound(two.readRetainedSlice(1));
    }
    two.release();

    for (int i = 0; i < 4; i++) {
      ByteBuf frame = channel.readInbound();
      assertThat(frame.readByte()).isEqualTo((byte) FrameKind.VOTE.code());
      assertThat(frame.readLong()).isEqualTo(i % 2);
      assertThat(frame.readableBytes()).isEqualTo(3);
      frame.release();
    }
    ByteBuf more = channel.readInbound();
    assertThat(more).isNull();
  }

  @Test
  void aStrangersFrameIsBoundedBeforeItIsThere() {
    assertTakes(Frames.MAX_GREETING_BYTES);
    assertRefuses(frames, Frames.MAX_GREETING_BYTES + 1);
  }

  @Test
  void aNodesFrameIsBoundedBeforeItIsThere() {
    frames.proved();
    assertTakes(Frames.MAX_BYTES);
    assertRefuses(frames, Frames.MAX_BYTES + 1);
  }

  @Test
  void aFrameWithoutRoomForItsHeaderIsRefused() {
    assertRefuses(frames, Frames.HEADER_BYTES - 1);
  }

  @Test
  void aNegativeLengthIsRefused() {
    assertRefuses(frames, -1);
  }

  @Test
  void theLargestMessageFits() {
    AppendEntriesRequestProto message = filling(Frames.MAX_BYTES - Frames.HEADER_BYTES);
    ByteBuf frame = Frames.of(UnpooledByteBufAllocator.DEFAULT, FrameKind.APPEND, 0, message);
    assertThat(frame.readableBytes()).isEqualTo(Integer.BYTES + Frames.MAX_BYTES);
    frame.release();
  }

  @Test
  void aLargerMessageIsRefused() {
    AppendEntriesRequestProto message = filling(Frames.MAX_BYTES - Frames.HEADER_BYTES + 1);
    assertThatThrownBy(
            () -> Frames.of(UnpooledByteBufAllocator.DEFAULT, FrameKind.APPEND, 0, message))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not fit");
  }

  private void assertTakes(int length) {
    channel.writeInbound(Unpooled.buffer().writeInt(length).writeZero(length));
    ByteBuf frame = channel.readInbound();
    assertThat(frame.readableBytes()).isEqualTo(length);
    frame.release();
  }

  /** Asks the decoder itself: a channel would go on to ask it until its end. */
  private static void assertRefuses(Frames decoder, int length) {
    ByteBuf head = Unpooled.buffer().writeInt(length);
    assertThatThrownBy(() -> decoder.decode(null, head, new ArrayList<>()))
        .isInstanceOf(CorruptedFrameException.class)
        .hasMessageContaining(Integer.toString(length));
    head.release();
  }

  /** A message whose serialised form has this many bytes. */
  private static AppendEntriesRequestProto filling(int bytes) {
    int missing = bytes - message(bytes).getSerializedSize();
    AppendEntriesRequestProto message = message(bytes + missing);
    assertThat(message.getSerializedSize()).isEqualTo(bytes);
    return message;
  }

  private static AppendEntriesRequestProto message(int bytes) {
    ByteString content = UnsafeByteOperations.unsafeWrap(new byte[bytes]);
    return AppendEntriesRequestProto.newBuilder()
        .setServerRequest(RaftRpcRequestProto.newBuilder().setRequestorId(content))
        .build();
  }
}

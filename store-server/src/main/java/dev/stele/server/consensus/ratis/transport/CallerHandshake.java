// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import dev.stele.server.consensus.ratis.transport.Greeting.Part;
import dev.stele.server.consensus.ratis.transport.Greeting.Parties;
import java.io.IOException;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.netty.buffer.ByteBuf;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelHandlerContext;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelInboundHandlerAdapter;
import org.apache.ratis.thirdparty.io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * The caller's end of a connection: proves who it is, checks who answers, then hands answers on.
 */
final class CallerHandshake extends ChannelInboundHandlerAdapter {
  /** A node that takes the connection and says nothing is given up. */
  static final long HANDSHAKE_NANOS = 2_000_000_000L;

  private final Greeting greeting;
  private final String peer;
  private final RaftLink link;
  private final Frames frames = new Frames();
  private @Nullable Parties parties;
  private boolean welcomed;
  private @Nullable Throwable failure;

  CallerHandshake(TransportSetup setup, String peer, RaftLink link) {
    this.greeting = new Greeting(setup.identity(), setup.group());
    this.peer = peer;
    this.link = link;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    context.pipeline().addBefore(context.name(), "frames", frames);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    Io.later(
        context.executor(),
        HANDSHAKE_NANOS,
        () -> {
          if (!welcomed) {
            Io.close(context.channel());
          }
        });
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws IOException {
    ByteBuf frame = (ByteBuf) message;
    try {
      if (welcomed) {
        link.received(frame);
      } else {
        greeted(context, frame);
      }
    } finally {
      ReferenceCountUtil.release(frame);
    }
  }

  private void greeted(ChannelHandlerContext context, ByteBuf frame) throws IOException {
    FrameKind kind = FrameKind.of(frame.readByte());
    frame.skipBytes(Long.BYTES);
    byte[] payload = new byte[frame.readableBytes()];
    frame.readBytes(payload);
    if (kind == FrameKind.CHALLENGE && parties == null) {
      ByteString theirs = Greeting.readChallenge(payload);
      Parties both = new Parties(greeting.identity().memberId(), peer, Greeting.nonce(), theirs);
      parties = both;
      Io.send(
          context.channel(), Frames.of(context.alloc(), FrameKind.CLAIM, 0, greeting.claim(both)));
    } else if (kind == FrameKind.WELCOME
        && parties != null
        && greeting.matches(Part.CALLED, parties, payload)) {
      welcomed = true;
      frames.proved();
      link.welcomed(this, context.channel());
    } else {
      throw new IOException(peer + " does not prove to be a node of the cluster");
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    link.writabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    link.lost(this, failure);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable why) {
    failure = why;
    Io.close(context.channel());
  }
}

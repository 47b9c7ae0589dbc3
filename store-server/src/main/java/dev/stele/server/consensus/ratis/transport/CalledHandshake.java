// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import java.io.IOException;
import java.util.function.Consumer;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.netty.buffer.ByteBuf;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelHandlerContext;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelInboundHandlerAdapter;
import org.apache.ratis.thirdparty.io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The called node's end of a connection: finds out who calls, then hands requests on. */
final class CalledHandshake extends ChannelInboundHandlerAdapter {
  /** Whoever has not proved to be a node by then is put out. */
  static final long HANDSHAKE_NANOS = 5_000_000_000L;

  private static final Logger LOG = LoggerFactory.getLogger(CalledHandshake.class);

  private final TransportSetup setup;
  private final Greeting greeting;
  private final Doorkeeper door;
  private final RequestDesk desk;
  private final Consumer<String> lost;
  private final Frames frames = new Frames();
  private final ByteString nonce = Greeting.nonce();
  private @Nullable Caller caller;

  /**
   * @param lost told which node's connection is gone
   */
  CalledHandshake(TransportSetup setup, Doorkeeper door, RequestDesk desk, Consumer<String> lost) {
    this.setup = setup;
    this.greeting = new Greeting(setup.identity(), setup.group());
    this.door = door;
    this.desk = desk;
    this.lost = lost;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    context.pipeline().addBefore(context.name(), "frames", frames);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    door.came(context.channel());
    Io.send(
        context.channel(),
        Frames.of(context.alloc(), FrameKind.CHALLENGE, 0, Greeting.challenge(nonce)));
    Io.later(
        context.executor(),
        HANDSHAKE_NANOS,
        () -> {
          if (caller == null) {
            Io.close(context.channel());
          }
        });
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws IOException {
    ByteBuf frame = (ByteBuf) message;
    try {
      FrameKind kind = FrameKind.of(frame.readByte());
      long call = frame.readLong();
      Caller known = caller;
      if (known != null) {
        desk.arrived(known, kind, call, frame);
      } else if (kind == FrameKind.CLAIM) {
        claimed(context, frame);
      } else {
        throw new IOException("asked for " + kind + " before it said who asks");
      }
    } finally {
      ReferenceCountUtil.release(frame);
    }
  }

  private void claimed(ChannelHandlerContext context, ByteBuf frame) throws IOException {
    byte[] claim = new byte[frame.readableBytes()];
    frame.readBytes(claim);
    String node = greeting.readClaim(claim, nonce);
    if (!door.admit(context.channel(), node)) {
      throw new IOException("there is no place for " + node);
    }
    frames.proved();
    caller = new Caller(setup, node, context.channel());
    Io.send(
        context.channel(),
        Frames.of(context.alloc(), FrameKind.WELCOME, 0, greeting.welcome(claim, nonce)));
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    Caller known = caller;
    if (door.gone(context.channel()) && known != null) {
      lost.accept(known.node());
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable why) {
    LOG.atDebug()
        .addKeyValue("node", setup.selfId())
        .addKeyValue("from", context.channel().remoteAddress())
        .setCause(why)
        .log("connection refused or lost");
    Io.close(context.channel());
  }
}

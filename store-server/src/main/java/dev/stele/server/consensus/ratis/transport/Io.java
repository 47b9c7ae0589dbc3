// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.thirdparty.io.netty.buffer.ByteBuf;
import org.apache.ratis.thirdparty.io.netty.channel.Channel;
import org.apache.ratis.thirdparty.io.netty.util.concurrent.EventExecutor;

/**
 * Netty's steps whose outcome nobody waits for: a write that fails closes the connection, and
 * whoever has the connection hears that.
 */
final class Io {
  private Io() {}

  static void write(Channel channel, ByteBuf frame) {
    Future<?> unused = channel.write(frame, channel.voidPromise());
  }

  static void send(Channel channel, ByteBuf frame) {
    Future<?> unused = channel.writeAndFlush(frame, channel.voidPromise());
  }

  static void close(Channel channel) {
    Future<?> unused = channel.close();
  }

  /** Runs {@code step} after this time, unless the loop is closed by then. */
  static void later(EventExecutor loop, long nanos, Runnable step) {
    try {
      Future<?> unused = loop.schedule(step, nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      if (!loop.isShuttingDown()) {
        throw e;
      }
    }
  }
}

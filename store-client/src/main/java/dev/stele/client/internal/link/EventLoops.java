// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.link;

import dev.stele.client.internal.pipe.Loop;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.IoHandlerFactory;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;

/** The transport threads of one client: daemons, which start with their first connection. */
final class EventLoops implements AutoCloseable {
  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final EventLoopGroup group;
  private final Class<? extends Channel> channelType;

  /**
   * Loops.
   *
   * @param name what their threads' names begin with
   * @param threads at most
   */
  EventLoops(String name, int threads) {
    boolean epoll = Epoll.isAvailable();
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    group = new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(name, true), io);
    channelType = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  /** The next one in turn. */
  EventLoop next() {
    return group.next();
  }

  Class<? extends Channel> channelType() {
    return channelType;
  }

  static Loop of(EventLoop loop) {
    return new Loop() {
      @Override
      public void execute(Runnable task) {
        loop.execute(task);
      }

      @Override
      @SuppressWarnings("FutureReturnValueIgnored") // tasks report through what they belong to
      public void schedule(long delayNanos, Runnable task) {
        if (!loop.isShuttingDown()) {
          loop.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
        }
      }
    };
  }

  /** Runs what is left to run, and waits for it, unless it is one of its own threads that calls. */
  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // awaited below
  public void close() {
    group.shutdownGracefully(0, CLOSE_NANOS, TimeUnit.NANOSECONDS);
    for (EventExecutor loop : group) {
      if (loop.inEventLoop()) {
        return;
      }
    }
    try {
      group.awaitTermination(CLOSE_NANOS, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

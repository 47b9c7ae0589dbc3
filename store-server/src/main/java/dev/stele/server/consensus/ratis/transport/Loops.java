// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.thirdparty.io.netty.bootstrap.Bootstrap;
import org.apache.ratis.thirdparty.io.netty.bootstrap.ServerBootstrap;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelOption;
import org.apache.ratis.thirdparty.io.netty.channel.EventLoop;
import org.apache.ratis.thirdparty.io.netty.channel.EventLoopGroup;
import org.apache.ratis.thirdparty.io.netty.channel.WriteBufferWaterMark;
import org.apache.ratis.thirdparty.io.netty.channel.epoll.Epoll;
import org.apache.ratis.thirdparty.io.netty.channel.epoll.EpollEventLoopGroup;
import org.apache.ratis.thirdparty.io.netty.channel.epoll.EpollServerSocketChannel;
import org.apache.ratis.thirdparty.io.netty.channel.epoll.EpollSocketChannel;
import org.apache.ratis.thirdparty.io.netty.channel.nio.NioEventLoopGroup;
import org.apache.ratis.thirdparty.io.netty.channel.socket.nio.NioServerSocketChannel;
import org.apache.ratis.thirdparty.io.netty.channel.socket.nio.NioSocketChannel;

/**
 * The threads of a node's transport: a loop for what it asks, one for what it is asked, and a few
 * for what may block. Two loops, because Ratis may make a request wait for an election of its own
 * to end, which waits for answers.
 */
final class Loops {
  /** Threads for requests that may block, and for names that are looked up. */
  private static final int BLOCKING_THREADS = 4;

  /** Steps that wait for one of them; one more is rejected. */
  static final int MAX_BLOCKED = 1_024;

  private static final int IDLE_SECONDS = 5;
  private static final int CONNECT_MILLIS = 1_000;
  private static final int BACKLOG = 128;
  private static final int CLOSE_SECONDS = 5;

  /** Unsent bytes of a connection at which a pipeline waits, and at which it goes on. */
  private static final WriteBufferWaterMark UNSENT = new WriteBufferWaterMark(1 << 20, 4 << 20);

  private final EventLoopGroup asking;
  private final EventLoopGroup asked;
  private final ThreadPoolExecutor blocking;

  Loops(String selfId) {
    asking = group("stele-raft-out-" + selfId);
    asked = group("stele-raft-in-" + selfId);
    AtomicInteger count = new AtomicInteger();
    blocking =
        new ThreadPoolExecutor(
            BLOCKING_THREADS,
            BLOCKING_THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_BLOCKED),
            threads(() -> "stele-raft-work" + count.incrementAndGet() + "-" + selfId));
    blocking.allowCoreThreadTimeOut(true);
  }

  private static EventLoopGroup group(String name) {
    ThreadFactory threads = threads(() -> name);
    return Epoll.isAvailable()
        ? new EpollEventLoopGroup(1, threads)
        : new NioEventLoopGroup(1, threads);
  }

  private interface Name {
    String next();
  }

  private static ThreadFactory threads(Name name) {
    return task -> {
      Thread thread = new Thread(task, name.next());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** The one thread of all that this node asks. */
  EventLoop asking() {
    return asking.next();
  }

  /** The one thread of all that this node is asked. */
  EventLoop asked() {
    return asked.next();
  }

  /**
   * Runs {@code task}, which may block.
   *
   * @throws RejectedExecutionException when too many wait, or this is closed
   */
  void block(Runnable task) {
    blocking.execute(task);
  }

  Bootstrap client() {
    return new Bootstrap()
        .group(asking)
        .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, UNSENT);
  }

  ServerBootstrap server() {
    return new ServerBootstrap()
        .group(asked)
        .channel(
            Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true);
  }

  /** Ends all threads; what was not begun is dropped. Blocks for some seconds at most. */
  void close() {
    blocking.shutdownNow();
    Future<?> unusedAskingEnd = asking.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
    Future<?> unusedAskedEnd = asked.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
    try {
      boolean unusedAsking = asking.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
      boolean unusedAsked = asked.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
      boolean unusedBlocking = blocking.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

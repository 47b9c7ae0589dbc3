// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.link;

import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Connections over TCP, on threads of their own. */
public final class NettyChannels implements ChannelFactory, AutoCloseable {
  /** An idle connection with a call under way is probed this often. Servers permit it. */
  public static final Duration KEEPALIVE_TIME = Duration.ofSeconds(10);

  /** A probe without an answer ends the connection after this. */
  public static final Duration KEEPALIVE_TIMEOUT = Duration.ofSeconds(3);

  /** The largest answer: a page of 1 MiB of bodies fits with its keys and numbers. */
  public static final int MAX_ANSWER_BYTES = 8 << 20;

  private final Duration connectTimeout;
  private final EventLoops loops;

  /**
   * Connections.
   *
   * @param threadName what the threads' names begin with
   * @param threads at most; each endpoint has one of them
   */
  public NettyChannels(Duration connectTimeout, String threadName, int threads) {
    this.connectTimeout = connectTimeout;
    this.loops = new EventLoops(threadName, threads);
  }

  @Override
  public Connection open(String endpoint) {
    int colon = endpoint.lastIndexOf(':');
    String host = endpoint.substring(0, colon);
    int port = Integer.parseInt(endpoint.substring(colon + 1));
    EventLoop loop = loops.next();
    NettyChannelBuilder channel =
        NettyChannelBuilder.forAddress(host, port)
            .eventLoopGroup(loop)
            .channelType(loops.channelType())
            .usePlaintext()
            // Our own retries know what may be sent twice; gRPC's buffers cost each call.
            .disableRetry()
            .directExecutor()
            .withOption(
                ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.max(1, connectTimeout.toMillis()))
            .keepAliveTime(KEEPALIVE_TIME.toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(KEEPALIVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            .maxInboundMessageSize(MAX_ANSWER_BYTES);
    return new Connection(channel.build(), EventLoops.of(loop));
  }

  /** Ends the threads, once the connections are closed. */
  @Override
  public void close() {
    loops.close();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.forward;

import dev.stele.server.port.NodeAddress;
import dev.stele.server.port.Ticker;
import dev.stele.server.wire.EventLoops;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Connections to the other nodes' API listeners, for clients' writes that are passed on and for the
 * operator's questions.
 *
 * <p>Confirm rounds have connections of their own, in consensus: half a megabyte of a forwarded
 * transaction must not stand in front of the few bytes that every read of the cluster waits for.
 */
public final class PeerChannels implements AutoCloseable {
  /** Above what the listeners permit; finds a peer that is gone without a word. */
  static final Duration KEEPALIVE = Duration.ofSeconds(10);

  private static final Duration KEEPALIVE_TIMEOUT = Duration.ofSeconds(3);
  private static final long RECONNECT_NANOS = Duration.ofMillis(50).toNanos();

  private final EventLoops loops;
  private final Ticker ticker;
  private final Map<String, Connection> connections = new ConcurrentHashMap<>();

  public PeerChannels(EventLoops loops, Ticker ticker) {
    this.loops = loops;
    this.ticker = ticker;
  }

  /** A channel to {@code node}, which connects when it is first used. */
  public Channel to(NodeAddress node) {
    return connection(node).channel();
  }

  /**
   * Ends the pause that a channel makes after it could not connect. At most once in a while for all
   * callers together, so that many waiting calls don't make many attempts.
   */
  public void reconnect(NodeAddress node) {
    Connection connection = connection(node);
    long now = ticker.nanos();
    long last = connection.lastReconnectNanos().get();
    if (now - last >= RECONNECT_NANOS && connection.lastReconnectNanos().compareAndSet(last, now)) {
      connection.channel().resetConnectBackoff();
    }
  }

  private Connection connection(NodeAddress node) {
    return connections.computeIfAbsent(
        node.api(),
        api ->
            new Connection(
                NettyChannelBuilder.forTarget("dns:///" + api)
                    .eventLoopGroup(loops.group())
                    .channelType(loops.clientChannel())
                    .directExecutor()
                    .usePlaintext()
                    .disableServiceConfigLookUp()
                    .keepAliveTime(KEEPALIVE.toMillis(), TimeUnit.MILLISECONDS)
                    .keepAliveTimeout(KEEPALIVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    .build(),
                new AtomicLong(ticker.nanos())));
  }

  @Override
  public void close() {
    connections.values().forEach(connection -> connection.channel().shutdownNow());
  }

  private record Connection(ManagedChannel channel, AtomicLong lastReconnectNanos) {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.intake;

import dev.stele.server.port.Origin;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets connections in up to a bound, and closes the others before they cost anything. Beyond the
 * bound there are {@link #PEER_RESERVE} places for other nodes: who takes one of them and does not
 * show within {@link #PROBATION} that it is a node loses it again.
 */
@ChannelHandler.Sharable
public final class ConnectionGate extends ChannelInboundHandlerAdapter {
  /** Connections beyond the bound, for the other nodes alone. */
  public static final int PEER_RESERVE = 64;

  /** How long a connection in a place for nodes may go without a node's call. */
  public static final Duration PROBATION = Duration.ofSeconds(2);

  private final String nodeId;
  private final int maxConnections;
  private final ScheduledExecutorService timer;
  private final Counter refused;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicLong numbers = new AtomicLong();
  private final Map<SocketAddress, Connection> connections = new ConcurrentHashMap<>();

  public ConnectionGate(
      String nodeId, int maxConnections, ScheduledExecutorService timer, MeterRegistry meters) {
    this.nodeId = nodeId;
    this.maxConnections = maxConnections;
    this.timer = timer;
    refused =
        Counter.builder("stele.rejected")
            .description("what was refused or dropped")
            .tag("reason", "TOO_MANY_CONNECTIONS")
            .register(meters);
    Gauge.builder("stele.api.connections", open, AtomicInteger::get)
        .description("open connections to the API listener")
        .register(meters);
  }

  /** A listening channel accepted the connection {@code message}. */
  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Channel channel = (Channel) message;
    int count = open.incrementAndGet();
    if (count > maxConnections + PEER_RESERVE) {
      open.decrementAndGet();
      refused.increment();
      channel.unsafe().closeForcibly();
      return;
    }
    letIn(channel, count > maxConnections);
    context.fireChannelRead(channel);
  }

  private void letIn(Channel channel, boolean onProbation) {
    Connection connection = new Connection(nextOrigin(), channel, onProbation);
    SocketAddress from = channel.remoteAddress();
    if (from != null) {
      connections.put(from, connection);
    }
    ChannelFuture unused =
        channel
            .closeFuture()
            .addListener(
                closed -> {
                  open.decrementAndGet();
                  if (from != null) {
                    connections.remove(from, connection);
                  }
                });
    channel.pipeline().addLast(new SlowReaders(connection));
    if (onProbation) {
      endProbation(connection);
    }
  }

  private void endProbation(Connection connection) {
    try {
      ScheduledFuture<?> unused =
          timer.schedule(
              () -> {
                if (connection.onProbation()) {
                  refused.increment();
                  connection.closeIfOnProbation();
                }
              },
              PROBATION.toMillis(),
              TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // The listener is closing, and its connections with it.
      connection.closeIfOnProbation();
    }
  }

  private Origin nextOrigin() {
    return new Origin(nodeId + "/" + numbers.incrementAndGet());
  }

  /** Tells each call of its connection. */
  public ServerTransportFilter transportFilter() {
    return new ServerTransportFilter() {
      @Override
      public Attributes transportReady(Attributes attributes) {
        SocketAddress from = attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        Connection known = from == null ? null : connections.get(from);
        // It may be closed already; what still comes from it is of nobody then.
        Connection connection = known == null ? new Connection(nextOrigin(), null, false) : known;
        return attributes.toBuilder().set(Connection.KEY, connection).build();
      }
    };
  }

  /** Open connections. */
  public int open() {
    return open.get();
  }

  private static final class SlowReaders extends ChannelInboundHandlerAdapter {
    private final Connection connection;

    SlowReaders(Connection connection) {
      this.connection = connection;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      connection.readOrNot(context.channel());
      context.fireChannelWritabilityChanged();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import dev.stele.proto.v1.FactsGrpc;
import dev.stele.server.port.Network;
import dev.stele.server.watch.applied.WatcherRegistry;
import dev.stele.server.wire.applied.AppliedMetrics;
import dev.stele.server.wire.call.CallLimits;
import dev.stele.server.wire.call.CallTimes;
import dev.stele.server.wire.facts.Headers;
import dev.stele.server.wire.forward.PeerChannels;
import dev.stele.server.wire.intake.ConnectionGate;
import dev.stele.server.wire.intake.Intake;
import dev.stele.server.wire.lease.KeepAlives;
import dev.stele.server.wire.peer.Gatekeeper;
import dev.stele.server.wire.peer.HeldCalls;
import dev.stele.server.wire.peer.Roles;
import dev.stele.server.wire.pipeline.OpenPipelines;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.RecvByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.WriteBufferWaterMark;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API listener: gRPC for clients and, under a peer identity, for the other nodes.
 *
 * <p>Calls run on the event loops that read them (speed.md: a hand-over costs more than the work).
 */
public final class ApiServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ApiServer.class);

  /** Clients that ping more often than this are sent away. */
  private static final Duration PERMITTED_KEEPALIVE = Duration.ofSeconds(5);

  /** Finds clients that are gone without a word. */
  private static final Duration KEEPALIVE = Duration.ofSeconds(30);

  private static final Duration KEEPALIVE_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration HEALTH_EVERY = Duration.ofMillis(500);
  private static final int RESETS_MAX = 1_000;
  private static final int RESETS_WINDOW_SECONDS = 10;

  /**
   * Of a connection and of each of its streams: what may come in that nobody has asked for yet.
   * Fixed, because gRPC's own way lets it grow to megabytes on each connection.
   */
  private static final int WINDOW_BYTES = 256 << 10;

  /** A connection that sends a frame by halves holds a buffer of this size. */
  private static final RecvByteBufAllocator READ_BUFFERS =
      new AdaptiveRecvByteBufAllocator(1 << 10, 4 << 10, 16 << 10);

  /** A connection that holds more than the second number of what it does not take is not read. */
  private static final WriteBufferWaterMark WRITE_BUFFERS =
      new WriteBufferWaterMark(16 << 10, 32 << 10);

  private static final Duration SWEEP_EVERY = Duration.ofMillis(500);

  /** How often it is looked for watchers that went away long ago. */
  private static final Duration WATCHERS_SWEEP_EVERY = Duration.ofSeconds(1);

  /** How often it is looked whether streams of renewals must go to another leader. */
  private static final Duration KEEP_ALIVES_SWEEP_EVERY = Duration.ofMillis(100);

  private final ApiSettings settings;
  private final EventLoops loops;
  private final ThreadPoolExecutor readers;
  private final PeerChannels channels;
  private final HealthStatusManager health;
  private final Readiness readiness;
  private final ConnectionGate gate;
  private final Intake intake;
  private final AppliedMetrics appliedMetrics;
  private final KeepAlives keepAlives;
  private final OpenPipelines pipelines = new OpenPipelines();
  private final Server server;
  private final ScheduledFuture<?> healthTimer;
  private final ScheduledFuture<?> sweepTimer;
  private final ScheduledFuture<?> watchersTimer;
  private final ScheduledFuture<?> keepAlivesTimer;

  private ApiServer(ApiSettings settings, WireContext context, Network network) {
    this.settings = settings;
    loops = new EventLoops(settings.eventLoops());
    readers = Readers.start(settings.readers());
    channels = new PeerChannels(loops, context.ticker());
    health = new HealthStatusManager();
    gate =
        new ConnectionGate(
            context.selfId(), settings.limits().maxConnections(), loops.timer(), context.meters());
    intake = new Intake(settings.limits(), context.ticker(), context.meters());
    appliedMetrics =
        new AppliedMetrics(
            context.meters(), context.named(), () -> context.store().meta().revision());
    keepAlives = new KeepAlives(context, new Headers(context), loops.timer());
    server = server(context, network);
    readiness = new Readiness(context);
    healthTimer =
        loops
            .timer()
            .scheduleWithFixedDelay(
                this::showHealth, 0, HEALTH_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    sweepTimer =
        loops
            .timer()
            .scheduleWithFixedDelay(
                intake::sweep,
                SWEEP_EVERY.toMillis(),
                SWEEP_EVERY.toMillis(),
                TimeUnit.MILLISECONDS);
    watchersTimer =
        loops
            .timer()
            .scheduleWithFixedDelay(
                () -> sweepWatchers(context.named()),
                WATCHERS_SWEEP_EVERY.toMillis(),
                WATCHERS_SWEEP_EVERY.toMillis(),
                TimeUnit.MILLISECONDS);
    keepAlivesTimer =
        loops
            .timer()
            .scheduleWithFixedDelay(
                keepAlives::sweep,
                KEEP_ALIVES_SWEEP_EVERY.toMillis(),
                KEEP_ALIVES_SWEEP_EVERY.toMillis(),
                TimeUnit.MILLISECONDS);
  }

  /**
   * Starts to listen.
   *
   * @throws IOException when the address can't be bound
   */
  public static ApiServer start(ApiSettings settings, WireContext context) throws IOException {
    return start(settings, context, Network.REAL);
  }

  /**
   * The same where calls arrive over {@code network}, so that tests can cut links and hold nodes
   * up.
   */
  public static ApiServer start(ApiSettings settings, WireContext context, Network network)
      throws IOException {
    ApiServer api = new ApiServer(settings, context, network);
    try {
      api.server.start();
    } catch (IOException e) {
      api.close();
      throw e;
    }
    log.atInfo()
        .addKeyValue("node", context.selfId())
        .addKeyValue("host", settings.host())
        .addKeyValue("port", api.port())
        .log("API listener started");
    return api;
  }

  private Server server(WireContext context, Network network) {
    CallTimes times = new CallTimes(context.meters());
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(settings.host(), settings.port()))
            .bossEventLoopGroup(loops.group())
            .workerEventLoopGroup(loops.group())
            .channelFactory(() -> loops.serverChannel(gate))
            .addTransportFilter(gate.transportFilter())
            .addStreamTracerFactory(Intake.meters())
            .flowControlWindow(WINDOW_BYTES)
            .withChildOption(ChannelOption.RECVBUF_ALLOCATOR, READ_BUFFERS)
            .withChildOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITE_BUFFERS)
            .directExecutor()
            .maxInboundMessageSize(CallLimits.TRANSPORT_MAX_BYTES)
            .maxInboundMetadataSize(settings.maxMetadataBytes())
            .maxConcurrentCallsPerConnection(settings.maxCallsPerConnection())
            .maxRstFramesPerWindow(RESETS_MAX, RESETS_WINDOW_SECONDS)
            .permitKeepAliveTime(PERMITTED_KEEPALIVE.toMillis(), TimeUnit.MILLISECONDS)
            .permitKeepAliveWithoutCalls(true)
            .keepAliveTime(KEEPALIVE.toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(KEEPALIVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            // The last one added is asked first: what the others refuse is counted too.
            .intercept(intake)
            .intercept(
                new Gatekeeper(
                    context.identity(), peer -> connected(network, context.selfId(), peer)))
            .intercept(new CallMetrics(times, context.ticker()));
    if (network != Network.REAL) {
      builder.intercept(new HeldCalls(network, context.selfId()));
    }
    for (ServerServiceDefinition service :
        Services.all(
            context,
            settings.limits(),
            readers,
            channels,
            loops.timer(),
            new Services.Shared(times, keepAlives, pipelines, health))) {
      requireRoles(service);
      builder.addService(service);
    }
    return builder.build();
  }

  /** A call needs both ways: the one of the question, and the one of the answer. */
  private static boolean connected(Network network, String self, String peer) {
    return network.delivers(peer, self) && network.delivers(self, peer);
  }

  private static void requireRoles(ServerServiceDefinition service) {
    service
        .getMethods()
        .forEach(
            method -> {
              String name = method.getMethodDescriptor().getFullMethodName();
              if (Roles.of(name).isEmpty()) {
                throw new IllegalStateException("nobody decided who may call " + name);
              }
            });
  }

  private void sweepWatchers(WatcherRegistry named) {
    named.sweep();
    appliedMetrics.refresh();
  }

  private void showHealth() {
    health.setStatus(FactsGrpc.SERVICE_NAME, servingStatus(readiness));
  }

  private static ServingStatus servingStatus(Readiness readiness) {
    try {
      return readiness.obstacle().isEmpty() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    } catch (RuntimeException e) {
      // The timer would stop for good, and the last word stand.
      log.atError().setCause(e).log("the node's readiness can't be told");
      return ServingStatus.NOT_SERVING;
    }
  }

  /** Whether this node serves what the cluster knows; looked at here all the time. */
  public Readiness readiness() {
    return readiness;
  }

  /** The port that it listens at. */
  public int port() {
    return server.getPort();
  }

  /** Every service that is served. */
  List<ServerServiceDefinition> services() {
    return server.getServices();
  }

  /** Refuses new calls, lets those under way end for a while, and frees everything. */
  @Override
  public void close() {
    close(settings.closeGrace());
  }

  /** Cuts off the calls under way, and frees everything. */
  public void kill() {
    close(Duration.ZERO);
  }

  private void close(Duration grace) {
    healthTimer.cancel(false);
    sweepTimer.cancel(false);
    watchersTimer.cancel(false);
    keepAlivesTimer.cancel(false);
    health.enterTerminalState();
    server.shutdown();
    // They have no end of their own that could be waited for.
    keepAlives.close();
    pipelines.close();
    try {
      if (!server.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    channels.close();
    appliedMetrics.unbind();
    Readers.stop(readers);
    loops.close();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Connections to each node; calls take those of the leader in turn. After a call that came to
 * nothing the next node is taken at once, and the leader looked for. Thread-safe; nothing blocks.
 */
public final class Lanes<S> implements AutoCloseable {
  /** Questions to each node for the leader, one after the other, before it is given up. */
  static final int SEARCH_ROUNDS = 600;

  private static final long SEARCH_PAUSE_MILLIS = 50;
  private static final int MAX_MESSAGE_BYTES = 64 << 20;

  private final List<List<Lane<S>>> nodes = new ArrayList<>();
  private final Function<Lane<S>, CompletableFuture<Integer>> askLeader;
  private final Executor later =
      CompletableFuture.delayedExecutor(SEARCH_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  private final AtomicInteger current;
  private final AtomicInteger turn = new AtomicInteger();
  private final AtomicBoolean searching = new AtomicBoolean();
  private volatile boolean closed;

  /**
   * Connects to nothing yet.
   *
   * @param endpoints {@code host:port} of each node
   * @param connections to each node
   * @param leader the first node that calls go to
   * @param stub made once for each connection
   * @param askLeader which node leads, as the lane's node sees it; negative when it can't tell
   */
  public Lanes(
      List<String> endpoints,
      int connections,
      int leader,
      Function<Channel, S> stub,
      Function<Lane<S>, CompletableFuture<Integer>> askLeader) {
    for (int node = 0; node < endpoints.size(); node++) {
      List<Lane<S>> lanes = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        ManagedChannel channel = channel(endpoints.get(node));
        lanes.add(new Lane<>(node, channel, stub.apply(channel), this::failed));
      }
      nodes.add(lanes);
    }
    this.current = new AtomicInteger(leader);
    this.askLeader = askLeader;
  }

  /** A connection as the comparison's drivers use them: callbacks on its own thread, no retries. */
  public static ManagedChannel channel(String endpoint) {
    return NettyChannelBuilder.forTarget(endpoint)
        .usePlaintext()
        .directExecutor()
        .disableRetry()
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .build();
  }

  /** The connection for the next call. */
  public Lane<S> next() {
    List<Lane<S>> lanes = nodes.get(current.get());
    return lanes.get(Math.floorMod(turn.getAndIncrement(), lanes.size()));
  }

  /** The connections to the node that calls go to now. */
  public List<Lane<S>> all() {
    return nodes.get(current.get());
  }

  private void failed(int node, Throwable failure) {
    switch (Status.fromThrowable(failure).getCode()) {
      case UNAVAILABLE, UNKNOWN, CANCELLED, DEADLINE_EXCEEDED -> {
        if (!closed && current.compareAndSet(node, (node + 1) % nodes.size())) {
          search();
        }
      }
      default -> {
        // The node answers; another would say the same.
      }
    }
  }

  private void search() {
    if (searching.compareAndSet(false, true)) {
      ask(0);
    }
  }

  private void ask(int question) {
    if (closed || question >= SEARCH_ROUNDS * nodes.size()) {
      searching.set(false);
      return;
    }
    Lane<S> lane = nodes.get(question % nodes.size()).get(0);
    // A node that has come back must not wait for the end of a pause between attempts.
    nodes.get(lane.node).forEach(each -> each.channel.resetConnectBackoff());
    CompletableFuture<?> unused =
        askLeader
            .apply(lane)
            .handle((leader, failure) -> failure == null ? leader : Integer.valueOf(-1))
            .thenAccept(leader -> heard(leader, question + 1));
  }

  private void heard(int leader, int nextQuestion) {
    if (leader >= 0) {
      current.set(leader);
      searching.set(false);
    } else if (nextQuestion % nodes.size() == 0) {
      later.execute(() -> ask(nextQuestion));
    } else {
      ask(nextQuestion);
    }
  }

  @Override
  public void close() {
    closed = true;
    nodes.forEach(lanes -> lanes.forEach(lane -> lane.channel.shutdownNow()));
    boolean interrupted = false;
    for (List<Lane<S>> lanes : nodes) {
      for (Lane<S> lane : lanes) {
        try {
          lane.channel.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** One connection. It is told, as a consumer, of calls on it that came to nothing. */
  public static final class Lane<S> implements Consumer<Throwable> {
    private final int node;
    private final ManagedChannel channel;
    private final S stub;
    private final Failures failures;

    private Lane(int node, ManagedChannel channel, S stub, Failures failures) {
      this.node = node;
      this.channel = channel;
      this.stub = stub;
      this.failures = failures;
    }

    /** Whom it leads to. */
    public int node() {
      return node;
    }

    /** What calls are made on. */
    public S stub() {
      return stub;
    }

    /** For stubs of other services. */
    public Channel channel() {
      return channel;
    }

    @Override
    public void accept(Throwable failure) {
      failures.at(node, failure);
    }
  }

  private interface Failures {
    void at(int node, Throwable failure);
  }
}

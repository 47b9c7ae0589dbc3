// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.limits;

import dev.stele.bench.compare.Cluster;
import dev.stele.bench.compare.Driver;
import dev.stele.bench.compare.peer.Lanes;
import dev.stele.bench.compare.peer.Nodes;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Processes that take values. They are not killed: they keep nothing. */
final class LimitCluster implements Cluster {
  private static final Duration START_BOUND = Duration.ofSeconds(60);
  private static final long ASK_MILLIS = 1_000;

  private final List<String> endpoints;
  private final Nodes nodes;
  private final List<ManagedChannel> channels;

  LimitCluster(List<String> endpoints, Nodes nodes) {
    this.endpoints = endpoints;
    this.nodes = nodes;
    this.channels = endpoints.stream().map(Lanes::channel).toList();
  }

  /** Starts them, and waits until one leads. */
  void start() throws IOException, InterruptedException {
    boolean serving = false;
    try {
      nodes.startAll();
      nodes.await(0, "led", START_BOUND, () -> findLeader() >= 0);
      serving = true;
    } finally {
      if (!serving) {
        close();
      }
    }
  }

  private int findLeader() {
    for (int node = 0; node < endpoints.size(); node++) {
      channels.get(node).resetConnectBackoff();
      CallOptions options =
          CallOptions.DEFAULT.withDeadlineAfter(ASK_MILLIS, TimeUnit.MILLISECONDS);
      try {
        byte[] answer =
            ClientCalls.blockingUnaryCall(channels.get(node), Wire.LEADS, options, new byte[0]);
        if (answer[0] == Wire.YES[0]) {
          return node;
        }
      } catch (StatusRuntimeException silent) {
        // Not listening yet: asked again.
      }
    }
    return -1;
  }

  @Override
  public List<Long> pids() {
    return nodes.pids();
  }

  @Override
  public int leader() throws IOException {
    int leader = findLeader();
    if (leader < 0) {
      throw new IOException("no node leads");
    }
    return leader;
  }

  @Override
  public Driver connect(int connections) throws IOException {
    return new LimitDriver(endpoints, connections, leader());
  }

  @Override
  public void kill(int node) throws InterruptedException {
    nodes.kill(node);
  }

  @Override
  public void startAgain(int node) throws IOException {
    throw new IOException("a limit keeps nothing that it could come back with");
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    nodes.close();
  }
}

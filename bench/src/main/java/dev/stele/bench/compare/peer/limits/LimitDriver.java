// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.limits;

import dev.stele.bench.compare.Driver;
import dev.stele.bench.compare.peer.Lanes;
import dev.stele.bench.compare.peer.Lanes.Lane;
import dev.stele.bench.compare.peer.Reply;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.stub.ClientCalls;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sends values, and nothing else. */
final class LimitDriver implements Driver {
  private static final long ASK_MILLIS = 1_000;

  private final Lanes<Channel> lanes;

  LimitDriver(List<String> endpoints, int connections, int leader) {
    this.lanes =
        new Lanes<>(endpoints, connections, leader, channel -> channel, LimitDriver::askLeader);
  }

  private static CompletableFuture<Integer> askLeader(Lane<Channel> lane) {
    Reply<byte[], Integer> reply =
        new Reply<>(answer -> answer[0] == Wire.YES[0] ? lane.node() : -1, failure -> {});
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(ASK_MILLIS, TimeUnit.MILLISECONDS);
    ClientCalls.asyncUnaryCall(lane.stub().newCall(Wire.LEADS, options), new byte[0], reply);
    return reply;
  }

  @Override
  public CompletableFuture<Void> put(String key, byte[] value) {
    Lane<Channel> lane = lanes.next();
    Reply<byte[], Void> reply = new Reply<>(LimitDriver::nothing, lane);
    ClientCalls.asyncUnaryCall(lane.stub().newCall(Wire.PUT, CallOptions.DEFAULT), value, reply);
    return reply;
  }

  private static @Nullable Void nothing(byte[] answer) {
    return null;
  }

  private static UnsupportedOperationException unable() {
    return new UnsupportedOperationException("a limit takes values and keeps none");
  }

  @Override
  public CompletableFuture<byte[]> get(String key, boolean linearizable) {
    return CompletableFuture.failedFuture(unable());
  }

  @Override
  public CompletableFuture<Void> transact(String guard, String first, String second, byte[] value) {
    return CompletableFuture.failedFuture(unable());
  }

  @Override
  public AutoCloseable watch(String prefix, Consumer<byte[]> changes) {
    throw unable();
  }

  @Override
  public CompletableFuture<String> grant(String name, long ttlMillis) {
    return CompletableFuture.failedFuture(unable());
  }

  @Override
  public CompletableFuture<Void> renew(List<String> leases) {
    return CompletableFuture.failedFuture(unable());
  }

  @Override
  public void close() {
    lanes.close();
  }
}

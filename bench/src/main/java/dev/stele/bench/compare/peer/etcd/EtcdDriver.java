// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.etcd;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.stele.bench.compare.Driver;
import dev.stele.bench.compare.peer.Lanes;
import dev.stele.bench.compare.peer.Lanes.Lane;
import dev.stele.bench.compare.peer.Reply;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KVGrpc.KVStub;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrantResponse;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.PutResponse;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.StatusResponse;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** etcd's API with nothing in between. */
final class EtcdDriver implements Driver {
  private static final long STATUS_MILLIS = 1_000;

  private final Lanes<KVStub> lanes;
  private final EtcdWatches watches;
  private final EtcdLeases leases;
  private final EtcdClaims claims;

  EtcdDriver(List<String> endpoints, int connections, int leader) {
    this.lanes =
        new Lanes<>(endpoints, connections, leader, KVGrpc::newStub, EtcdDriver::askLeader);
    this.watches = new EtcdWatches(lanes);
    this.leases = new EtcdLeases(lanes);
    this.claims = new EtcdClaims(lanes);
  }

  private static CompletableFuture<Integer> askLeader(Lane<KVStub> lane) {
    // A follower may name a leader that is dead: only the one that says it of itself counts.
    Reply<StatusResponse, Integer> reply =
        new Reply<>(
            status -> status.getLeader() == status.getHeader().getMemberId() ? lane.node() : -1,
            failure -> {});
    MaintenanceGrpc.newStub(lane.channel())
        .withDeadlineAfter(STATUS_MILLIS, TimeUnit.MILLISECONDS)
        .status(StatusRequest.getDefaultInstance(), reply);
    return reply;
  }

  @Override
  public CompletableFuture<Void> put(String key, byte[] value) {
    Lane<KVStub> lane = lanes.next();
    Reply<PutResponse, Void> reply = new Reply<>(EtcdDriver::nothing, lane);
    lane.stub().put(putOf(key, value), reply);
    return reply;
  }

  private static PutRequest putOf(String key, byte[] value) {
    return PutRequest.newBuilder()
        .setKey(ByteString.copyFromUtf8(key))
        .setValue(UnsafeByteOperations.unsafeWrap(value))
        .build();
  }

  @Override
  public CompletableFuture<byte[]> get(String key, boolean linearizable) {
    Lane<KVStub> lane = lanes.next();
    Reply<RangeResponse, byte[]> reply = new Reply<>(EtcdDriver::value, lane);
    RangeRequest request =
        RangeRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8(key))
            .setSerializable(!linearizable)
            .build();
    lane.stub().range(request, reply);
    return reply;
  }

  private static byte[] value(RangeResponse found) {
    if (found.getKvsCount() == 0) {
      throw new NoSuchElementException("no such key");
    }
    return found.getKvs(0).getValue().toByteArray();
  }

  @Override
  public CompletableFuture<Void> transact(String guard, String first, String second, byte[] value) {
    Lane<KVStub> lane = lanes.next();
    Reply<TxnResponse, Void> reply = new Reply<>(EtcdDriver::succeeded, lane);
    TxnRequest request =
        TxnRequest.newBuilder()
            .addCompare(
                Compare.newBuilder()
                    .setKey(ByteString.copyFromUtf8(guard))
                    .setTarget(Compare.CompareTarget.CREATE)
                    .setResult(Compare.CompareResult.GREATER)
                    .setCreateRevision(0))
            .addSuccess(RequestOp.newBuilder().setRequestPut(putOf(first, value)))
            .addSuccess(RequestOp.newBuilder().setRequestPut(putOf(second, value)))
            .build();
    lane.stub().txn(request, reply);
    return reply;
  }

  private static @Nullable Void succeeded(TxnResponse response) {
    if (!response.getSucceeded()) {
      throw new NoSuchElementException("the guard does not exist");
    }
    return null;
  }

  private static @Nullable Void nothing(PutResponse response) {
    return null;
  }

  @Override
  public AutoCloseable watch(String prefix, Consumer<byte[]> changes) {
    return watches.watch(prefix, changes);
  }

  @Override
  public CompletableFuture<String> grant(String name, long ttlMillis) {
    Lane<KVStub> lane = lanes.next();
    Reply<LeaseGrantResponse, String> reply =
        new Reply<>(lease -> Long.toString(lease.getID()), lane);
    // Whole seconds is what it has.
    long seconds = Math.max(1, (ttlMillis + 999) / 1_000);
    LeaseGrpc.newStub(lane.channel())
        .leaseGrant(LeaseGrantRequest.newBuilder().setTTL(seconds).build(), reply);
    return reply;
  }

  @Override
  public CompletableFuture<Void> renew(List<String> names) {
    return leases.renew(names);
  }

  @Override
  public CompletableFuture<Void> release(String lease) {
    return claims.release(lease);
  }

  @Override
  public CompletableFuture<Void> fillPool(String pool, int items) {
    return claims.fill(pool, items);
  }

  @Override
  public CompletableFuture<Optional<String>> claim(String pool, String lease, int among) {
    return claims.claim(pool, lease, among);
  }

  @Override
  public void close() {
    lanes.close();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.etcd;

import com.google.protobuf.ByteString;
import dev.stele.bench.compare.peer.Lanes;
import dev.stele.bench.compare.peer.Lanes.Lane;
import dev.stele.bench.compare.peer.Reply;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KVGrpc.KVStub;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.LeaseRevokeResponse;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Claims as one writes them by hand: {@code idle/POOL/ITEM} holds the item's epoch until somebody
 * takes it, {@code owned/POOL/ITEM} its owner and the next epoch, under the owner's lease.
 */
final class EtcdClaims {
  /** Operations of a transaction, by default. */
  private static final int TXN_MAX_OPERATIONS = 128;

  private static final ByteString FIRST_EPOCH = ByteString.copyFromUtf8("0");

  private final Lanes<KVStub> lanes;

  EtcdClaims(Lanes<KVStub> lanes) {
    this.lanes = lanes;
  }

  private static String idle(String pool) {
    return "idle/" + pool + "/";
  }

  CompletableFuture<Void> release(String lease) {
    Lane<KVStub> lane = lanes.next();
    Reply<LeaseRevokeResponse, Void> reply = new Reply<>(EtcdClaims::nothing, lane);
    LeaseGrpc.newStub(lane.channel())
        .leaseRevoke(LeaseRevokeRequest.newBuilder().setID(Long.parseLong(lease)).build(), reply);
    return reply;
  }

  private static @Nullable Void nothing(LeaseRevokeResponse response) {
    return null;
  }

  CompletableFuture<Void> fill(String pool, int items) {
    List<CompletableFuture<TxnResponse>> parts = new ArrayList<>();
    for (int from = 0; from < items; from += TXN_MAX_OPERATIONS) {
      TxnRequest.Builder part = TxnRequest.newBuilder();
      for (int item = from; item < Math.min(items, from + TXN_MAX_OPERATIONS); item++) {
        ByteString key = ByteString.copyFromUtf8(idle(pool) + "%06d".formatted(item));
        part.addSuccess(
            RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder().setKey(key).setValue(FIRST_EPOCH)));
      }
      parts.add(txn(part.build()));
    }
    return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new));
  }

  /** Reads, picks and tries to take, until something is taken or nothing is idle. */
  CompletableFuture<Optional<String>> claim(String pool, String lease, int among) {
    return range(pool, among)
        .thenCompose(
            idle -> {
              if (idle.isEmpty()) {
                return CompletableFuture.completedFuture(Optional.empty());
              }
              KeyValue picked = idle.get(ThreadLocalRandom.current().nextInt(idle.size()));
              String item = picked.getKey().toStringUtf8().substring(idle(pool).length());
              return take(pool, item, picked, Long.parseLong(lease))
                  .thenCompose(
                      took ->
                          took
                              ? CompletableFuture.completedFuture(Optional.of(item))
                              : claim(pool, lease, among));
            });
  }

  private CompletableFuture<List<KeyValue>> range(String pool, int limit) {
    Lane<KVStub> lane = lanes.next();
    Reply<RangeResponse, List<KeyValue>> reply = new Reply<>(RangeResponse::getKvsList, lane);
    String prefix = idle(pool);
    // The slash's successor: where the prefix ends.
    String end = prefix.substring(0, prefix.length() - 1) + "0";
    lane.stub()
        .range(
            RangeRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(prefix))
                .setRangeEnd(ByteString.copyFromUtf8(end))
                .setLimit(limit)
                .build(),
            reply);
    return reply;
  }

  private CompletableFuture<Boolean> take(String pool, String item, KeyValue idle, long lease) {
    long epoch = Long.parseLong(idle.getValue().toStringUtf8()) + 1;
    return txn(TxnRequest.newBuilder()
            .addCompare(
                Compare.newBuilder()
                    .setKey(idle.getKey())
                    .setTarget(Compare.CompareTarget.MOD)
                    .setResult(Compare.CompareResult.EQUAL)
                    .setModRevision(idle.getModRevision()))
            .addSuccess(
                RequestOp.newBuilder()
                    .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(idle.getKey())))
            .addSuccess(
                RequestOp.newBuilder()
                    .setRequestPut(
                        PutRequest.newBuilder()
                            .setKey(ByteString.copyFromUtf8("owned/" + pool + "/" + item))
                            .setValue(ByteString.copyFromUtf8(lease + ":" + epoch))
                            .setLease(lease)))
            .build())
        .thenApply(TxnResponse::getSucceeded);
  }

  private CompletableFuture<TxnResponse> txn(TxnRequest request) {
    Lane<KVStub> lane = lanes.next();
    Reply<TxnResponse, TxnResponse> reply = new Reply<>(answer -> answer, lane);
    lane.stub().txn(request, reply);
    return reply;
  }
}

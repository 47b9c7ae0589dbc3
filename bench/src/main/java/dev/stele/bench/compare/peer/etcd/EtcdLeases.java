// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.etcd;

import dev.stele.bench.compare.peer.Lanes;
import dev.stele.bench.compare.peer.Lanes.Lane;
import io.etcd.jetcd.api.KVGrpc.KVStub;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Renewals, shared out among one stream for each connection. */
final class EtcdLeases {
  private final Lanes<KVStub> lanes;
  private List<Stream> streams = List.of();

  EtcdLeases(Lanes<KVStub> lanes) {
    this.lanes = lanes;
  }

  CompletableFuture<Void> renew(List<String> leases) {
    List<Stream> open = open();
    Batch batch = new Batch(leases.size());
    int turn = 0;
    for (String lease : leases) {
      open.get(turn++ % open.size()).renew(Long.parseLong(lease), batch);
    }
    return batch;
  }

  private synchronized List<Stream> open() {
    if (streams.isEmpty() || streams.stream().anyMatch(Stream::isBroken)) {
      List<Stream> fresh = new ArrayList<>();
      lanes.all().forEach(lane -> fresh.add(new Stream(lane)));
      streams = fresh;
    }
    return streams;
  }

  /** Completes with the last of its renewals. */
  private static final class Batch extends CompletableFuture<Void> {
    private int left;

    Batch(int size) {
      left = size;
      if (size == 0) {
        complete(null);
      }
    }

    synchronized void oneDone() {
      left--;
      if (left == 0) {
        complete(null);
      }
    }
  }

  /** etcd answers the requests of a stream one after the other. */
  private static final class Stream implements StreamObserver<LeaseKeepAliveResponse> {
    private final Lane<KVStub> lane;
    private final StreamObserver<LeaseKeepAliveRequest> requests;
    private final Queue<Batch> underWay = new ArrayDeque<>();
    private @Nullable Throwable broken;

    Stream(Lane<KVStub> lane) {
      this.lane = lane;
      this.requests = LeaseGrpc.newStub(lane.channel()).leaseKeepAlive(this);
    }

    synchronized boolean isBroken() {
      return broken != null;
    }

    synchronized void renew(long lease, Batch batch) {
      if (broken != null) {
        batch.completeExceptionally(broken);
        return;
      }
      underWay.add(batch);
      requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(lease).build());
    }

    @Override
    public void onNext(LeaseKeepAliveResponse response) {
      Batch batch;
      synchronized (this) {
        batch = underWay.remove();
      }
      if (response.getTTL() <= 0) {
        batch.completeExceptionally(new NoSuchElementException("no lease " + response.getID()));
      }
      batch.oneDone();
    }

    @Override
    public void onError(Throwable failure) {
      List<Batch> lost;
      synchronized (this) {
        broken = failure;
        lost = new ArrayList<>(underWay);
        underWay.clear();
      }
      lane.accept(failure);
      lost.forEach(batch -> batch.completeExceptionally(failure));
    }

    @Override
    public void onCompleted() {
      onError(new IllegalStateException("etcd ended the stream of renewals"));
    }
  }
}

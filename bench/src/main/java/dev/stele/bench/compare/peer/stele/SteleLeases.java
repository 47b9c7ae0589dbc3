// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.stele;

import dev.stele.bench.compare.peer.Lanes;
import dev.stele.bench.compare.peer.Lanes.Lane;
import dev.stele.bench.compare.peer.Reply;
import dev.stele.proto.v1.AcquireLeaseRequest;
import dev.stele.proto.v1.AcquireLeaseResponse;
import dev.stele.proto.v1.ClusterGrpc;
import dev.stele.proto.v1.HelloRequest;
import dev.stele.proto.v1.HelloResponse;
import dev.stele.proto.v1.KeepAliveRequest;
import dev.stele.proto.v1.KeepAliveResponse;
import dev.stele.proto.v1.LeaseRef;
import dev.stele.proto.v1.LeasesGrpc;
import dev.stele.proto.v1.LeasesGrpc.LeasesStub;
import dev.stele.proto.v1.ReleaseLeaseRequest;
import dev.stele.proto.v1.ReleaseLeaseResponse;
import dev.stele.proto.v1.Renewal;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Leases by raw gRPC, since the client library renews by itself and when it thinks fit: a stream
 * for each connection, as many leases in a message as there may be.
 */
final class SteleLeases implements AutoCloseable {
  private static final int LEASES_A_MESSAGE = 1_000;
  private static final long HELLO_MILLIS = 1_000;

  private final Lanes<LeasesStub> lanes;
  private List<Stream> streams = List.of();

  SteleLeases(List<String> endpoints, int connections, int leader) {
    this.lanes =
        new Lanes<>(
            endpoints,
            connections,
            leader,
            LeasesGrpc::newStub,
            lane -> SteleLeases.askLeader(lane));
  }

  /** Whether the lane's node leads, by its own word: others may name one that is dead. */
  static CompletableFuture<Integer> askLeader(Lane<?> lane) {
    Reply<HelloResponse, Integer> reply =
        new Reply<>(
            hello ->
                hello.getHeader().getLeader().equals(hello.getHeader().getMember())
                    ? lane.node()
                    : -1,
            failure -> {});
    ClusterGrpc.newStub(lane.channel())
        .withDeadlineAfter(HELLO_MILLIS, TimeUnit.MILLISECONDS)
        .hello(HelloRequest.getDefaultInstance(), reply);
    return reply;
  }

  CompletableFuture<String> grant(String name, long ttlMillis) {
    Lane<LeasesStub> lane = lanes.next();
    Reply<AcquireLeaseResponse, String> reply =
        new Reply<>(lease -> lease.getToken() + ":" + lease.getName(), lane);
    AcquireLeaseRequest request =
        AcquireLeaseRequest.newBuilder()
            .setName(name)
            .setHolder("compare")
            .setTtlMillis(ttlMillis)
            .build();
    lane.stub().acquire(request, reply);
    return reply;
  }

  CompletableFuture<Void> release(String lease) {
    Lane<LeasesStub> lane = lanes.next();
    Reply<ReleaseLeaseResponse, Void> reply = new Reply<>(SteleLeases::nothing, lane);
    lane.stub().release(ReleaseLeaseRequest.newBuilder().setLease(ref(lease)).build(), reply);
    return reply;
  }

  private static @Nullable Void nothing(ReleaseLeaseResponse response) {
    return null;
  }

  /** What {@link #grant} calls a lease. */
  private static LeaseRef ref(String lease) {
    int colon = lease.indexOf(':');
    return LeaseRef.newBuilder()
        .setToken(Long.parseLong(lease, 0, colon, 10))
        .setName(lease.substring(colon + 1))
        .build();
  }

  CompletableFuture<Void> renew(List<String> leases) {
    List<Stream> open = open();
    List<CompletableFuture<Void>> parts = new ArrayList<>();
    int share = (leases.size() + open.size() - 1) / open.size();
    int size = Math.max(1, Math.min(share, LEASES_A_MESSAGE));
    for (int from = 0; from < leases.size(); from += size) {
      List<String> part = leases.subList(from, Math.min(from + size, leases.size()));
      parts.add(open.get(parts.size() % open.size()).renew(part));
    }
    return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new));
  }

  private synchronized List<Stream> open() {
    if (streams.isEmpty() || streams.stream().anyMatch(Stream::isBroken)) {
      List<Stream> fresh = new ArrayList<>();
      lanes.all().forEach(lane -> fresh.add(new Stream(lane)));
      streams = fresh;
    }
    return streams;
  }

  @Override
  public void close() {
    lanes.close();
  }

  /** Of a message's leases those that are not answered yet. */
  private static final class Batch extends CompletableFuture<Void> {
    private int left;

    Batch(int left) {
      this.left = left;
    }
  }

  private static final class Stream implements StreamObserver<KeepAliveResponse> {
    private final Lane<LeasesStub> lane;
    private final StreamObserver<KeepAliveRequest> requests;
    private final Map<Long, Batch> underWay = new HashMap<>();
    private long batches;
    private @Nullable Throwable broken;

    Stream(Lane<LeasesStub> lane) {
      this.lane = lane;
      this.requests = lane.stub().keepAlive(this);
    }

    synchronized boolean isBroken() {
      return broken != null;
    }

    synchronized CompletableFuture<Void> renew(List<String> leases) {
      if (broken != null) {
        return CompletableFuture.failedFuture(broken);
      }
      KeepAliveRequest.Builder request = KeepAliveRequest.newBuilder().setBatch(++batches);
      for (String lease : leases) {
        request.addLeases(ref(lease));
      }
      Batch batch = new Batch(leases.size());
      underWay.put(batches, batch);
      requests.onNext(request.build());
      return batch;
    }

    @Override
    public void onNext(KeepAliveResponse response) {
      String lost = "";
      for (Renewal renewal : response.getRenewalsList()) {
        if (renewal.getOutcomeCase() != Renewal.OutcomeCase.RENEWED_TTL_MILLIS) {
          lost = renewal.getLease().getName() + " was not renewed: " + renewal.getLost();
        }
      }
      Batch batch;
      boolean done;
      synchronized (this) {
        batch = underWay.get(response.getBatch());
        if (batch == null) {
          return;
        }
        batch.left -= response.getRenewalsCount();
        done = batch.left <= 0;
        if (done) {
          underWay.remove(response.getBatch());
        }
      }
      if (!lost.isEmpty()) {
        batch.completeExceptionally(new IllegalStateException(lost));
      } else if (done) {
        batch.complete(null);
      }
    }

    @Override
    public void onError(Throwable failure) {
      List<Batch> left;
      synchronized (this) {
        broken = failure;
        left = new ArrayList<>(underWay.values());
        underWay.clear();
      }
      lane.accept(failure);
      left.forEach(batch -> batch.completeExceptionally(failure));
    }

    @Override
    public void onCompleted() {
      onError(new IllegalStateException("the server ended the stream of renewals"));
    }
  }
}

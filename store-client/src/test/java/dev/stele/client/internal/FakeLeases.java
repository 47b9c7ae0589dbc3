// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import dev.stele.proto.v1.AcquireLeaseRequest;
import dev.stele.proto.v1.AcquireLeaseResponse;
import dev.stele.proto.v1.GetLeaseRequest;
import dev.stele.proto.v1.GetLeaseResponse;
import dev.stele.proto.v1.HandOverLeaseRequest;
import dev.stele.proto.v1.HandOverLeaseResponse;
import dev.stele.proto.v1.KeepAliveRequest;
import dev.stele.proto.v1.KeepAliveResponse;
import dev.stele.proto.v1.Lease;
import dev.stele.proto.v1.LeaseRef;
import dev.stele.proto.v1.LeasesGrpc;
import dev.stele.proto.v1.ListLeasesRequest;
import dev.stele.proto.v1.ListLeasesResponse;
import dev.stele.proto.v1.ReleaseLeaseRequest;
import dev.stele.proto.v1.ReleaseLeaseResponse;
import dev.stele.proto.v1.RenewLeaseRequest;
import dev.stele.proto.v1.RenewLeaseResponse;
import dev.stele.proto.v1.Renewal;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The leases of a {@link FakeNode}: acquisitions take effect, at tokens from 41 on, unless the
 * node's script says otherwise; renewals are answered by the test, or at once.
 */
final class FakeLeases extends LeasesGrpc.LeasesImplBase {
  final List<Stream> streams = new CopyOnWriteArrayList<>();

  /** Whether renewals are acknowledged as they come. */
  volatile boolean renews = true;

  volatile long ttlMillis;
  private final AtomicLong token = new AtomicLong(40);
  private volatile @Nullable StreamObserver<AcquireLeaseResponse> lastAcquisition;
  private final FakeNode node;

  FakeLeases(FakeNode node) {
    this.node = node;
  }

  /** The newest stream. */
  Stream last() {
    return streams.get(streams.size() - 1);
  }

  @Override
  public void acquire(AcquireLeaseRequest request, StreamObserver<AcquireLeaseResponse> observer) {
    long granted = token.incrementAndGet();
    ttlMillis = request.getTtlMillis();
    lastAcquisition = observer;
    String name = request.getName().isEmpty() ? "anonymous/7" : request.getName();
    node.reply(
        request,
        observer,
        AcquireLeaseResponse.newBuilder()
            .setHeader(node.header)
            .setName(name)
            .setToken(granted)
            .setTtlMillis(request.getTtlMillis())
            .build());
  }

  /** Ends the last acquisition, which was kept waiting. */
  void endLast(StatusRuntimeException error) {
    Objects.requireNonNull(lastAcquisition).onError(error);
  }

  @Override
  public void release(ReleaseLeaseRequest request, StreamObserver<ReleaseLeaseResponse> observer) {
    node.reply(
        request,
        observer,
        ReleaseLeaseResponse.newBuilder().setHeader(node.header).setRevision(50).build());
  }

  @Override
  public void handOver(
      HandOverLeaseRequest request, StreamObserver<HandOverLeaseResponse> observer) {
    node.reply(
        request,
        observer,
        HandOverLeaseResponse.newBuilder().setHeader(node.header).setToken(60).build());
  }

  @Override
  public void renew(RenewLeaseRequest request, StreamObserver<RenewLeaseResponse> observer) {
    node.reply(
        request,
        observer,
        RenewLeaseResponse.newBuilder().setHeader(node.header).setTtlMillis(ttlMillis).build());
  }

  @Override
  public void getLease(GetLeaseRequest request, StreamObserver<GetLeaseResponse> observer) {
    node.reply(
        request,
        observer,
        GetLeaseResponse.newBuilder().setHeader(node.header).setLease(lease("a")).build());
  }

  @Override
  public void listLeases(ListLeasesRequest request, StreamObserver<ListLeasesResponse> observer) {
    node.reply(
        request,
        observer,
        ListLeasesResponse.newBuilder()
            .setHeader(node.header)
            .addLeases(lease("a"))
            .addLeases(lease("b"))
            .setMore(true)
            .build());
  }

  private static Lease lease(String name) {
    return Lease.newBuilder()
        .setName(name)
        .setHolder("h")
        .setToken(41)
        .setTtlMillis(10_000)
        .setRemainingMillis(7_000)
        .setBoundFacts(2)
        .setWaiters(3)
        .build();
  }

  @Override
  public StreamObserver<KeepAliveRequest> keepAlive(StreamObserver<KeepAliveResponse> responses) {
    Stream stream = new Stream((ServerCallStreamObserver<KeepAliveResponse>) responses);
    streams.add(stream);
    return stream;
  }

  /** A stream as the node sees it. */
  final class Stream implements StreamObserver<KeepAliveRequest> {
    final List<KeepAliveRequest> requests = new CopyOnWriteArrayList<>();
    private final ServerCallStreamObserver<KeepAliveResponse> responses;
    volatile boolean gone;

    Stream(ServerCallStreamObserver<KeepAliveResponse> responses) {
      this.responses = responses;
      responses.setOnCancelHandler(() -> gone = true);
    }

    @Override
    public void onNext(KeepAliveRequest request) {
      requests.add(request);
      if (renews) {
        renewsAll(request);
      }
    }

    @Override
    public void onError(Throwable failure) {
      gone = true;
    }

    @Override
    public void onCompleted() {
      gone = true;
      responses.onCompleted();
    }

    /** How many renewals it carried. */
    int renewals() {
      return requests.stream().mapToInt(KeepAliveRequest::getLeasesCount).sum();
    }

    void renewsAll(KeepAliveRequest request) {
      say(
          request,
          request.getLeasesList().stream()
              .map(lease -> of(lease).setRenewedTtlMillis(ttlMillis))
              .toList());
    }

    void saysLost(KeepAliveRequest request, LeaseRef lease) {
      say(request, List.of(of(lease).setLost("somebody else has it")));
    }

    void saysNotConfirmed(KeepAliveRequest request) {
      say(
          request,
          request.getLeasesList().stream()
              .map(lease -> of(lease).setNotConfirmed("no majority"))
              .toList());
    }

    private Renewal.Builder of(LeaseRef lease) {
      return Renewal.newBuilder().setLease(lease);
    }

    private void say(KeepAliveRequest request, List<Renewal.Builder> renewals) {
      KeepAliveResponse.Builder response =
          KeepAliveResponse.newBuilder().setHeader(node.header).setBatch(request.getBatch());
      renewals.forEach(response::addRenewals);
      responses.onNext(response.build());
    }

    void breaks() {
      breaks(Status.UNAVAILABLE.asRuntimeException());
    }

    void breaks(StatusRuntimeException error) {
      responses.onError(error);
    }
  }
}

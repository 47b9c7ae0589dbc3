// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import com.google.common.util.concurrent.ListenableFuture;
import dev.stele.proto.v1.AcquireLeaseRequest;
import dev.stele.proto.v1.AcquireLeaseResponse;
import dev.stele.proto.v1.GetLeaseRequest;
import dev.stele.proto.v1.GetLeaseResponse;
import dev.stele.proto.v1.HandOverLeaseRequest;
import dev.stele.proto.v1.HandOverLeaseResponse;
import dev.stele.proto.v1.LeaseRef;
import dev.stele.proto.v1.LeasesGrpc;
import dev.stele.proto.v1.ReleaseLeaseRequest;
import dev.stele.proto.v1.ReleaseLeaseResponse;
import dev.stele.proto.v1.RenewLeaseRequest;
import dev.stele.proto.v1.RenewLeaseResponse;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.TimeUnit;

/** The generated stub of leases at one node: no retries, no failover. */
final class RawLeases implements AutoCloseable {
  private static final long SECONDS = 5;
  private static final long PATIENT_SECONDS = 60;

  private final ManagedChannel channel;

  RawLeases(String endpoint) {
    channel =
        NettyChannelBuilder.forTarget("dns:///" + endpoint).usePlaintext().directExecutor().build();
  }

  static AcquireLeaseRequest.Builder request(String name, String holder, long ttlMillis) {
    return AcquireLeaseRequest.newBuilder().setName(name).setHolder(holder).setTtlMillis(ttlMillis);
  }

  static LeaseRef ref(String name, long token) {
    return LeaseRef.newBuilder().setName(name).setToken(token).build();
  }

  private LeasesGrpc.LeasesBlockingStub stub() {
    return LeasesGrpc.newBlockingStub(channel).withDeadlineAfter(SECONDS, TimeUnit.SECONDS);
  }

  Channel channel() {
    return channel;
  }

  /** Returns the token. */
  long acquire(String name, String holder, long ttlMillis) {
    return acquire(request(name, holder, ttlMillis)).getToken();
  }

  AcquireLeaseResponse acquire(AcquireLeaseRequest.Builder request) {
    return stub().acquire(request.build());
  }

  /** Waits for as long as a call may take. */
  ListenableFuture<AcquireLeaseResponse> await(AcquireLeaseRequest.Builder request) {
    return await(request, PATIENT_SECONDS);
  }

  ListenableFuture<AcquireLeaseResponse> await(AcquireLeaseRequest.Builder request, long seconds) {
    return LeasesGrpc.newFutureStub(channel)
        .withDeadlineAfter(seconds, TimeUnit.SECONDS)
        .acquire(request.setWaitMillis(TimeUnit.SECONDS.toMillis(seconds)).build());
  }

  ReleaseLeaseResponse release(String name, long token) {
    return stub().release(ReleaseLeaseRequest.newBuilder().setLease(ref(name, token)).build());
  }

  HandOverLeaseResponse handOver(String name, long token, String to) {
    return stub()
        .handOver(HandOverLeaseRequest.newBuilder().setLease(ref(name, token)).setTo(to).build());
  }

  RenewLeaseResponse renew(String name, long token) {
    return stub().renew(RenewLeaseRequest.newBuilder().setLease(ref(name, token)).build());
  }

  GetLeaseResponse get(String name) {
    return stub().getLease(GetLeaseRequest.newBuilder().setName(name).build());
  }

  int waiters(String name) {
    return get(name).getLease().getWaiters();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.lease;

import com.google.protobuf.ByteString;
import dev.stele.client.LeaseChange;
import dev.stele.client.LeaseInfo;
import dev.stele.client.LeaseOptions;
import dev.stele.client.LeasePage;
import dev.stele.client.LeaseRef;
import dev.stele.client.internal.call.Caller;
import dev.stele.client.internal.call.Method;
import dev.stele.client.internal.call.Outgoing;
import dev.stele.client.internal.facts.Answers;
import dev.stele.client.internal.facts.Requests;
import dev.stele.client.internal.link.Route;
import dev.stele.proto.v1.AcquireLeaseRequest;
import dev.stele.proto.v1.AcquireLeaseResponse;
import dev.stele.proto.v1.GetLeaseRequest;
import dev.stele.proto.v1.HandOverLeaseRequest;
import dev.stele.proto.v1.Lease;
import dev.stele.proto.v1.ListLeasesRequest;
import dev.stele.proto.v1.ListLeasesResponse;
import dev.stele.proto.v1.ReleaseLeaseRequest;
import dev.stele.proto.v1.RenewLeaseRequest;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.ResponseHeader;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The requests about leases, one by one. */
final class LeaseCalls {
  private final Caller caller;

  LeaseCalls(Caller caller) {
    this.caller = caller;
  }

  /** Asks for a lease, without waiting for it. */
  CompletableFuture<Grant> acquire(String name, String holder, LeaseOptions options, Sent sent) {
    return caller.call(
        acquisition(
            header -> {
              sent.note();
              return request(header, name, holder, options).build();
            },
            sent));
  }

  /**
   * Asks for a lease and waits for it.
   *
   * @param beganNanos since when this caller waits
   * @param untilNanos until when the node may keep the request waiting
   * @param givenNanos the request's time, longer than that: to find out what became of a try
   *     without an answer
   */
  CompletableFuture<Grant> acquire(
      String name,
      String holder,
      LeaseOptions options,
      Sent sent,
      long beganNanos,
      long untilNanos,
      long givenNanos) {
    return caller.callPatiently(
        acquisition(
            header -> {
              long now = sent.note();
              return request(header, name, holder, options)
                  .setWaitMillis(TimeUnit.NANOSECONDS.toMillis(Math.max(0, untilNanos - now)))
                  .setWaitedMillis(TimeUnit.NANOSECONDS.toMillis(now - beganNanos))
                  .build();
            },
            sent),
        givenNanos);
  }

  private static Outgoing<AcquireLeaseRequest, AcquireLeaseResponse, Grant> acquisition(
      Function<RequestHeader, AcquireLeaseRequest> message, Sent sent) {
    return new Outgoing<>(
        Method.ACQUIRE_LEASE,
        Route.LEADER,
        false,
        message,
        (header, answer) -> grant(answer, sent));
  }

  private static AcquireLeaseRequest.Builder request(
      RequestHeader header, String name, String holder, LeaseOptions options) {
    return AcquireLeaseRequest.newBuilder()
        .setHeader(header)
        .setName(name)
        .setHolder(holder)
        .setTtlMillis(options.ttl().toMillis())
        .setMetadata(ByteString.copyFrom(options.metadata()));
  }

  private static Grant grant(AcquireLeaseResponse answer, Sent sent) {
    LeaseRef lease = new LeaseRef(answer.getName(), answer.getToken());
    return new Grant(
        lease,
        answer.getTtlMillis(),
        answer.getDuplicate(),
        sent.sinceNanos(answer.getDuplicate()));
  }

  /** Renews once; gives the TTL in milliseconds, from the last try's sending. */
  CompletableFuture<Long> renew(LeaseRef lease, Sent sent) {
    return caller.call(
        new Outgoing<>(
            Method.RENEW_LEASE,
            Route.LEADER,
            false,
            header -> {
              sent.note();
              return RenewLeaseRequest.newBuilder()
                  .setHeader(header)
                  .setLease(Requests.lease(lease))
                  .build();
            },
            (header, answer) -> answer.getTtlMillis()));
  }

  CompletableFuture<LeaseChange> release(LeaseRef lease) {
    return caller.call(
        new Outgoing<>(
            Method.RELEASE_LEASE,
            Route.LEADER,
            false,
            header ->
                ReleaseLeaseRequest.newBuilder()
                    .setHeader(header)
                    .setLease(Requests.lease(lease))
                    .build(),
            (header, answer) ->
                new LeaseChange(lease, answer.getRevision(), answer.getDuplicate())));
  }

  CompletableFuture<LeaseChange> handOver(LeaseRef lease, String to) {
    return caller.call(
        new Outgoing<>(
            Method.HAND_OVER_LEASE,
            Route.LEADER,
            false,
            header ->
                HandOverLeaseRequest.newBuilder()
                    .setHeader(header)
                    .setLease(Requests.lease(lease))
                    .setTo(to)
                    .build(),
            (header, answer) ->
                new LeaseChange(
                    new LeaseRef(lease.name(), answer.getToken()),
                    answer.getToken(),
                    answer.getDuplicate())));
  }

  CompletableFuture<Optional<LeaseInfo>> get(String name) {
    return caller.call(
        new Outgoing<>(
            Method.GET_LEASE,
            Route.LEADER,
            false,
            header -> GetLeaseRequest.newBuilder().setHeader(header).setName(name).build(),
            (header, answer) ->
                answer.hasLease() ? Optional.of(info(answer.getLease())) : Optional.empty()));
  }

  CompletableFuture<LeasePage> list(String prefix, int limit, String after) {
    return caller.call(
        new Outgoing<>(
            Method.LIST_LEASES,
            Route.LEADER,
            false,
            header ->
                ListLeasesRequest.newBuilder()
                    .setHeader(header)
                    .setPrefix(prefix)
                    .setLimit(limit)
                    .setAfter(after)
                    .build(),
            LeaseCalls::page));
  }

  private static LeasePage page(ResponseHeader header, ListLeasesResponse answer) {
    return new LeasePage(
        answer.getLeasesList().stream().map(LeaseCalls::info).toList(),
        answer.getMore(),
        Answers.info(header));
  }

  private static LeaseInfo info(Lease lease) {
    return new LeaseInfo(
        new LeaseRef(lease.getName(), lease.getToken()),
        lease.getHolder(),
        Duration.ofMillis(lease.getTtlMillis()),
        Duration.ofMillis(lease.getRemainingMillis()),
        lease.getMetadata().toByteArray(),
        lease.getBoundFacts(),
        lease.getWaiters());
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.lease;

import dev.stele.proto.v1.AcquireLeaseRequest;
import dev.stele.proto.v1.AcquireLeaseResponse;
import dev.stele.proto.v1.HandOverLeaseRequest;
import dev.stele.proto.v1.HandOverLeaseResponse;
import dev.stele.proto.v1.LeasesGrpc;
import dev.stele.proto.v1.ReleaseLeaseRequest;
import dev.stele.proto.v1.ReleaseLeaseResponse;
import dev.stele.proto.v1.RenewLeaseRequest;
import dev.stele.proto.v1.RenewLeaseResponse;
import dev.stele.proto.v1.ResponseHeader;
import dev.stele.server.core.command.AcquireLease;
import dev.stele.server.core.command.HandOverLease;
import dev.stele.server.core.command.LeaseEnded;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Reason;
import dev.stele.server.lease.Renewal;
import dev.stele.server.wire.call.Answer;
import dev.stele.server.wire.call.Call;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.facts.AtLeader;
import dev.stele.server.wire.facts.Decisions;
import dev.stele.server.wire.facts.Headers;
import dev.stele.server.wire.facts.WriteDesk;
import dev.stele.server.wire.parse.LeaseParser;
import dev.stele.server.wire.parse.SessionParser;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** Acquire, Release, HandOver and Renew. */
public final class LeaseService {
  private final AtLeader.Means means;
  private final Headers headers;
  private final WriteDesk writes;

  /** Who waits for a lease at another node must not take the room of writes. */
  private final WriteDesk waiting;

  private final Waits waits;

  public LeaseService(AtLeader.Means means, WriteDesk writes) {
    this.means = means;
    this.headers = means.headers();
    this.writes = writes;
    this.waiting = writes.patient();
    waits = new Waits(means.context().leases(), means.context().ticker());
  }

  /** Any node; the leader has it decided, after the wait if it may wait. */
  public CompletableFuture<Answer<AcquireLeaseResponse>> acquire(
      Call call, AcquireLeaseRequest request) {
    headers.check(request.getHeader());
    LeaseParser.Acquire acquire = LeaseParser.acquire(request);
    AcquireLease command = acquire.command();
    WriteDesk desk = acquire.waitNanos() == 0 ? writes : waiting;
    return desk.write(
        call,
        LeasesGrpc.getAcquireMethod(),
        SessionParser.once(request.getHeader(), command),
        waits.of(acquire),
        Decisions.answer(
            AcquireLease.Acquired.class,
            UnaryOperator.identity(),
            (acquired, duplicate) ->
                AcquireLeaseResponse.newBuilder()
                    .setHeader(header())
                    .setName(command.name())
                    .setToken(acquired.token())
                    .setTtlMillis(command.ttlMillis())
                    .setDuplicate(duplicate)
                    .build()));
  }

  /** Any node; the leader has it decided. */
  public CompletableFuture<Answer<ReleaseLeaseResponse>> release(
      Call call, ReleaseLeaseRequest request) {
    headers.check(request.getHeader());
    return writes.write(
        call,
        LeasesGrpc.getReleaseMethod(),
        SessionParser.once(request.getHeader(), LeaseParser.release(request)),
        Decisions.answer(
            LeaseEnded.class,
            UnaryOperator.identity(),
            (ended, duplicate) ->
                ReleaseLeaseResponse.newBuilder()
                    .setHeader(header())
                    .setRevision(ended.revision())
                    .setDuplicate(duplicate)
                    .build()));
  }

  /** Any node; the leader has it decided. */
  public CompletableFuture<Answer<HandOverLeaseResponse>> handOver(
      Call call, HandOverLeaseRequest request) {
    headers.check(request.getHeader());
    return writes.write(
        call,
        LeasesGrpc.getHandOverMethod(),
        SessionParser.once(request.getHeader(), LeaseParser.handOver(request)),
        Decisions.answer(
            HandOverLease.HandedOver.class,
            UnaryOperator.identity(),
            (handedOver, duplicate) ->
                HandOverLeaseResponse.newBuilder()
                    .setHeader(header())
                    .setToken(handedOver.token())
                    .setDuplicate(duplicate)
                    .build()));
  }

  /** Any node; the leader counts. Asking twice does no harm. */
  public CompletableFuture<Answer<RenewLeaseResponse>> renew(Call call, RenewLeaseRequest request) {
    headers.checkRead(request.getHeader());
    LeaseRef lease = LeaseParser.renew(request);
    return AtLeader.ask(
        means,
        call,
        LeasesGrpc.getRenewMethod(),
        () ->
            means
                .context()
                .leases()
                .renew(lease, call.deadlineNanos())
                .thenApply(this::renewalAnswer));
  }

  private Answer<RenewLeaseResponse> renewalAnswer(Renewal renewal) {
    if (renewal instanceof Renewal.Renewed renewed) {
      return new Answer.Given<>(
          RenewLeaseResponse.newBuilder()
              .setHeader(header())
              .setTtlMillis(renewed.ttlMillis())
              .build());
    }
    if (renewal instanceof Renewal.Lost lost) {
      return new Answer.Failed<>(Failure.of(Reason.FENCED, "lease", lost.message()));
    }
    Renewal.NotConfirmed not = (Renewal.NotConfirmed) renewal;
    return new Answer.Failed<>(headers.withLeader(Failure.of(not.reason(), not.message())));
  }

  private ResponseHeader header() {
    return headers.header(means.context().store().meta());
  }
}

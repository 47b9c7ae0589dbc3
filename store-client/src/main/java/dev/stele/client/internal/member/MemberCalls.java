// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.member;

import dev.stele.client.LeaseChange;
import dev.stele.client.LeaseRef;
import dev.stele.client.MemberPage;
import dev.stele.client.MemberQuery;
import dev.stele.client.MemberReport;
import dev.stele.client.Registration;
import dev.stele.client.ReportOutcome;
import dev.stele.client.internal.call.Caller;
import dev.stele.client.internal.call.Method;
import dev.stele.client.internal.call.Outgoing;
import dev.stele.client.internal.facts.Requests;
import dev.stele.client.internal.lease.Grant;
import dev.stele.client.internal.lease.Sent;
import dev.stele.client.internal.link.Route;
import dev.stele.proto.v1.DeregisterMemberRequest;
import dev.stele.proto.v1.RegisterMemberResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/** The requests about members, one by one. */
final class MemberCalls {
  private final Caller caller;

  MemberCalls(Caller caller) {
    this.caller = caller;
  }

  /**
   * Begins a life.
   *
   * @param sent notes each sending
   * @param incarnation is told it, before the future completes
   */
  CompletableFuture<Grant> register(
      Registration registration, Sent sent, LongConsumer incarnation) {
    return caller.call(
        new Outgoing<>(
            Method.REGISTER_MEMBER,
            Route.LEADER,
            false,
            header -> {
              sent.note();
              return MemberMessages.registration(header, registration);
            },
            (header, answer) -> {
              incarnation.accept(answer.getIncarnation());
              return grant(answer, sent);
            }));
  }

  private static Grant grant(RegisterMemberResponse answer, Sent sent) {
    return new Grant(
        MemberMessages.lease(answer.getLease()),
        answer.getTtlMillis(),
        answer.getDuplicate(),
        sent.sinceNanos(answer.getDuplicate()));
  }

  CompletableFuture<List<ReportOutcome>> report(List<MemberReport> reports) {
    return caller.call(
        new Outgoing<>(
            Method.REPORT_MEMBERS,
            Route.LEADER,
            false,
            header -> MemberMessages.reports(header, reports),
            (header, answer) -> MemberMessages.outcomes(reports.size(), answer)));
  }

  CompletableFuture<LeaseChange> deregister(LeaseRef lease) {
    return caller.call(
        new Outgoing<>(
            Method.DEREGISTER_MEMBER,
            Route.LEADER,
            false,
            header ->
                DeregisterMemberRequest.newBuilder()
                    .setHeader(header)
                    .setLease(Requests.lease(lease))
                    .build(),
            (header, answer) ->
                new LeaseChange(lease, answer.getRevision(), answer.getDuplicate())));
  }

  CompletableFuture<MemberPage> list(MemberQuery query) {
    return caller.call(
        new Outgoing<>(
            Method.LIST_MEMBERS,
            Route.LEADER,
            true,
            header -> MemberMessages.list(header, query),
            MemberMessages::page));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.member;

import dev.stele.proto.v1.DeregisterMemberRequest;
import dev.stele.proto.v1.DeregisterMemberResponse;
import dev.stele.proto.v1.LeaseRef;
import dev.stele.proto.v1.MembersGrpc;
import dev.stele.proto.v1.RegisterMemberRequest;
import dev.stele.proto.v1.RegisterMemberResponse;
import dev.stele.proto.v1.ReportMembersRequest;
import dev.stele.proto.v1.ReportMembersResponse;
import dev.stele.proto.v1.ResponseHeader;
import dev.stele.server.admission.report.ReportDesk;
import dev.stele.server.admission.report.ReportOutcome;
import dev.stele.server.core.command.LeaseEnded;
import dev.stele.server.core.command.RegisterMember;
import dev.stele.server.core.command.UpdateMember;
import dev.stele.server.core.kind.Members;
import dev.stele.server.core.model.Reason;
import dev.stele.server.wire.call.Answer;
import dev.stele.server.wire.call.Call;
import dev.stele.server.wire.error.ErrorTable;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.facts.AtLeader;
import dev.stele.server.wire.facts.Decisions;
import dev.stele.server.wire.facts.Headers;
import dev.stele.server.wire.facts.ReadDesk;
import dev.stele.server.wire.facts.WriteDesk;
import dev.stele.server.wire.parse.FieldNames;
import dev.stele.server.wire.parse.Freshness;
import dev.stele.server.wire.parse.MemberParser;
import dev.stele.server.wire.parse.ReportParser;
import dev.stele.server.wire.parse.SessionParser;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** Register, Report and Deregister. */
public final class MemberService {
  private final AtLeader.Means means;
  private final Headers headers;
  private final WriteDesk writes;
  private final ReadDesk reads;
  private final ReportDesk reports;

  public MemberService(AtLeader.Means means, WriteDesk writes, ReadDesk reads, ReportDesk reports) {
    this.means = means;
    this.headers = means.headers();
    this.writes = writes;
    this.reads = reads;
    this.reports = reports;
  }

  /** Any node; the leader has it decided. */
  public CompletableFuture<Answer<RegisterMemberResponse>> register(
      Call call, RegisterMemberRequest request) {
    headers.check(request.getHeader());
    RegisterMember command = MemberParser.register(request);
    return writes.write(
        call,
        MembersGrpc.getRegisterMethod(),
        SessionParser.once(request.getHeader(), command),
        Decisions.answer(
            RegisterMember.Registered.class,
            FieldNames::inRegistration,
            (registered, duplicate) ->
                RegisterMemberResponse.newBuilder()
                    .setHeader(header())
                    .setLease(
                        LeaseRef.newBuilder()
                            .setName(Members.leaseName(command.name()))
                            .setToken(registered.token()))
                    .setIncarnation(registered.incarnation())
                    .setTtlMillis(command.ttlMillis())
                    .setDuplicate(duplicate)
                    .build()));
  }

  /**
   * Any node; the leader compares. Asking twice does no harm: what was written is unchanged then.
   * The leader looks at its store as for a linearizable read, for one that was just elected may not
   * know of a life that began under the one before.
   */
  public CompletableFuture<Answer<ReportMembersResponse>> report(
      Call call, ReportMembersRequest request) {
    headers.checkRead(request.getHeader());
    List<UpdateMember> asked = ReportParser.reports(request);
    return AtLeader.askToChange(
        means,
        call,
        MembersGrpc.getReportMethod(),
        () ->
            reads.begin(
                call,
                new Freshness.Linearizable(),
                snapshot ->
                    reports
                        .report(snapshot, asked, call.deadlineNanos(), call.caller().origin())
                        .thenApply(this::reported)));
  }

  private Answer<ReportMembersResponse> reported(List<ReportOutcome> outcomes) {
    Optional<Failure> elsewhere = elsewhere(outcomes);
    if (elsewhere.isPresent()) {
      return new Answer.Failed<>(headers.withLeader(elsewhere.get()));
    }
    ReportMembersResponse.Builder response = ReportMembersResponse.newBuilder().setHeader(header());
    outcomes.forEach(outcome -> response.addOutcomes(message(outcome)));
    return new Answer.Given<>(response.build());
  }

  /** Nothing was written, and nothing can be here: whoever leads is to be asked for it all. */
  private static Optional<Failure> elsewhere(List<ReportOutcome> outcomes) {
    Optional<Failure> elsewhere = Optional.empty();
    for (ReportOutcome outcome : outcomes) {
      if (outcome instanceof ReportOutcome.Written || outcome instanceof ReportOutcome.Unknown) {
        return Optional.empty();
      }
      if (outcome instanceof ReportOutcome.NotProposed no
          && no.proposal().reason() == Reason.NOT_LEADER) {
        elsewhere = Optional.of(Failure.of(Reason.NOT_LEADER, no.proposal().message()));
      }
    }
    return elsewhere;
  }

  private static dev.stele.proto.v1.ReportOutcome message(ReportOutcome outcome) {
    dev.stele.proto.v1.ReportOutcome.Builder message =
        dev.stele.proto.v1.ReportOutcome.newBuilder();
    if (outcome instanceof ReportOutcome.Written written) {
      message.setWritten(written.revision());
    } else if (outcome instanceof ReportOutcome.Unchanged) {
      message.setUnchanged(true);
    } else if (outcome instanceof ReportOutcome.Deferred deferred) {
      message.setDeferredMillis(deferred.retryAfter().toMillis());
    } else if (outcome instanceof ReportOutcome.Lost lost) {
      message.setLost(lost.message());
    } else if (outcome instanceof ReportOutcome.Unknown unknown) {
      message.setUnknown(unknown.message());
    } else if (outcome instanceof ReportOutcome.Refused refused) {
      message.setRefused(refused.message());
    } else if (outcome instanceof ReportOutcome.NotProposed no) {
      message.setDeferredMillis(retryMillis(no));
    }
    return message.build();
  }

  /** As long as the table says where who refused it does not. */
  private static long retryMillis(ReportOutcome.NotProposed no) {
    long millis = no.proposal().retryAfter().toMillis();
    return millis > 0
        ? millis
        : Math.max(1, ErrorTable.of(no.proposal().reason()).retryDelayMillis());
  }

  /** Any node; the leader has it decided. */
  public CompletableFuture<Answer<DeregisterMemberResponse>> deregister(
      Call call, DeregisterMemberRequest request) {
    headers.check(request.getHeader());
    return writes.write(
        call,
        MembersGrpc.getDeregisterMethod(),
        SessionParser.once(request.getHeader(), MemberParser.deregister(request)),
        Decisions.answer(
            LeaseEnded.class,
            UnaryOperator.identity(),
            (ended, duplicate) ->
                DeregisterMemberResponse.newBuilder()
                    .setHeader(header())
                    .setRevision(ended.revision())
                    .setDuplicate(duplicate)
                    .build()));
  }

  private ResponseHeader header() {
    return headers.header(means.context().store().meta());
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.member;

import dev.stele.client.LeaseRef;
import dev.stele.client.MemberInfo;
import dev.stele.client.MemberPage;
import dev.stele.client.MemberQuery;
import dev.stele.client.MemberReport;
import dev.stele.client.RegisteredEndpoint;
import dev.stele.client.Registration;
import dev.stele.client.ReportOutcome;
import dev.stele.client.internal.codec.EndpointCodec;
import dev.stele.client.internal.codec.MemberCodec;
import dev.stele.client.internal.facts.Requests;
import dev.stele.client.kind.Member;
import dev.stele.proto.v1.LabelMatch;
import dev.stele.proto.v1.ListMembersRequest;
import dev.stele.proto.v1.ListMembersResponse;
import dev.stele.proto.v1.ListedMember;
import dev.stele.proto.v1.RegisterMemberRequest;
import dev.stele.proto.v1.ReportMembersRequest;
import dev.stele.proto.v1.ReportMembersResponse;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.ResponseHeader;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is said of members, as messages and back. An answer that this client does not understand is
 * an IllegalArgumentException.
 */
final class MemberMessages {
  private static final MemberCodec MEMBERS = new MemberCodec();
  private static final EndpointCodec ENDPOINTS = new EndpointCodec();

  private MemberMessages() {}

  static RegisterMemberRequest registration(RequestHeader header, Registration registration) {
    RegisterMemberRequest.Builder request =
        RegisterMemberRequest.newBuilder()
            .setHeader(header)
            .setName(registration.name())
            .setMember(MEMBERS.toMessage(registration.member()))
            .setTtlMillis(registration.ttl().toMillis());
    for (RegisteredEndpoint endpoint : registration.endpoints()) {
      request.addEndpoints(
          dev.stele.proto.v1.RegisteredEndpoint.newBuilder()
              .setInstance(endpoint.instance())
              .setEndpoint(ENDPOINTS.toMessage(endpoint.endpoint())));
    }
    return request.build();
  }

  static ReportMembersRequest reports(RequestHeader header, List<MemberReport> reports) {
    ReportMembersRequest.Builder request = ReportMembersRequest.newBuilder().setHeader(header);
    reports.forEach(report -> request.addReports(report(report)));
    return request.build();
  }

  private static dev.stele.proto.v1.MemberReport report(MemberReport report) {
    dev.stele.proto.v1.MemberReport.Builder message =
        dev.stele.proto.v1.MemberReport.newBuilder().setLease(Requests.lease(report.lease()));
    report.health().ifPresent(health -> message.setHealth(health(health)));
    report.capacity().ifPresent(capacity -> message.getCapacityBuilder().putAllValues(capacity));
    report.labels().ifPresent(labels -> message.getLabelsBuilder().putAllValues(labels));
    return message.build();
  }

  static List<ReportOutcome> outcomes(int reports, ReportMembersResponse answer) {
    if (answer.getOutcomesCount() != reports) {
      throw new IllegalArgumentException(
          answer.getOutcomesCount() + " outcomes of " + reports + " reports");
    }
    return answer.getOutcomesList().stream().map(MemberMessages::outcome).toList();
  }

  private static ReportOutcome outcome(dev.stele.proto.v1.ReportOutcome outcome) {
    return switch (outcome.getOutcomeCase()) {
      case WRITTEN -> new ReportOutcome.Written(outcome.getWritten());
      case UNCHANGED -> new ReportOutcome.Unchanged();
      case DEFERRED_MILLIS ->
          new ReportOutcome.Deferred(Duration.ofMillis(outcome.getDeferredMillis()));
      case LOST -> new ReportOutcome.Lost(outcome.getLost());
      case UNKNOWN -> new ReportOutcome.Unknown(outcome.getUnknown());
      case REFUSED -> new ReportOutcome.Refused(outcome.getRefused());
      case OUTCOME_NOT_SET -> throw new IllegalArgumentException("a report has no outcome");
    };
  }

  static ListMembersRequest list(RequestHeader header, MemberQuery query) {
    ListMembersRequest.Builder request =
        ListMembersRequest.newBuilder()
            .setHeader(header)
            .setPrefix(query.prefix())
            .setLimit(query.limit())
            .setAfter(query.after());
    query
        .labels()
        .forEach(
            (name, value) -> {
              LabelMatch.Builder match = request.addLabelsBuilder().setName(name);
              value.ifPresent(match::setValue);
            });
    query.health().stream().sorted().forEach(health -> request.addHealth(health(health)));
    return request.build();
  }

  static MemberPage page(ResponseHeader header, ListMembersResponse answer) {
    return new MemberPage(
        header.getRevision(),
        answer.getMembersList().stream().map(MemberMessages::info).toList(),
        answer.getMore(),
        answer.getMore() ? answer.getLast() : "");
  }

  private static MemberInfo info(ListedMember member) {
    return new MemberInfo(
        member.getName(),
        MEMBERS.fromMessage(member.getMember()),
        member.getModRevision(),
        member.hasLease() ? Optional.of(lease(member.getLease())) : Optional.empty());
  }

  static LeaseRef lease(dev.stele.proto.v1.LeaseRef lease) {
    return new LeaseRef(lease.getName(), lease.getToken());
  }

  private static dev.stele.proto.v1.Member.Health health(Member.Health health) {
    return dev.stele.proto.v1.Member.Health.valueOf(health.name());
  }
}

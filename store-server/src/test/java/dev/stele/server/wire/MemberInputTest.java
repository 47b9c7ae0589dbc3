// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static dev.stele.server.wire.MembersTest.registration;
import static dev.stele.server.wire.MembersTest.report;
import static dev.stele.server.wire.MembersTest.reports;
import static dev.stele.server.wire.Requests.lease;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.Message;
import dev.stele.proto.v1.DeregisterMemberRequest;
import dev.stele.proto.v1.Endpoint;
import dev.stele.proto.v1.LabelMatch;
import dev.stele.proto.v1.ListMembersRequest;
import dev.stele.proto.v1.Member;
import dev.stele.proto.v1.MemberReport;
import dev.stele.proto.v1.MembersGrpc;
import dev.stele.proto.v1.ReadMode;
import dev.stele.proto.v1.RegisterMemberRequest;
import dev.stele.proto.v1.RegisteredEndpoint;
import dev.stele.proto.v1.ReportMembersRequest;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Reason;
import dev.stele.server.wire.parse.MemberParser;
import dev.stele.server.wire.parse.ReportParser;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong with a request about members is refused with its field, and changes nothing. */
final class MemberInputTest {
  private static final String LONGEST_NAME = "n".repeat(Limits.LEASE_HOLDER_MAX_BYTES);
  private static TestNode node;

  @BeforeAll
  static void start() throws IOException {
    node = TestNode.formed("n1");
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static Message send(Message request) {
    MembersGrpc.MembersBlockingStub members = MembersGrpc.newBlockingStub(node.channel());
    if (request instanceof RegisterMemberRequest register) {
      return members.register(register);
    } else if (request instanceof ReportMembersRequest report) {
      return members.report(report);
    } else if (request instanceof DeregisterMemberRequest deregister) {
      return members.deregister(deregister);
    }
    return members.listMembers((ListMembersRequest) request);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"registrations", "endpoints", "reported", "others"})
  void isRefusedWithItsField(String what, Message.Builder request, String field) {
    Refused.forField(node, what, () -> send(request.build()), field);
  }

  static Stream<Arguments> registrations() {
    return Stream.of(
        arguments("no name", registration(""), "name"),
        arguments("a name of 257 bytes", registration(LONGEST_NAME + "n"), "name"),
        arguments("a name of a megabyte", registration("n".repeat(1 << 20)), "name"),
        arguments("an empty segment", registration("a//b"), "name"),
        arguments("a control character", registration("a\nb"), "name"),
        arguments("no member", registration("m").clearMember(), "member.address"),
        member("no address", member().clearAddress(), "address"),
        member("no port", member().setAddress("host"), "address"),
        member("no host", member().setAddress(":80"), "address"),
        member("port 0", member().setAddress("host:0"), "address"),
        member("an endless address", member().setAddress("h".repeat(600) + ":80"), "address"),
        member("LOST", member().setHealth(Member.Health.LOST), "health"),
        member("a health that is not known", member().setHealthValue(9), "health"),
        member("an incarnation of 2^64-1", member().setIncarnation(-1), "incarnation"),
        member("a capacity of 2^64-1", member().putCapacity("a", -1), "capacity[1].value"),
        arguments("no TTL", registration("m").clearTtlMillis(), "ttl_millis"),
        arguments("a TTL of 499 ms", registration("m").setTtlMillis(499), "ttl_millis"),
        arguments(
            "a TTL of a day and a millisecond",
            registration("m").setTtlMillis(86_400_001),
            "ttl_millis"),
        arguments("a TTL of 2^64-1", registration("m").setTtlMillis(-1), "ttl_millis"));
  }

  private static Member.Builder member() {
    return registration("m").getMember().toBuilder();
  }

  private static Arguments member(String what, Member.Builder member, String field) {
    return arguments(what, registration("m").setMember(member), "member." + field);
  }

  static Stream<Arguments> endpoints() {
    RegisterMemberRequest.Builder many = registration("m");
    for (int i = 0; i <= Limits.REGISTRATION_MAX_ENDPOINTS; i++) {
      many.addEndpoints(endpoint("s" + i));
    }
    return Stream.of(
        arguments("65 endpoints", many, "endpoints"),
        wrongEndpoint("no endpoint", RegisteredEndpoint.newBuilder(), ".endpoint.service"),
        wrongEndpoint("no service", endpoint(""), ".endpoint.service"),
        wrongEndpoint("a service with an empty segment", endpoint("a//b"), ".endpoint.service"),
        wrongEndpoint("an endless service", endpoint("s".repeat(481)), ".endpoint.service"),
        wrongEndpoint("an endless key", endpoint("s".repeat(480)), ".instance"),
        wrongEndpoint("an empty segment", endpoint("s").setInstance("a//b"), ".instance"),
        wrongEndpoint("no address", endpoint("s", ""), ".endpoint.address"),
        wrongEndpoint("no port", endpoint("s", "host"), ".endpoint.address"),
        wrongEndpoint("the first one once more", endpoint("first"), ""),
        wrongEndpoint("the first one by its instance", endpoint("first").setInstance("m"), ""));
  }

  private static RegisteredEndpoint.Builder endpoint(String service) {
    return endpoint(service, "host:80");
  }

  private static RegisteredEndpoint.Builder endpoint(String service, String address) {
    return RegisteredEndpoint.newBuilder()
        .setEndpoint(Endpoint.newBuilder().setService(service).setAddress(address));
  }

  private static Arguments wrongEndpoint(
      String what, RegisteredEndpoint.Builder endpoint, String field) {
    return arguments(
        what,
        registration("m").addEndpoints(endpoint("first")).addEndpoints(endpoint),
        "endpoints[1]" + field);
  }

  static Stream<Arguments> reported() {
    ReportMembersRequest.Builder many = ReportMembersRequest.newBuilder();
    for (int i = 0; i <= ReportParser.REPORTS_MAX; i++) {
      many.addReports(report("m" + i, 1));
    }
    return Stream.of(
        arguments("no report", ReportMembersRequest.newBuilder(), "reports"),
        arguments("1,001 reports", many, "reports"),
        wrongReport("a report of nobody", MemberReport.newBuilder(), ".lease"),
        wrongReport(
            "a report without a token",
            report("m", 1).setLease(lease("member/m", 0)),
            ".lease.token"),
        wrongReport(
            "a report of what is no member", report("m", 1).setLease(lease("m", 1)), ".lease.name"),
        wrongReport("the same member twice", report("first", 2), ".lease"),
        wrongReport("LOST", report("m", 1).setHealth(Member.Health.LOST), ".health"),
        wrongReport("a health that is not known", report("m", 1).setHealthValue(9), ".health"),
        wrongReport(
            "a capacity of 2^64-1",
            report("m", 1).setCapacity(MemberReport.Capacity.newBuilder().putValues("slots", -1)),
            ".capacity.values[0].value"),
        arguments(
            "a report under a session",
            reports(report("m", 1)).setHeader(LeasesTest.tagged(1)),
            "header.session"));
  }

  private static Arguments wrongReport(String what, MemberReport.Builder report, String field) {
    return arguments(what, reports(report("first", 1), report), "reports[1]" + field);
  }

  static Stream<Arguments> others() {
    ListMembersRequest.Builder manyLabels = ListMembersRequest.newBuilder();
    for (int i = 0; i <= MemberParser.LABEL_MATCHES_MAX; i++) {
      manyLabels.addLabels(LabelMatch.newBuilder().setName("l" + i));
    }
    return Stream.of(
        arguments("an end of nothing", DeregisterMemberRequest.newBuilder(), "lease"),
        arguments(
            "an end without a token",
            DeregisterMemberRequest.newBuilder().setLease(lease("member/m", 0)),
            "lease.token"),
        arguments(
            "an end of what is no member",
            DeregisterMemberRequest.newBuilder().setLease(lease("m", 1)),
            "lease.name"),
        arguments("a page of 1,001", ListMembersRequest.newBuilder().setLimit(1_001), "limit"),
        arguments(
            "a prefix with an empty segment",
            ListMembersRequest.newBuilder().setPrefix("a//"),
            "prefix"),
        arguments(
            "behind what is no name", ListMembersRequest.newBuilder().setAfter("a/"), "after"),
        arguments("17 labels", manyLabels, "labels"),
        arguments(
            "a label without a name",
            ListMembersRequest.newBuilder()
                .addLabels(LabelMatch.newBuilder().setName("a"))
                .addLabels(LabelMatch.newBuilder().setValue("v")),
            "labels[1].name"),
        arguments(
            "a health that is not known",
            ListMembersRequest.newBuilder().addHealthValue(1).addHealthValue(9),
            "health[1]"),
        arguments(
            "a revision of 2^64-1",
            ListMembersRequest.newBuilder().setMode(ReadMode.newBuilder().setAt(-1)),
            "mode.at"),
        arguments(
            "a revision that is not there yet",
            ListMembersRequest.newBuilder().setMode(ReadMode.newBuilder().setAt(1_000_000)),
            "mode.at"),
        arguments(
            "a list under a session",
            ListMembersRequest.newBuilder().setHeader(LeasesTest.tagged(1)),
            "header.session"));
  }

  @Test
  void aBodyBeyondItsKindsLimitIsRefusedWithWhereItIs() {
    long before = node.revision();
    String label = "l".repeat(Limits.BODY_DEFAULT_MAX_BYTES);
    Refused member =
        Refused.by(() -> send(registration("m").setMember(member().putLabels("a", label)).build()));
    assertThat(member.reason()).isEqualTo(Reason.BODY_TOO_LARGE);
    assertThat(member.field()).isEqualTo("member");
    RegisteredEndpoint.Builder long1 = endpoint("s");
    long1.getEndpointBuilder().putLabels("a", label);
    Refused endpoint =
        Refused.by(
            () -> send(registration("m").addEndpoints(endpoint("f")).addEndpoints(long1).build()));
    assertThat(endpoint.reason()).isEqualTo(Reason.BODY_TOO_LARGE);
    assertThat(endpoint.field()).isEqualTo("endpoints[1].endpoint");
    assertThat(node.revision()).isEqualTo(before);
  }

  @Test
  void theLongestAndTheMostAreTaken() {
    RegisterMemberRequest.Builder most =
        registration(LONGEST_NAME).setTtlMillis(Limits.LEASE_MAX_TTL_MILLIS);
    for (int i = 0; i < Limits.REGISTRATION_MAX_ENDPOINTS; i++) {
      most.addEndpoints(endpoint("s" + i));
    }
    assertThat(send(most.build())).isNotNull();
    assertThat(send(registration("l").setTtlMillis(Limits.LEASE_MIN_TTL_MILLIS).build()))
        .isNotNull();
    ReportMembersRequest.Builder reports = ReportMembersRequest.newBuilder();
    for (int i = 0; i < ReportParser.REPORTS_MAX; i++) {
      reports.addReports(report("m" + i, 1));
    }
    assertThat(send(reports.build())).isNotNull();
  }
}

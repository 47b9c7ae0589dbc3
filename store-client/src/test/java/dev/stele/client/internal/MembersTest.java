// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stele.client.LeaseLoss;
import dev.stele.client.LeaseRef;
import dev.stele.client.LeaseState;
import dev.stele.client.MemberHandle;
import dev.stele.client.MemberInfo;
import dev.stele.client.MemberPage;
import dev.stele.client.MemberQuery;
import dev.stele.client.MemberReport;
import dev.stele.client.Registration;
import dev.stele.client.ReportOutcome;
import dev.stele.client.StoreClient;
import dev.stele.client.error.FencedException;
import dev.stele.client.error.OutcomeUnknownException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.SteleException;
import dev.stele.client.kind.Endpoint;
import dev.stele.client.kind.Member;
import dev.stele.proto.v1.DeregisterMemberRequest;
import dev.stele.proto.v1.ListMembersRequest;
import dev.stele.proto.v1.ListMembersResponse;
import dev.stele.proto.v1.ListedMember;
import dev.stele.proto.v1.RegisterMemberRequest;
import dev.stele.proto.v1.RegisterMemberResponse;
import dev.stele.proto.v1.ReportMembersRequest;
import dev.stele.proto.v1.ReportMembersResponse;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Members: what is asked, what is made of the answers, and how a life is kept. */
final class MembersTest {
  private static final Registration NODE7 =
      Registration.of("rack1/node7", "10.0.0.7:80")
          .withTtl(Duration.ofSeconds(9))
          .withEndpoint(Endpoint.of("web", "10.0.0.7:81"))
          .withEndpoint("extra", Endpoint.of("web", "10.0.0.7:82"));
  private static final LeaseRef LEASE = new LeaseRef("member/rack1/node7", 71);

  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private MemberHandle registered(StoreClient client) {
    return client.members().register(NODE7).join();
  }

  @Test
  void aRegistrationSaysAllOfIt() {
    MemberHandle member = registered(cluster.client("a:1"));
    RegisterMemberRequest request = cluster.a.received(0, RegisterMemberRequest.class);
    assertThat(request.getName()).isEqualTo("rack1/node7");
    assertThat(request.getMember().getAddress()).isEqualTo("10.0.0.7:80");
    assertThat(request.getMember().getHealth()).isEqualTo(dev.stele.proto.v1.Member.Health.HEALTHY);
    assertThat(request.getTtlMillis()).isEqualTo(9_000);
    assertThat(request.getEndpointsList())
        .extracting(one -> one.getInstance() + "@" + one.getEndpoint().getAddress())
        .containsExactly("@10.0.0.7:81", "extra@10.0.0.7:82");
    assertThat(request.getHeader().hasSession()).isTrue();

    assertThat(member.name()).isEqualTo("rack1/node7");
    assertThat(member.incarnation()).isEqualTo(71);
    assertThat(member.lease().ref()).isEqualTo(LEASE);
  }

  @Test
  void aLifeIsKeptByRenewals() {
    MemberHandle member = registered(cluster.client("a:1"));
    cluster.time.advance(Duration.ofMinutes(1));
    assertThat(member.lease().state()).isEqualTo(LeaseState.HELD);

    cluster.a.leases.renews = false;
    cluster.time.advance(Duration.ofSeconds(10));
    assertThat(member.lease().status().loss()).contains(LeaseLoss.EXPIRED);
  }

  @Test
  void aLifeCountsFromBeforeItsRegistrationWasSent() {
    cluster.a.fails(Errors.of(Status.Code.UNAVAILABLE, Reason.OUTCOME_UNKNOWN));
    cluster.a.answers(
        RegisterMemberResponse.newBuilder()
            .setHeader(cluster.a.header)
            .setLease(dev.stele.proto.v1.LeaseRef.newBuilder().setName(LEASE.name()).setToken(71))
            .setIncarnation(71)
            .setTtlMillis(9_000)
            .setDuplicate(true)
            .build());
    cluster.time.random = 0.99;
    CompletableFuture<MemberHandle> member = cluster.client("a:1").members().register(NODE7);
    cluster.time.advance(Duration.ofSeconds(1));
    // 9 s less a thousandth, 100 ms and the second that has passed since the first try.
    assertThat(member.join().lease().remaining()).isEqualTo(Duration.ofMillis(7_891));
  }

  @Test
  void aRegistrationThatIsRefusedBeginsNothing() {
    cluster.a.fails(Errors.of(Status.Code.FAILED_PRECONDITION, Reason.FENCED));
    Failures.of(cluster.client("a:1").members().register(NODE7), FencedException.class);
    cluster.time.advance(Duration.ofSeconds(30));
    assertThat(cluster.a.leases.streams).isEmpty();
  }

  @Test
  void aRegistrationWithoutAnAnswerIsOfUnknownOutcome() {
    cluster.sessions = false;
    cluster.a.fails(Errors.of(Status.Code.UNAVAILABLE, Reason.OUTCOME_UNKNOWN));
    Failures.of(cluster.client("a:1").members().register(NODE7), OutcomeUnknownException.class);
  }

  @Test
  void whoDeregistersIsLostAtOnceAndHearsTheRevision() {
    MemberHandle member = registered(cluster.client("a:1"));
    cluster.a.isSilent();
    assertThat(member.deregister()).isNotDone();
    assertThat(member.lease().status().loss()).contains(LeaseLoss.RELEASED);
    assertThat(cluster.a.received(1, DeregisterMemberRequest.class).getLease().getToken())
        .isEqualTo(71);
    member.close();
    assertThat(cluster.a.calls()).isEqualTo(2);

    MemberHandle next = registered(cluster.client("a:1"));
    assertThat(next.deregister().join().revision()).isEqualTo(80);
  }

  @Test
  void reportsSayWhatIsSaidAndNothingElse() {
    MemberHandle member = registered(cluster.client("a:1"));
    assertThat(member.report(Member.Health.DEGRADED).join())
        .isEqualTo(new ReportOutcome.Unchanged());
    member.report(Map.of("slots", 3L)).join();
    member.report(Member.Health.HEALTHY, Map.of()).join();

    dev.stele.proto.v1.MemberReport health = report(1);
    assertThat(health.getLease().getToken()).isEqualTo(71);
    assertThat(health.getHealth()).isEqualTo(dev.stele.proto.v1.Member.Health.DEGRADED);
    assertThat(health.hasCapacity()).isFalse();
    assertThat(health.hasLabels()).isFalse();
    assertThat(report(2).hasHealth()).isFalse();
    assertThat(report(2).getCapacity().getValuesMap()).isEqualTo(Map.of("slots", 3L));
    // An empty capacity is one, and not none.
    assertThat(report(3).hasCapacity()).isTrue();
  }

  private dev.stele.proto.v1.MemberReport report(int call) {
    return cluster.a.received(call, ReportMembersRequest.class).getReports(0);
  }

  @Test
  void eachReportHasItsOutcome() {
    cluster.a.answers(
        ReportMembersResponse.newBuilder()
            .setHeader(cluster.a.header)
            .addOutcomes(outcome().setWritten(12))
            .addOutcomes(outcome().setUnchanged(true))
            .addOutcomes(outcome().setDeferredMillis(250))
            .addOutcomes(outcome().setLost("gone"))
            .addOutcomes(outcome().setUnknown("who knows"))
            .addOutcomes(outcome().setRefused("no"))
            .build());
    List<MemberReport> six = java.util.Collections.nCopies(6, aReport());
    assertThat(cluster.client("a:1").members().report(six).join())
        .containsExactly(
            new ReportOutcome.Written(12),
            new ReportOutcome.Unchanged(),
            new ReportOutcome.Deferred(Duration.ofMillis(250)),
            new ReportOutcome.Lost("gone"),
            new ReportOutcome.Unknown("who knows"),
            new ReportOutcome.Refused("no"));
  }

  @Test
  void anAnswerThatLeavesReportsOutIsNone() {
    for (int i = 0; i < 4; i++) {
      cluster.a.answers(ReportMembersResponse.newBuilder().setHeader(cluster.a.header).build());
    }
    CompletableFuture<List<ReportOutcome>> outcomes =
        cluster.client("a:1").members().report(List.of(aReport()));
    cluster.time.advance(Duration.ofSeconds(10));
    assertThat(Failures.of(outcomes, SteleException.class)).hasMessageContaining("0 outcomes");
  }

  private static MemberReport aReport() {
    return MemberReport.capacity(LEASE, Map.of("slots", 1L));
  }

  private static dev.stele.proto.v1.ReportOutcome.Builder outcome() {
    return dev.stele.proto.v1.ReportOutcome.newBuilder();
  }

  @Test
  void aQuerySaysWhichMembers() {
    MemberQuery query =
        MemberQuery.all()
            .withPrefix("rack1/")
            .withLabel("zone", "a")
            .withHealth(Member.Health.DEGRADED, Member.Health.HEALTHY)
            .behind("rack1/node3");
    cluster.client("a:1").members().list(query).join();
    ListMembersRequest request = cluster.a.received(0, ListMembersRequest.class);
    assertThat(request.getPrefix()).isEqualTo("rack1/");
    assertThat(request.getAfter()).isEqualTo("rack1/node3");
    assertThat(request.getLabels(0).getName()).isEqualTo("zone");
    assertThat(request.getLabels(0).getValue()).isEqualTo("a");
    assertThat(request.getHealthList())
        .containsExactly(
            dev.stele.proto.v1.Member.Health.HEALTHY, dev.stele.proto.v1.Member.Health.DEGRADED);
  }

  @Test
  void allPagesAreOneList() {
    cluster.a.answers(
        page(true, "b", listed("a", 71)), page(true, "c"), page(false, "d", listed("d", 0)));
    StoreClient client = cluster.client("a:1");
    List<MemberInfo> members = client.members().listAll(MemberQuery.all()).join();
    assertThat(members).extracting(MemberInfo::name).containsExactly("a", "d");
    assertThat(members.get(0).lease()).contains(new LeaseRef("member/a", 71));
    assertThat(members.get(1).lease()).isEqualTo(Optional.empty());
    assertThat(cluster.a.received(1, ListMembersRequest.class).getAfter()).isEqualTo("b");
    assertThat(cluster.a.received(2, ListMembersRequest.class).getAfter()).isEqualTo("c");

    cluster.a.answers(page(false, "d", listed("d", 0)));
    MemberPage last = client.members().list(MemberQuery.all()).join();
    assertThat(last.revision()).isEqualTo(10);
    assertThat(last.last()).isEmpty();
  }

  private ListMembersResponse page(boolean more, String last, ListedMember... members) {
    return ListMembersResponse.newBuilder()
        .setHeader(cluster.a.header)
        .addAllMembers(List.of(members))
        .setMore(more)
        .setLast(last)
        .build();
  }

  private static ListedMember listed(String name, long token) {
    ListedMember.Builder member = ListedMember.newBuilder().setName(name).setModRevision(9);
    if (token != 0) {
      member.getLeaseBuilder().setName("member/" + name).setToken(token);
    }
    return member.build();
  }

  @Test
  void whoCancelsARegistrationIsNotKept() {
    cluster.a.isSilent();
    CompletableFuture<MemberHandle> member = cluster.client("a:1").members().register(NODE7);
    assertThat(member.cancel(true)).isTrue();
    cluster.time.advance(Duration.ofMinutes(1));
    assertThat(cluster.a.calls()).isEqualTo(1);
    assertThat(cluster.a.leases.streams).isEmpty();
  }

  @Test
  void aTtlThatNoClockCanCountIsNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NODE7.withTtl(Duration.ofMillis(-1)))
        .withMessageContaining("ttl");
  }
}

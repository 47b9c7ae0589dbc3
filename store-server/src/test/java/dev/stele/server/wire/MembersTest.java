// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static dev.stele.server.wire.Requests.get;
import static dev.stele.server.wire.Requests.lease;
import static dev.stele.server.wire.Requests.list;
import static dev.stele.server.wire.Requests.local;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.proto.v1.DeregisterMemberRequest;
import dev.stele.proto.v1.DeregisterMemberResponse;
import dev.stele.proto.v1.Endpoint;
import dev.stele.proto.v1.Fact;
import dev.stele.proto.v1.LabelMatch;
import dev.stele.proto.v1.LeaseRef;
import dev.stele.proto.v1.ListMembersRequest;
import dev.stele.proto.v1.ListMembersResponse;
import dev.stele.proto.v1.ListedMember;
import dev.stele.proto.v1.Member;
import dev.stele.proto.v1.MemberReport;
import dev.stele.proto.v1.MembersGrpc;
import dev.stele.proto.v1.ReadMode;
import dev.stele.proto.v1.RegisterMemberRequest;
import dev.stele.proto.v1.RegisterMemberResponse;
import dev.stele.proto.v1.RegisteredEndpoint;
import dev.stele.proto.v1.ReportMembersRequest;
import dev.stele.server.core.command.RegisterMember;
import dev.stele.server.core.kind.MemberRecord;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.ReadGate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Members on the wire, but for what they say of themselves again and again. */
final class MembersTest {
  private TestNode node;

  @BeforeEach
  void start() throws IOException {
    node = TestNode.formed("n1");
  }

  @AfterEach
  void stop() {
    node.close();
    assertThat(node.faults).isEmpty();
  }

  static RegisterMemberRequest.Builder registration(String name) {
    return RegisterMemberRequest.newBuilder()
        .setName(name)
        .setMember(
            Member.newBuilder()
                .setAddress("10.0.0.7:9000")
                .setHealth(Member.Health.HEALTHY)
                .putCapacity("slots", 100))
        .setTtlMillis(10_000);
  }

  static MemberReport.Builder report(String member, long token) {
    return MemberReport.newBuilder().setLease(lease("member/" + member, token));
  }

  static ReportMembersRequest.Builder reports(MemberReport.Builder... reports) {
    ReportMembersRequest.Builder request = ReportMembersRequest.newBuilder();
    for (MemberReport.Builder report : reports) {
      request.addReports(report);
    }
    return request;
  }

  private static RegisteredEndpoint endpoint(String service, String instance) {
    return RegisteredEndpoint.newBuilder()
        .setInstance(instance)
        .setEndpoint(
            Endpoint.newBuilder()
                .setService(service)
                .setAddress("[fd00::7]:80")
                .setWeight(3)
                .putLabels("zone", "a"))
        .build();
  }

  private MembersGrpc.MembersBlockingStub members() {
    return members(node);
  }

  static MembersGrpc.MembersBlockingStub members(TestNode at) {
    return MembersGrpc.newBlockingStub(at.channel());
  }

  @Test
  void aRegistrationWritesTheLeaseTheMemberAndItsEndpointsInOneRevision() throws IOException {
    RegisterMemberResponse response =
        members()
            .register(
                registration("rack1/node7")
                    .addEndpoints(endpoint("web", ""))
                    .addEndpoints(endpoint("db/main", "7"))
                    .build());
    LeaseRef lease = lease("member/rack1/node7", node.revision());
    assertThat(node.revision()).isEqualTo(1);
    assertThat(response.getLease()).isEqualTo(lease);
    assertThat(response.getIncarnation()).as("the revision").isEqualTo(1);
    assertThat(response.getTtlMillis()).isEqualTo(10_000);
    assertThat(response.getDuplicate()).isFalse();
    List<Fact> facts = node.facts().list(list("").build()).getFactsList();
    assertThat(facts)
        .extracting(fact -> fact.getKey().toStringUtf8())
        .containsExactly(
            "endpoint/db/main/7",
            "endpoint/web/rack1/node7",
            "lease/member/rack1/node7",
            "member/rack1/node7");
    assertThat(facts.get(0).getLease()).isEqualTo(lease);
    assertThat(Endpoint.parseFrom(facts.get(1).getBody()))
        .isEqualTo(endpoint("web", "").getEndpoint());
    assertThat(Member.parseFrom(facts.get(3).getBody()))
        .isEqualTo(registration("").getMember().toBuilder().setIncarnation(1).build());
    assertThat(facts.get(3).getLease()).isEqualTo(lease);
  }

  @Test
  void theNextLifeTakesThePlaceOfOneThatIsStillHeldAndLeavesNothingOfIt() {
    var unused = members().register(registration("m").addEndpoints(endpoint("web", "")).build());
    RegisterMemberResponse next =
        members().register(registration("m").addEndpoints(endpoint("db", "")).build());
    assertThat(next.getLease()).isEqualTo(lease("member/m", 2));
    assertThat(next.getIncarnation()).isEqualTo(2);
    assertThat(node.facts().list(list("").build()).getFactsList())
        .extracting(fact -> fact.getKey().toStringUtf8())
        .containsExactly("endpoint/db/m", "lease/member/m", "member/m");
  }

  @Test
  void anIncarnationThatGoesBackIsFenced() {
    RegisterMemberRequest.Builder life = registration("m");
    life.getMemberBuilder().setIncarnation(7);
    assertThat(members().register(life.build()).getIncarnation()).isEqualTo(7);
    for (long incarnation : new long[] {6, 7}) {
      life.getMemberBuilder().setIncarnation(incarnation);
      Refused refused = Refused.by(() -> members().register(life.build()));
      assertThat(refused.reason()).isEqualTo(Reason.FENCED);
      assertThat(refused.field()).isEqualTo("member.incarnation");
    }
    assertThat(node.revision()).isEqualTo(1);
  }

  @Test
  void anEndpointThatIsSomebodyElsesIsRefusedAndNothingIsWritten() {
    var unused = members().register(registration("m").addEndpoints(endpoint("web", "1")).build());
    Refused refused =
        Refused.by(
            () -> members().register(registration("n").addEndpoints(endpoint("web", "1")).build()));
    assertThat(refused.reason()).isEqualTo(Reason.ALREADY_EXISTS);
    assertThat(refused.field()).isEqualTo("endpoints[0]");
    assertThat(node.revision()).isEqualTo(1);
    assertThat(node.facts().get(get("member/n").build()).hasFact()).isFalse();
  }

  @Test
  void aRetryOfTheSameWriteIsADuplicate() {
    RegisterMemberRequest registration =
        registration("m").addEndpoints(endpoint("web", "")).setHeader(LeasesTest.tagged(1)).build();
    RegisterMemberResponse first = members().register(registration);
    RegisterMemberResponse again = members().register(registration);
    assertThat(again.getDuplicate()).isTrue();
    assertThat(again.getLease()).isEqualTo(first.getLease());
    assertThat(again.getIncarnation()).isEqualTo(first.getIncarnation());
    DeregisterMemberRequest end =
        DeregisterMemberRequest.newBuilder()
            .setHeader(LeasesTest.tagged(2))
            .setLease(first.getLease())
            .build();
    assertThat(members().deregister(end).getDuplicate()).isFalse();
    assertThat(members().deregister(end).getDuplicate()).isTrue();
    assertThat(node.revision()).isEqualTo(2);
  }

  @Test
  void anOrderlyEndLeavesNothingAndNeedsTheToken() {
    var unused = members().register(registration("m").addEndpoints(endpoint("web", "")).build());
    Refused refused =
        Refused.by(
            () ->
                members()
                    .deregister(
                        DeregisterMemberRequest.newBuilder()
                            .setLease(lease("member/m", 9))
                            .build()));
    assertThat(refused.reason()).isEqualTo(Reason.FENCED);
    DeregisterMemberResponse ended =
        members()
            .deregister(
                DeregisterMemberRequest.newBuilder().setLease(lease("member/m", 1)).build());
    assertThat(ended.getRevision()).isEqualTo(node.revision()).isEqualTo(2);
    assertThat(node.facts().list(list("").build()).getFactsList()).isEmpty();
  }

  @Test
  void anotherNodePassesOnWhatTheLeaderDecidesAndListsByItself() throws IOException {
    try (TestNode other = TestNode.formed("n2", node.address())) {
      other.standing = TestNode.following(Optional.of("n1"));
      RegisterMemberResponse registered = members(other).register(registration("m").build());
      assertThat(registered.getHeader().getMember()).isEqualTo("n1");
      ReportMembersRequest report =
          reports(report("m", 1).setHealth(Member.Health.DEGRADED)).build();
      assertThat(members(other).report(report).getOutcomes(0).getWritten()).isEqualTo(2);
      assertThat(members(other).listMembers(ListMembersRequest.getDefaultInstance()).getHeader())
          .satisfies(header -> assertThat(header.getMember()).isEqualTo("n2"));
      var unused =
          members(other)
              .deregister(
                  DeregisterMemberRequest.newBuilder().setLease(registered.getLease()).build());
      assertThat(node.revision()).isEqualTo(3);
      assertThat(other.revision()).isZero();
    }
  }

  private ListMembersResponse listed(ListMembersRequest.Builder request) {
    return members().listMembers(request.build());
  }

  private static List<String> names(ListMembersResponse response) {
    return response.getMembersList().stream().map(ListedMember::getName).toList();
  }

  private void register(String name, Member.Health health, Map<String, String> labels) {
    RegisterMemberRequest.Builder request = registration(name);
    request.getMemberBuilder().setHealth(health).putAllLabels(labels);
    var unused = members().register(request.build());
  }

  @Test
  void aListShowsMembersInTheOrderOfNamesWithWhatTheyLiveBy() {
    register("b/2", Member.Health.HEALTHY, Map.of());
    register("a", Member.Health.HEALTHY, Map.of("zone", "x"));
    var unused =
        node.facts()
            .put(
                Requests.put("member/c")
                    .setBody(
                        Member.newBuilder().setHealth(Member.Health.LOST).build().toByteString())
                    .build());
    ListMembersResponse all = listed(ListMembersRequest.newBuilder());
    assertThat(names(all)).containsExactly("a", "b/2", "c");
    assertThat(all.getMembers(0))
        .isEqualTo(
            ListedMember.newBuilder()
                .setName("a")
                .setMember(
                    registration("").getMember().toBuilder()
                        .setIncarnation(2)
                        .putLabels("zone", "x"))
                .setModRevision(2)
                .setLease(lease("member/a", 2))
                .build());
    assertThat(all.getMembers(2).hasLease()).isFalse();
    assertThat(all.getMore()).isFalse();
    assertThat(all.getLast()).isEqualTo("c");
    assertThat(names(listed(ListMembersRequest.newBuilder().setPrefix("b/"))))
        .containsExactly("b/2");
    ListMembersResponse nothing = listed(ListMembersRequest.newBuilder().setAfter("c"));
    assertThat(nothing.getMembersList()).isEmpty();
    assertThat(nothing.getLast()).isEmpty();
  }

  @Test
  void aListIsFilteredByLabelsAndHealth() {
    register("a", Member.Health.HEALTHY, Map.of("zone", "x", "gpu", ""));
    register("b", Member.Health.DEGRADED, Map.of("zone", "x"));
    register("c", Member.Health.HEALTHY, Map.of("zone", "y", "gpu", "big"));
    register("d", Member.Health.DRAINING, Map.of());
    LabelMatch zoneX = LabelMatch.newBuilder().setName("zone").setValue("x").build();
    LabelMatch gpu = LabelMatch.newBuilder().setName("gpu").build();
    ListMembersRequest.Builder none = ListMembersRequest.newBuilder();
    assertThat(names(listed(none.clone().addLabels(zoneX)))).containsExactly("a", "b");
    assertThat(names(listed(none.clone().addLabels(gpu)))).containsExactly("a", "c");
    assertThat(names(listed(none.clone().addLabels(gpu).addLabels(zoneX)))).containsExactly("a");
    LabelMatch emptyGpu = LabelMatch.newBuilder().setName("gpu").setValue("").build();
    assertThat(names(listed(none.clone().addLabels(emptyGpu)))).containsExactly("a");
    LabelMatch zoneY = LabelMatch.newBuilder().setName("zone").setValue("y").build();
    assertThat(names(listed(none.clone().addLabels(zoneX).addLabels(zoneY)))).isEmpty();
    assertThat(
            names(
                listed(
                    none.clone()
                        .addHealth(Member.Health.DEGRADED)
                        .addHealth(Member.Health.DRAINING))))
        .containsExactly("b", "d");
    assertThat(names(listed(none.clone().addHealth(Member.Health.HEALTHY).addLabels(zoneX))))
        .containsExactly("a");
  }

  /** Registered without the wire: it is about many. */
  private void registerMany(int count, Map<String, String> labelsOfTheLast, int labelBytes) {
    for (int i = 0; i < count; i++) {
      Map<String, String> labels = new TreeMap<>(i == count - 1 ? labelsOfTheLast : Map.of());
      if (labelBytes > 0) {
        labels.put("long", "l".repeat(labelBytes));
      }
      MemberRecord member =
          new MemberRecord(
              "h:1", 0, new TreeMap<>(), MemberRecord.Health.HEALTHY, new TreeMap<>(labels));
      assertThat(node.decide(new RegisterMember("m%05d".formatted(i), member, 10_000, List.of())))
          .isInstanceOf(RegisterMember.Registered.class);
    }
  }

  @Test
  void aPageEndsWhenAThousandWereLookedAtHoweverFewMatch() {
    registerMany(2_500, Map.of("rare", "yes"), 0);
    ListMembersRequest.Builder rare =
        ListMembersRequest.newBuilder().addLabels(LabelMatch.newBuilder().setName("rare"));
    List<String> lasts = new ArrayList<>();
    ListMembersResponse page = listed(rare);
    while (page.getMore()) {
      assertThat(page.getMembersList()).isEmpty();
      lasts.add(page.getLast());
      page = listed(rare.setAfter(page.getLast()));
    }
    assertThat(lasts).containsExactly("m00999", "m01999");
    assertThat(names(page)).containsExactly("m02499");
    ListMembersResponse all = listed(ListMembersRequest.newBuilder());
    assertThat(all.getMembersCount()).isEqualTo(1_000);
    assertThat(all.getMore()).isTrue();
  }

  @Test
  void aPageEndsAtItsLimitOfMembersThatMatch() {
    registerMany(5, Map.of("rare", "yes"), 0);
    ListMembersResponse two = listed(ListMembersRequest.newBuilder().setLimit(2));
    assertThat(names(two)).containsExactly("m00000", "m00001");
    assertThat(two.getMore()).isTrue();
    assertThat(two.getLast()).isEqualTo("m00001");
    ListMembersRequest.Builder healthy =
        ListMembersRequest.newBuilder().addHealth(Member.Health.HEALTHY);
    ListMembersResponse filtered = listed(healthy.clone().setLimit(2));
    assertThat(names(filtered)).containsExactly("m00000", "m00001");
    assertThat(filtered.getMore()).isTrue();
    assertThat(filtered.getLast()).isEqualTo("m00001");
    ListMembersResponse rest = listed(healthy.clone().setLimit(3).setAfter("m00001"));
    assertThat(names(rest)).containsExactly("m00002", "m00003", "m00004");
    assertThat(rest.getMore()).isFalse();
  }

  @Test
  void aPageEndsAtOneMebibyteLookedAt() {
    registerMany(150, Map.of(), 10_000);
    ListMembersRequest.Builder lost = ListMembersRequest.newBuilder().addHealth(Member.Health.LOST);
    ListMembersResponse page = listed(lost);
    assertThat(page.getMembersList()).isEmpty();
    assertThat(page.getMore()).isTrue();
    int looks = Integer.parseInt(page.getLast().substring(1)) + 1;
    assertThat(looks).isBetween(Limits.PAGE_MAX_BYTES / 10_100, Limits.PAGE_MAX_BYTES / 10_000);
    assertThat(listed(lost.setAfter(page.getLast())).getMore()).isFalse();
  }

  @Test
  void aListOfARevisionShowsWhatStoodThen() {
    register("a", Member.Health.HEALTHY, Map.of());
    register("b", Member.Health.HEALTHY, Map.of());
    var unused =
        members()
            .deregister(
                DeregisterMemberRequest.newBuilder().setLease(lease("member/a", 1)).build());
    assertThat(names(listed(ListMembersRequest.newBuilder()))).containsExactly("b");
    for (long revision : new long[] {1, 2, 3}) {
      ListMembersRequest.Builder then =
          ListMembersRequest.newBuilder().setMode(Requests.at(revision));
      assertThat(names(listed(then)))
          .isEqualTo(
              List.of(List.of("a"), List.of("a", "b"), List.of("b")).get((int) revision - 1));
    }
  }

  @Test
  void aListIsLinearizableUnlessItIsSaidOtherwise() {
    node.gate =
        new TestNode.OpenGate() {
          @Override
          public CompletableFuture<Admission> linearizable(long deadlineNanos) {
            return CompletableFuture.completedFuture(
                new ReadGate.Denied(Reason.NO_QUORUM, "nobody answers"));
          }
        };
    Refused refused = Refused.by(() -> listed(ListMembersRequest.newBuilder()));
    assertThat(refused.reason()).isEqualTo(Reason.NO_QUORUM);
    assertThat(listed(ListMembersRequest.newBuilder().setMode(local())).getMembersList()).isEmpty();
    ReadMode atLeast = Requests.atLeast(0);
    assertThat(listed(ListMembersRequest.newBuilder().setMode(atLeast)).getMembersList()).isEmpty();
  }
}

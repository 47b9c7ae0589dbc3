// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static dev.stele.server.wire.MembersTest.members;
import static dev.stele.server.wire.MembersTest.report;
import static dev.stele.server.wire.MembersTest.reports;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.stele.proto.v1.Member;
import dev.stele.proto.v1.MemberReport;
import dev.stele.proto.v1.ReportMembersRequest;
import dev.stele.proto.v1.ReportOutcome;
import dev.stele.proto.v1.ReportOutcome.OutcomeCase;
import dev.stele.server.admission.report.ReportSettings;
import dev.stele.server.core.command.Delete;
import dev.stele.server.core.command.RegisterMember;
import dev.stele.server.core.command.ReleaseLease;
import dev.stele.server.core.kind.MemberRecord;
import dev.stele.server.core.kind.Members;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.ReadGate;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What members say of themselves, again and again, and what of it reaches the log. */
final class MemberReportsTest {
  private static final int MEMBERS = 10_000;
  private static final int A_REQUEST = 1_000;
  private static final ReportSettings STANDARD = ReportSettings.standard();

  /** What capacities may write at once: the rest is for health. */
  private static final int AT_ONCE = STANDARD.writesPerSecond() * 3 / 4;

  private TestNode node;
  private final List<Long> tokens = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    node = TestNode.formed("n1");
  }

  @AfterEach
  void stop() {
    node.close();
    assertThat(node.faults).isEmpty();
  }

  /** Registers members {@code 0} to {@code count} - 1, each with 1,000 slots. */
  private void register(int count) {
    for (int i = 0; i < count; i++) {
      MemberRecord member =
          new MemberRecord(
              "h:1",
              0,
              new TreeMap<>(Map.of("slots", 1_000L)),
              MemberRecord.Health.HEALTHY,
              new TreeMap<>(Map.of("zone", "a")));
      var registered =
          (RegisterMember.Registered)
              node.decide(new RegisterMember("" + i, member, 10_000, List.of()));
      tokens.add(registered.token());
    }
  }

  private MemberReport.Builder slots(int member, long slots) {
    return report("" + member, tokens.get(member))
        .setCapacity(MemberReport.Capacity.newBuilder().putValues("slots", slots));
  }

  private MemberReport.Builder health(int member, Member.Health health) {
    return report("" + member, tokens.get(member)).setHealth(health);
  }

  private List<ReportOutcome> send(ReportMembersRequest.Builder request) {
    return members(node).report(request.build()).getOutcomesList();
  }

  private List<OutcomeCase> cases(ReportMembersRequest.Builder request) {
    return send(request).stream().map(ReportOutcome::getOutcomeCase).toList();
  }

  /** All members report so many slots; how many of the outcomes were of each kind. */
  private Map<OutcomeCase, Integer> allReport(long slots) {
    Map<OutcomeCase, Integer> counts = new TreeMap<>();
    for (int first = 0; first < tokens.size(); first += A_REQUEST) {
      ReportMembersRequest.Builder request = ReportMembersRequest.newBuilder();
      for (int i = first; i < Math.min(first + A_REQUEST, tokens.size()); i++) {
        request.addReports(slots(i, slots).setHealth(Member.Health.HEALTHY));
      }
      cases(request).forEach(outcome -> counts.merge(outcome, 1, Integer::sum));
    }
    return counts;
  }

  private void pass(Duration time) {
    node.nanos.addAndGet(time.toNanos());
  }

  private double counted(String outcome) {
    return node.meters.counter("stele.members.reports", "outcome", outcome).count();
  }

  @Test
  void tenThousandMembersBelowTheThresholdPutNothingIntoTheLog() {
    register(MEMBERS);
    long index = node.store.applied().index();
    long revision = node.revision();
    for (long slots : new long[] {1_000, 1_100, 900, 1_001, 950}) {
      assertThat(allReport(slots)).isEqualTo(Map.of(OutcomeCase.UNCHANGED, MEMBERS));
      pass(Duration.ofSeconds(1));
    }
    assertThat(node.proposalDeadlines).as("nothing was even proposed").isEmpty();
    assertThat(node.store.applied().index()).isEqualTo(index);
    assertThat(node.revision()).isEqualTo(revision);
    assertThat(counted("unchanged")).isEqualTo(5.0 * MEMBERS);
  }

  @Test
  void tenThousandMembersBeyondTheThresholdWriteNoMoreThanTheBudget() {
    register(MEMBERS);
    long revision = node.revision();
    long index = node.store.applied().index();
    int written = 0;
    for (int second = 0; second < 10; second++) {
      Map<OutcomeCase, Integer> counts = allReport(second % 2 == 0 ? 2_000 : 500);
      written += counts.getOrDefault(OutcomeCase.WRITTEN, 0);
      assertThat(counts.keySet()).contains(OutcomeCase.DEFERRED_MILLIS);
      pass(Duration.ofSeconds(1));
    }
    assertThat(written).isBetween(9 * AT_ONCE, AT_ONCE + 9 * STANDARD.writesPerSecond());
    assertThat(node.revision() - revision).isEqualTo(written);
    assertThat(node.store.applied().index() - index).isEqualTo(written);
    assertThat(counted("written")).isEqualTo(written);
  }

  @Test
  void aCapacityBeyondTheThresholdIsWrittenWithAllThatIsReported() throws IOException {
    register(1);
    List<ReportOutcome> outcomes =
        send(
            reports(
                slots(0, 1_101)
                    .setHealth(Member.Health.DRAINING)
                    .setLabels(MemberReport.Labels.newBuilder().putValues("zone", "b"))));
    assertThat(outcomes.get(0).getWritten()).isEqualTo(node.revision()).isEqualTo(2);
    var fact = node.facts().get(Requests.get("member/0").build()).getFact();
    assertThat(Member.parseFrom(fact.getBody()))
        .isEqualTo(
            Member.newBuilder()
                .setAddress("h:1")
                .setIncarnation(1)
                .setHealth(Member.Health.DRAINING)
                .putCapacity("slots", 1_101)
                .putLabels("zone", "b")
                .build());
    assertThat(fact.getLease()).isEqualTo(Requests.lease("member/0", 1));
  }

  @Test
  void aMemberIsWrittenOnceASecondHoweverOftenItChanges() {
    register(1);
    assertThat(cases(reports(health(0, Member.Health.DEGRADED))))
        .containsExactly(OutcomeCase.WRITTEN);
    ReportOutcome deferred = send(reports(health(0, Member.Health.HEALTHY))).get(0);
    assertThat(deferred.getDeferredMillis()).isEqualTo(1_000);
    pass(Duration.ofSeconds(1));
    assertThat(cases(reports(health(0, Member.Health.HEALTHY))))
        .containsExactly(OutcomeCase.WRITTEN);
  }

  @Test
  void changesOfHealthGoBeforeThoseOfCapacityWhenTheBudgetIsShort() {
    register(STANDARD.writesPerSecond() + 40);
    ReportMembersRequest.Builder request = ReportMembersRequest.newBuilder();
    for (int i = 0; i < STANDARD.writesPerSecond(); i++) {
      request.addReports(slots(i, 5_000));
    }
    for (int i = STANDARD.writesPerSecond(); i < STANDARD.writesPerSecond() + 20; i++) {
      request.addReports(health(i, Member.Health.DEGRADED));
    }
    List<OutcomeCase> cases = cases(request);
    assertThat(cases.subList(STANDARD.writesPerSecond(), cases.size()))
        .containsOnly(OutcomeCase.WRITTEN)
        .hasSize(20);
    assertThat(cases.stream().filter(OutcomeCase.WRITTEN::equals)).hasSize(AT_ONCE);
    ReportMembersRequest.Builder next = ReportMembersRequest.newBuilder();
    for (int i = STANDARD.writesPerSecond() + 20; i < tokens.size(); i++) {
      next.addReports(health(i, Member.Health.DEGRADED));
    }
    assertThat(cases(next)).as("in a later request too").containsOnly(OutcomeCase.WRITTEN);
  }

  @Test
  void aLifeThatIsOverIsLost() {
    register(2);
    node.decide(new ReleaseLease(new LeaseRef("member/1", tokens.get(1))));
    long revision = node.revision();
    List<ReportOutcome> outcomes =
        send(
            reports(
                report("0", 99).setHealth(Member.Health.DEGRADED),
                health(1, Member.Health.DEGRADED),
                report("2", 1)));
    assertThat(outcomes.get(0).getLost()).contains("token 99", "its token is 1");
    assertThat(outcomes.get(1).getLost()).contains("nobody holds it");
    assertThat(outcomes.get(2).getLost()).contains("nobody holds it");
    assertThat(node.revision()).isEqualTo(revision);
    assertThat(counted("lost")).isEqualTo(3);
  }

  @Test
  void aMemberThatWasDeletedIsRefusedAndTheOthersAreNot() {
    register(2);
    node.decide(new Delete(KeyRange.single(Members.key("0")), OptionalLong.empty(), List.of()));
    List<ReportOutcome> outcomes =
        send(reports(health(0, Member.Health.DEGRADED), health(1, Member.Health.DEGRADED)));
    assertThat(outcomes.get(0).getRefused()).contains("member/0");
    assertThat(outcomes.get(1).getOutcomeCase()).isEqualTo(OutcomeCase.WRITTEN);
  }

  @Test
  void whatWasOvertakenOnTheWayIsLostByTheLogsWord() {
    register(1);
    node.log =
        (command, deadlineNanos) -> {
          node.decide(new ReleaseLease(new LeaseRef("member/0", tokens.get(0))));
          return node.apply(command, deadlineNanos);
        };
    assertThat(send(reports(health(0, Member.Health.DEGRADED))).get(0).getLost())
        .contains("nobody holds it");
  }

  @Test
  void eachReportHasItsOwnOutcomeAndWhatWasNotProposedMayBeSaidAgainAtOnce() {
    register(3);
    AtomicInteger proposals = new AtomicInteger();
    node.log =
        (command, deadlineNanos) ->
            switch (proposals.getAndIncrement()) {
              case 0 -> CompletableFuture.completedFuture(new Proposal.Unknown("no answer"));
              case 1 ->
                  CompletableFuture.completedFuture(
                      new Proposal.NotProposed(Reason.OVERLOADED, "full", Duration.ofMillis(70)));
              default -> node.apply(command, deadlineNanos);
            };
    List<ReportOutcome> outcomes =
        send(
            reports(
                health(0, Member.Health.DEGRADED),
                health(1, Member.Health.DEGRADED),
                health(2, Member.Health.DEGRADED)));
    assertThat(outcomes.get(0).getUnknown()).isEqualTo("no answer");
    assertThat(outcomes.get(1).getDeferredMillis()).isEqualTo(70);
    assertThat(outcomes.get(2).getOutcomeCase()).isEqualTo(OutcomeCase.WRITTEN);
    assertThat(cases(reports(health(1, Member.Health.DEGRADED))))
        .as("what it took of the budget was given back")
        .containsExactly(OutcomeCase.WRITTEN);
  }

  @Test
  void whoLeadsNextIsAskedWhenNothingWasProposed() {
    register(2);
    AtomicInteger proposals = new AtomicInteger();
    node.log =
        (command, deadlineNanos) ->
            proposals.getAndIncrement() < 2
                ? CompletableFuture.completedFuture(
                    new Proposal.NotProposed(Reason.NOT_LEADER, "stepped down", Duration.ZERO))
                : node.apply(command, deadlineNanos);
    assertThat(cases(reports(health(0, Member.Health.DEGRADED), health(1, Member.Health.DEGRADED))))
        .containsExactly(OutcomeCase.WRITTEN, OutcomeCase.WRITTEN);
    assertThat(proposals).hasValue(4);
  }

  @Test
  void aStoreThatMayLagBehindIsNotAskedWhoIsLost() {
    node.gate =
        new TestNode.OpenGate() {
          @Override
          public CompletableFuture<Admission> linearizable(long deadlineNanos) {
            return CompletableFuture.completedFuture(
                new ReadGate.Denied(Reason.NO_QUORUM, "nobody answers"));
          }
        };
    Refused refused = Refused.by(() -> send(reports(report("m", 1))));
    assertThat(refused.reason()).isEqualTo(Reason.NO_QUORUM);
  }

  @Test
  void whatWasPassedOnAndNeverAnsweredIsInDoubt() throws IOException {
    register(1);
    CompletableFuture<Proposal> never = new CompletableFuture<>();
    AtomicInteger proposals = new AtomicInteger();
    node.log =
        (command, deadlineNanos) -> {
          proposals.incrementAndGet();
          return never;
        };
    try (TestNode other = TestNode.formed("n2", node.address())) {
      other.standing = TestNode.following(Optional.of("n1"));
      CompletableFuture<Refused> refused =
          CompletableFuture.supplyAsync(
              () ->
                  Refused.by(
                      () ->
                          members(other)
                              .report(reports(health(0, Member.Health.DEGRADED)).build())));
      await().until(() -> proposals.get() == 1);
      other.standing = TestNode.following(Optional.empty());
      node.server().kill();
      await()
          .until(
              () -> {
                other.nanos.addAndGet(Duration.ofSeconds(6).toNanos());
                return refused.isDone();
              });
      assertThat(refused.join().reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
      assertThat(refused.join().metadata("mayHaveHappened")).isEqualTo("true");
    }
  }
}

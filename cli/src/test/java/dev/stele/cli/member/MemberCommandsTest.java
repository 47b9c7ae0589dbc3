// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.member;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.cli.CliRun;
import dev.stele.cli.CliRun.Result;
import dev.stele.cli.ScriptedStore;
import dev.stele.client.Fact;
import dev.stele.client.Got;
import dev.stele.client.Keys;
import dev.stele.client.LeaseChange;
import dev.stele.client.LeaseRef;
import dev.stele.client.MemberInfo;
import dev.stele.client.MemberPage;
import dev.stele.client.MemberQuery;
import dev.stele.client.MemberReport;
import dev.stele.client.ReportOutcome;
import dev.stele.client.error.FencedException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.UnavailableException;
import dev.stele.client.kind.Member;
import dev.stele.client.kind.Member.Health;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MemberCommandsTest {
  private static final LeaseRef LEASE = new LeaseRef("member/a", 41);
  private static final String A =
      "{\"name\":\"a\",\"address\":\"h:1\",\"incarnation\":12,\"health\":\"HEALTHY\","
          + "\"capacity\":{\"memory\":18446744073709551615,\"slots\":8},"
          + "\"labels\":{\"zone\":\"b\\u001B\"},\"revision\":7,"
          + "\"lease\":{\"name\":\"member/a\",\"token\":41}}";

  private final CliRun cli = new CliRun();

  private static Member body() {
    return new Member(
        "h:1", 12, Map.of("slots", 8L, "memory", -1L), Health.HEALTHY, Map.of("zone", "b\u001b"));
  }

  private static MemberInfo info(String name) {
    return new MemberInfo(name, body(), 7, Optional.of(LEASE));
  }

  private static MemberInfo lost(String name) {
    Member member = new Member("h:2", -1, Map.of(), Health.LOST, Map.of());
    return new MemberInfo(name, member, 9, Optional.empty());
  }

  private MemberReport reported() {
    return (MemberReport) ((List<?>) cli.store.argumentsOf("report").get(0)).get(0);
  }

  @Test
  void aListReadsAllPagesBehindTheLastNameThatWasLookedAt() {
    cli.store.answer(new MemberPage(7, List.of(info("a")), true, "c"));
    cli.store.answer(new MemberPage(8, List.of(lost("d")), false, ""));
    Result result =
        cli.run("member", "list", "r/", "--label", "zone=b", "--label", "ssd", "--health", "LOST");
    assertThat(result.out())
        .isEqualTo(
            "NAME  ADDRESS  HEALTH   INCARNATION           TOKEN  REVISION  CAPACITY"
                + "                             LABELS\n"
                + "a     h:1      healthy  12                    41     7         "
                + "memory=18446744073709551615,slots=8  zone=b\\u001b\n"
                + "d     h:2      lost     18446744073709551615  -      9         -"
                + "                                    -\n"
                + "2 members at revision 8\n");
    MemberQuery first =
        new MemberQuery(
            "r/",
            Map.of("zone", Optional.of("b"), "ssd", Optional.empty()),
            Set.of(Health.LOST),
            1_000,
            "");
    assertThat(cli.store.asked.get(1)).containsExactly("list", first);
    MemberQuery second = (MemberQuery) cli.store.asked.get(3).get(1);
    assertThat(second).isEqualTo(new MemberQuery("r/", first.labels(), first.health(), 1_000, "c"));
  }

  @Test
  void aListForProgramsStopsAtItsLimitAndSaysThatThereIsMore() {
    cli.store.answer(new MemberPage(7, List.of(info("a")), true, "a"));
    assertThat(cli.run("member", "list", "--limit", "1", "-o", "json").out())
        .isEqualTo("{\"revision\":7,\"members\":[" + A + "],\"more\":true}\n");
  }

  @Test
  void aMemberIsShownForPeopleAndForPrograms() {
    Fact<Member> fact = new Fact<>(Keys.member("a"), body(), 2, 7, 4, Optional.of(LEASE));
    cli.store.answer(new Got<>(Optional.of(fact), ScriptedStore.info()));
    assertThat(cli.run("member", "show", "a").out())
        .contains("health       healthy", "incarnation  12", "lease        member/a:41")
        .contains("labels       zone=b\\u001b", "capacity     memory=18446744073709551615,slots=8");
    cli.store.answer(new Got<>(Optional.of(fact), ScriptedStore.info()));
    assertThat(cli.run("member", "show", "a", "-o", "json").out()).isEqualTo(A + "\n");
  }

  @Test
  void aMemberThatThereIsNotIsNotFound() {
    cli.store.answer(new Got<>(Optional.empty(), ScriptedStore.info()));
    Result result = cli.run("member", "show", "a");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("NOT_FOUND", "member/a");
  }

  @Test
  void whoAwaitsAMemberGetsItAndNotItsNeighbours() {
    cli.store.answer(List.of(info("a"), info("ab")));
    assertThat(cli.run("member", "await", "a", "--timeout", "30s", "-o", "json").out())
        .isEqualTo(A + "\n");
    List<Object> waited = cli.store.argumentsOf("await");
    assertThat(waited.get(0))
        .isEqualTo(MemberQuery.all().withPrefix("a").withHealth(Health.HEALTHY));
    assertThat(waited.get(2)).isEqualTo(Duration.ofSeconds(30));
    @SuppressWarnings("unchecked")
    Predicate<List<MemberInfo>> enough = (Predicate<List<MemberInfo>>) waited.get(1);
    assertThat(enough.test(List.of(info("ab")))).isFalse();
    assertThat(enough.test(List.of(info("a"), info("ab")))).isTrue();
  }

  @Test
  void whoAwaitsMembersByLabelGetsAtLeastAsManyAsWereAskedFor() {
    cli.store.answer(List.of(info("a"), info("b")));
    String[] line = {"member", "await", "--label", "zone", "--count", "2", "--wait", "10m"};
    assertThat(cli.run(line).out()).contains("\na  ", "\nb  ");
    List<Object> waited = cli.store.argumentsOf("await");
    assertThat(((MemberQuery) waited.get(0)).labels()).isEqualTo(Map.of("zone", Optional.empty()));
    assertThat(waited.get(2)).isEqualTo(Duration.ofMinutes(10));
    @SuppressWarnings("unchecked")
    Predicate<List<MemberInfo>> enough = (Predicate<List<MemberInfo>>) waited.get(1);
    assertThat(enough.test(List.of(info("a")))).isFalse();
    assertThat(enough.test(List.of(info("a"), info("b"), info("c")))).isTrue();
  }

  @Test
  void whoAwaitsInVainIsToldWhatIsMissing() {
    cli.store.fail(new TimeoutException());
    cli.store.answer(List.of(info("a")));
    Result result = cli.run("member", "await", "--count", "2", "--health", "healthy,degraded");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err())
        .contains("NOT_FOUND", "1 of 2 members are degraded or healthy after 5 s");
    cli.store.fail(new TimeoutException());
    cli.store.answer(List.of(info("ab")));
    assertThat(cli.run("member", "await", "a").err()).contains("member/a is not healthy after 5 s");
  }

  @Test
  void aStoreThatIsAwayIsNotAMemberThatIs() {
    cli.store.fail(new TimeoutException());
    cli.store.fail(new UnavailableException(Reason.NO_QUORUM, "no node", null, null));
    assertThat(cli.run("member", "await", "a").code()).isEqualTo(3);
  }

  @Test
  void aReportSaysWhatItsOptionsSayAndNoMore() {
    cli.store.answer(List.of(new ReportOutcome.Written(17)));
    String[] line = {"member", "report", "a", "--token", "41", "--capacity", "slots=3"};
    assertThat(cli.run(line)).isEqualTo(new Result(0, "revision 17\n", ""));
    assertThat(reported()).isEqualTo(MemberReport.capacity(LEASE, Map.of("slots", 3L)));
  }

  @Test
  void aReportThatIsNotWorthAWriteIsNoFailure() {
    cli.store.answer(List.of(new ReportOutcome.Unchanged()));
    String[] line = {
      "member",
      "report",
      "a",
      "--token",
      "41",
      "--health",
      "degraded",
      "--label",
      "x=",
      "-o",
      "json"
    };
    assertThat(cli.run(line).out()).isEqualTo("{\"name\":\"a\",\"outcome\":\"UNCHANGED\"}\n");
    assertThat(reported())
        .isEqualTo(
            new MemberReport(
                LEASE,
                Optional.of(Health.DEGRADED),
                Optional.empty(),
                Optional.of(Map.of("x", ""))));
  }

  @Test
  void whatBecameOfAReportIsItsExitCode() {
    assertThat(reportedWith(new ReportOutcome.Lost("over")).code()).isEqualTo(1);
    assertThat(reportedWith(new ReportOutcome.Deferred(Duration.ofMillis(300))).err())
        .contains("\"reason\":\"OVER_BUDGET\"", "again after 300 ms");
    assertThat(reportedWith(new ReportOutcome.Refused("no such")).code()).isEqualTo(2);
    Result unknown = reportedWith(new ReportOutcome.Unknown("gone"));
    assertThat(unknown.code()).isEqualTo(4);
    assertThat(unknown.err()).contains("\"mayHaveHappened\":true");
  }

  private Result reportedWith(ReportOutcome outcome) {
    cli.store.answer(List.of(outcome));
    return cli.run("member", "report", "a", "--token", "41", "--health", "unknown", "-o", "json");
  }

  @Test
  void aDrainIsAReportOfHealthAlone() {
    cli.store.answer(List.of(new ReportOutcome.Written(17)));
    assertThat(cli.run("member", "drain", "a", "--token", "41", "-o", "json").out())
        .isEqualTo("{\"name\":\"a\",\"outcome\":\"WRITTEN\",\"revision\":17}\n");
    assertThat(reported())
        .isEqualTo(
            new MemberReport(
                LEASE, Optional.of(Health.DRAINING), Optional.empty(), Optional.empty()));
  }

  @Test
  void aLifeIsEndedByItsToken() {
    cli.store.answer(new LeaseChange(LEASE, 50, true));
    assertThat(cli.run("member", "deregister", "a", "--token", "41", "-o", "json").out())
        .isEqualTo("{\"revision\":50,\"key\":\"member/a\",\"duplicate\":true}\n");
    assertThat(cli.store.argumentsOf("deregister")).containsExactly(LEASE);
    cli.store.fail(new FencedException("not held with token 41", "lease"));
    assertThat(cli.run("member", "deregister", "a", "--token", "41").code()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "list --limit 0",
        "list --health fine",
        "list --label =b",
        "list --label a=1 --label a=2",
        "list --label a --label b --label c --label d --label e --label f --label g --label h"
            + " --label i --label j --label k --label l --label m --label n --label o --label p"
            + " --label q",
        "show",
        "await",
        "await a --count 2",
        "await a --label x",
        "await --count 0",
        "await a --wait 99999h",
        "report a --token 41",
        "report a --health healthy",
        "report a --token 0 --health healthy",
        "report a --token 41 --health lost",
        "report a --token 41 --capacity slots=many",
        "drain a",
        "deregister a --token 0"
      })
  void wrongArgumentsAreFoundBeforeAnythingIsAsked(String line) {
    Result result = cli.run(("member " + line).split(" "));
    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(cli.store.asked).isEmpty();
  }
}

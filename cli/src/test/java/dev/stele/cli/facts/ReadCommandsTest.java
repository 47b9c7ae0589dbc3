// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.facts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.cli.CliRun;
import dev.stele.cli.CliRun.Result;
import dev.stele.cli.ScriptedStore;
import dev.stele.client.Fact;
import dev.stele.client.FactChange;
import dev.stele.client.Got;
import dev.stele.client.HistoryPage;
import dev.stele.client.Keys;
import dev.stele.client.LeaseRef;
import dev.stele.client.ListOptions;
import dev.stele.client.Page;
import dev.stele.client.PageToken;
import dev.stele.client.ReadMode;
import dev.stele.client.Selector;
import dev.stele.client.error.CompactedException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.UnavailableException;
import dev.stele.proto.v1.DesiredState;
import dev.stele.proto.v1.Member;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ReadCommandsTest {
  private static final byte[] THREE =
      DesiredState.newBuilder().setReplicas(3).build().toByteArray();

  private final CliRun cli = new CliRun();

  @Test
  void aFactAsJsonHasStableFieldsAndWideNumbersAsNumbers() {
    byte[] body =
        Member.newBuilder()
            .setIncarnation(1L << 60)
            .putCapacity("memoryBytes", -1L)
            .setHealth(Member.Health.HEALTHY)
            .build()
            .toByteArray();
    Fact<byte[]> fact =
        new Fact<>(
            Keys.raw("member/a"), body, 1L << 55, 1L << 56, 4, Optional.of(new LeaseRef("l/x", 6)));
    cli.store.answer(new Got<>(Optional.of(fact), ScriptedStore.info()));
    assertThat(cli.run("get", "member/a", "-o", "json").out())
        .isEqualTo(
            "{\"key\":\"member/a\",\"kind\":\"member\",\"body\":{\"incarnation\":1152921504606846976,"
                + "\"capacity\":{\"memoryBytes\":18446744073709551615},\"health\":\"HEALTHY\"},"
                + "\"createRevision\":36028797018963968,\"modRevision\":72057594037927936,"
                + "\"version\":4,\"lease\":{\"name\":\"l/x\",\"token\":6}}\n");
  }

  @Test
  void aFactForPeopleIsItsBodyAndWhereItStands() {
    cli.store.answer(got("desired/web"));
    assertThat(cli.run("get", "desired/web"))
        .isEqualTo(new Result(0, "{\"replicas\":3}\nrevision 7, version 4, created at 2\n", ""));
  }

  @Test
  void aLocalReadTellsItsAge() {
    cli.store.answer(got("desired/web"));
    assertThat(cli.run("get", "desired/web", "--local").out())
        .endsWith("as of revision 7 of node n0, which heard from a leader 250 ms ago\n");
    assertThat(cli.store.argumentsOf("get")).contains(ReadMode.local());
    cli.store.answer(got("desired/web"));
    assertThat(cli.run("get", "desired/web", "--local", "-o", "json").out())
        .endsWith(",\"local\":{\"node\":\"n0\",\"revision\":7,\"ageMillis\":250}}\n");
  }

  @Test
  void everyReadModeReachesTheStore() {
    for (int i = 0; i < 3; i++) {
      cli.store.answer(got("desired/web"));
    }
    cli.run("get", "desired/web");
    cli.run("get", "desired/web", "--at", "5");
    cli.run("get", "desired/web", "--at-least", "6");
    assertThat(cli.store.asked)
        .contains(
            List.of("get", Keys.raw("desired/web"), ReadMode.linearizable()),
            List.of("get", Keys.raw("desired/web"), ReadMode.at(5)),
            List.of("get", Keys.raw("desired/web"), ReadMode.atLeast(6)));
  }

  @Test
  void whatIsNotThereEndsWithOne() {
    cli.store.answer(new Got<>(Optional.empty(), ScriptedStore.info()));
    assertThat(cli.run("get", "desired/web", "-o", "json"))
        .isEqualTo(
            new Result(
                1,
                "",
                "{\"reason\":\"NOT_FOUND\",\"message\":\"there is no desired/web at revision 7\","
                    + "\"field\":\"key\",\"mayHaveHappened\":false}\n"));
  }

  @Test
  void failuresOfReadsHaveTheirCodes() {
    cli.store.fail(new UnavailableException(Reason.NO_QUORUM, "no majority", null, null));
    assertThat(cli.run("get", "desired/web").code()).isEqualTo(3);
    cli.store.fail(new CompactedException("below the floor", "read.at", 5));
    assertThat(cli.run("get", "desired/web", "--at", "1").code()).isEqualTo(1);
  }

  @Test
  void aListWalksItsPagesAtOneRevision() {
    PageToken token = PageToken.of(new byte[] {1}, 7);
    cli.store.answer(page(List.of(fact("desired/a")), Optional.of(token)));
    cli.store.answer(page(List.of(fact("desired/b")), Optional.empty()));
    Result result = cli.run("list", "desired/", "-o", "json", "--at", "7");
    String rest =
        "\"kind\":\"desired\",\"body\":{\"replicas\":3},\"createRevision\":2,\"modRevision\":7,"
            + "\"version\":4}";
    assertThat(result.out())
        .isEqualTo(
            "{\"revision\":7,\"facts\":[{\"key\":\"desired/a\","
                + rest
                + ",{\"key\":\"desired/b\","
                + rest
                + "],\"more\":false}\n");
    assertThat(cli.store.asked)
        .contains(
            List.of("list", Selector.prefix("desired/"), list(1_000).mode(ReadMode.at(7))),
            List.of(
                "list", Selector.prefix("desired/"), list(1_000).mode(ReadMode.at(7)).from(token)));
  }

  @Test
  void aLimitedListSaysThatThereIsMore() {
    PageToken token = PageToken.of(new byte[] {1}, 7);
    cli.store.answer(page(Collections.nCopies(2, fact("desired/a")), Optional.of(token)));
    Result result = cli.run("list", "--limit", "2", "--keys-only");
    assertThat(result.out())
        .isEqualTo(
            """
            KEY        REVISION  VERSION  LEASE
            desired/a  7         4        -
            desired/a  7         4        -
            2 facts at revision 7, and there are more
            """);
    assertThat(cli.store.argumentsOf("list"))
        .containsExactly(Selector.all(), list(2).withoutBodies());
  }

  @Test
  void aLimitAboveAPageIsSharedOutOverPages() {
    PageToken token = PageToken.of(new byte[] {1}, 7);
    cli.store.answer(page(Collections.nCopies(1_000, fact("desired/a")), Optional.of(token)));
    cli.store.answer(page(List.of(fact("desired/b")), Optional.of(token)));
    Result result = cli.run("list", "desired/", "--limit", "1001", "--keys-only", "-o", "json");
    assertThat(result.out()).contains("\"more\":true").doesNotContain("\"body\"");
    assertThat(cli.store.asked)
        .contains(
            List.of("list", Selector.prefix("desired/"), list(1).withoutBodies().from(token)));
  }

  @Test
  void anEmptyListIsADocumentToo() {
    cli.store.answer(page(List.of(), Optional.empty()));
    assertThat(cli.run("list", "desired/", "-o", "json").out())
        .isEqualTo("{\"revision\":7,\"facts\":[],\"more\":false}\n");
  }

  @Test
  void aHistoryShowsPutsAndDeletesNewestFirst() {
    HistoryPage<byte[]> page =
        new HistoryPage<>(
            List.of(
                new FactChange<>(9, Optional.empty(), 7),
                new FactChange<>(7, Optional.of(fact("desired/a")), 2)),
            Optional.empty(),
            ScriptedStore.info());
    cli.store.answer(page);
    assertThat(cli.run("history", "desired/a", "-o", "json").out())
        .isEqualTo(
            "{\"key\":\"desired/a\",\"changes\":[{\"revision\":9,\"type\":\"DELETE\","
                + "\"previousRevision\":7},{\"revision\":7,\"type\":\"PUT\",\"fact\":{"
                + "\"key\":\"desired/a\",\"kind\":\"desired\",\"body\":{\"replicas\":3},"
                + "\"createRevision\":2,\"modRevision\":7,\"version\":4},"
                + "\"previousRevision\":2}],\"more\":false}\n");
    cli.store.answer(page);
    assertThat(cli.run("history", "desired/a").out())
        .isEqualTo(
            """
            REVISION  TYPE    VERSION  BODY
            9         DELETE  -        -
            7         PUT     4        {"replicas":3}
            2 changes
            """);
  }

  private static ListOptions list(int limit) {
    return ListOptions.defaults().limit(limit);
  }

  private static Got<byte[]> got(String key) {
    return new Got<>(Optional.of(fact(key)), ScriptedStore.info());
  }

  private static Fact<byte[]> fact(String key) {
    return ScriptedStore.fact(key, THREE);
  }

  private static Page<byte[]> page(List<Fact<byte[]>> facts, Optional<PageToken> next) {
    return new Page<>(7, facts, next, ScriptedStore.info());
  }
}

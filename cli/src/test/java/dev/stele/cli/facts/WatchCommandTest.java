// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.facts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.cli.CliRun;
import dev.stele.cli.CliRun.Result;
import dev.stele.client.Fact;
import dev.stele.client.Keys;
import dev.stele.client.Selector;
import dev.stele.client.WatchBatch;
import dev.stele.client.WatchEvent;
import dev.stele.client.WatchInitial;
import dev.stele.client.WatchListener;
import dev.stele.client.WatchProgress;
import dev.stele.client.WatchState;
import dev.stele.client.WatchStatus;
import dev.stele.client.error.CompactedException;
import dev.stele.client.error.InvalidRequestException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.UnavailableException;
import dev.stele.proto.v1.DesiredState;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class WatchCommandTest {
  private static final byte[] THREE =
      DesiredState.newBuilder().setReplicas(3).build().toByteArray();
  private static final byte[] FIVE = DesiredState.newBuilder().setReplicas(5).build().toByteArray();

  private final CliRun cli = new CliRun();

  private static Fact<byte[]> fact(long revision, String key, byte[] body) {
    return new Fact<>(Keys.raw(key), body, 2, revision, 4, Optional.empty());
  }

  private static WatchEvent put(long revision, String key, byte[] body) {
    return new WatchEvent(
        WatchEvent.Type.PUT,
        Keys.raw(key),
        revision,
        Optional.of(fact(revision, key, body)),
        Optional.empty());
  }

  private static WatchEvent delete(long revision, String key, byte[] before) {
    return new WatchEvent(
        WatchEvent.Type.DELETE,
        Keys.raw(key),
        revision,
        Optional.empty(),
        Optional.of(fact(revision - 1, key, before)));
  }

  private static WatchBatch batch(long revision, WatchEvent... events) {
    return new WatchBatch(revision, Arrays.asList(events), false, "n1");
  }

  private static void live(WatchListener listener) {
    listener.onStatus(new WatchStatus(WatchState.LIVE, "127.0.0.1:7410", Optional.empty()));
  }

  @Test
  void eventsAsJsonHaveALineEachWithStableFields() {
    cli.store.watch(
        listener -> {
          live(listener);
          listener.onBatch(batch(1L << 55, put(1L << 55, "desired/a", THREE)));
          listener.onProgress(new WatchProgress((1L << 55) + 3, true, "n1"));
          listener.onBatch(batch((1L << 55) + 4, delete((1L << 55) + 4, "desired/a", THREE)));
        });
    assertThat(cli.run("watch", "desired/", "--count", "2", "--prev", "-o", "json"))
        .isEqualTo(
            new Result(
                0,
                "{\"revision\":36028797018963968,\"type\":\"PUT\",\"key\":\"desired/a\","
                    + "\"body\":{\"replicas\":3},\"node\":\"n1\"}\n"
                    + "{\"revision\":36028797018963971,\"type\":\"PROGRESS\",\"node\":\"n1\"}\n"
                    + "{\"revision\":36028797018963972,\"type\":\"DELETE\",\"key\":\"desired/a\","
                    + "\"previous\":{\"replicas\":3},\"node\":\"n1\"}\n",
                ""));
  }

  @Test
  void eventsForPeopleAreRowsAndStatesAreSaidBeside() {
    cli.store.watch(
        listener -> {
          live(listener);
          listener.onBatch(
              batch(12, put(12, "desired/a", FIVE), delete(12, "desired/\u001bb", THREE)));
        });
    assertThat(cli.run("watch", "--count", "2"))
        .isEqualTo(
            new Result(
                0,
                """
                REVISION  TYPE    KEY                       BODY
                12        PUT     desired/a                 {"replicas":5}
                12        DELETE  desired/\\u001bb           -  was {"replicas":3}
                """,
                "stele: live at 127.0.0.1:7410\n"));
  }

  @Test
  void firstFactsAreHeldUntilTheyAreComplete() {
    cli.store.watch(
        listener -> {
          live(listener);
          Fact<byte[]> a = fact(3, "desired/a", THREE);
          Fact<byte[]> b = fact(2, "desired/b", FIVE);
          listener.onInitial(new WatchInitial(9, List.of(a), true, false, "n0"));
          listener.onInitial(new WatchInitial(10, List.of(a), true, false, "n1"));
          listener.onInitial(new WatchInitial(10, List.of(b), false, true, "n1"));
          listener.onBatch(batch(11, put(11, "desired/a", FIVE)));
        });
    assertThat(cli.run("watch", "desired/", "--initial", "--count", "3", "-o", "json").out())
        .isEqualTo(
            """
            {"revision":3,"type":"PUT","key":"desired/a","body":{"replicas":3},"node":"n1","initial":true}
            {"revision":2,"type":"PUT","key":"desired/b","body":{"replicas":5},"node":"n1","initial":true}
            {"revision":10,"type":"PROGRESS","node":"n1"}
            {"revision":11,"type":"PUT","key":"desired/a","body":{"replicas":5},"node":"n1"}
            """);
  }

  @Test
  void optionsReachTheStore() {
    cli.store.watch(listener -> listener.onBatch(batch(5, put(5, "desired/a", THREE))));
    cli.run(
        "watch",
        "desired/",
        "--from",
        "5",
        "--prev",
        "--node",
        "127.0.0.1:7410",
        "--progress",
        "250ms",
        "--latest-only",
        "--name",
        "edge-7",
        "--count",
        "1");
    assertThat(cli.store.asked)
        .contains(
            List.of("watch", Selector.prefix("desired/")),
            List.of("from", 5L),
            List.of("withPrevious"),
            List.of("at", "127.0.0.1:7410"),
            List.of("progressEvery", Duration.ofMillis(250)),
            List.of("latestOnly"),
            List.of("named", "edge-7"));
  }

  @Test
  void aNamedWatcherReportsWhatItHasPrinted() {
    cli.store.watch(
        listener -> {
          live(listener);
          listener.onBatch(batch(5, put(5, "desired/a", THREE)));
          listener.onProgress(new WatchProgress(7, true, "n1"));
          listener.onBatch(batch(8, put(8, "desired/a", THREE)));
        });
    cli.run("watch", "--name", "edge-7", "--count", "2");
    assertThat(cli.store.asked).contains(List.of("applied", 5L), List.of("applied", 7L));
    cli.store.watch(listener -> listener.onBatch(batch(5, put(5, "desired/a", THREE))));
    cli.run("watch", "--count", "1");
    assertThat(cli.store.asked.stream().filter(call -> call.get(0).equals("applied"))).hasSize(2);
  }

  @Test
  void noPrefixWatchesEverythingFromNow() {
    cli.store.watch(listener -> listener.onBatch(batch(5, put(5, "desired/a", THREE))));
    cli.run("watch", "--count", "1");
    assertThat(cli.store.argumentsOf("watch")).containsExactly(Selector.all());
    assertThat(cli.store.asked.stream().map(call -> call.get(0)))
        .doesNotContain("from", "fromInitialState", "named", "at");
  }

  @Test
  void compactedEndsWithOneAndSaysTheFloor() {
    cli.store.watch(
        listener -> {
          throw new CompactedException("below the floor", "create.from_revision", 40);
        });
    Result result = cli.run("watch", "--from", "3", "-o", "json");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out())
        .isEqualTo("{\"revision\":40,\"type\":\"COMPACTED\",\"node\":\"127.0.0.1:7400\"}\n");
    assertThat(result.err()).contains("\"reason\":\"COMPACTED\"");
  }

  @Test
  void badInputEndsWithTwo() {
    assertThat(cli.run("watch", "--from", "0").code()).isEqualTo(2);
    assertThat(cli.run("watch", "--from", "3", "--initial").code()).isEqualTo(2);
    assertThat(cli.run("watch", "--count", "0").code()).isEqualTo(2);
    assertThat(cli.run("watch", "--progress", "99ms").code()).isEqualTo(2);
    assertThat(cli.run("watch", "--progress", "61m").code()).isEqualTo(2);
    cli.store.watch(
        listener -> {
          throw new InvalidRequestException(
              Reason.UNKNOWN_KIND, "no such kind", "create.selector.prefix", null);
        });
    assertThat(cli.run("watch", "nokind/").code()).isEqualTo(2);
  }

  @Test
  void whatNoNodeBeginsInTimeEndsWithThree() {
    cli.store.watch(
        listener ->
            listener.onStatus(
                new WatchStatus(
                    WatchState.RECONNECTING,
                    "127.0.0.1:7400",
                    Optional.of(
                        new UnavailableException(Reason.NO_QUORUM, "refused", null, null)))));
    Result result = cli.run("watch", "--timeout", "50ms");
    assertThat(result.code()).isEqualTo(3);
    assertThat(result.err()).contains("reconnecting: refused", "within 50 ms");
  }

  @Test
  void aReaderThatGoesAwayEndsItQuietly() {
    cli.store.watch(
        listener -> {
          live(listener);
          listener.onBatch(batch(5, put(5, "desired/a", THREE)));
        });
    assertThat(cli.brokenPipe().run("watch", "-o", "json")).isEqualTo(new Result(0, "", ""));
  }

  @Test
  void firstFactsTooLargeToBeHeldArePrintedAsTheyComeAndALossIsTheEnd() {
    byte[] large = new byte[(int) WatchPrinter.MAX_HELD_BYTES / 2 + 1];
    cli.store.watch(
        listener -> {
          live(listener);
          for (int i = 0; i < 2; i++) {
            Fact<byte[]> fact = fact(3 + i, "desired/" + i, large);
            listener.onInitial(new WatchInitial(10, List.of(fact), i == 0, false, "n0"));
          }
          listener.onInitial(new WatchInitial(11, List.of(), true, true, "n1"));
        });
    Result result = cli.run("watch", "--initial", "-o", "json");
    assertThat(result.code()).isEqualTo(3);
    assertThat(result.out().lines().count()).isEqualTo(2);
    assertThat(result.err()).contains("start again");
  }
}

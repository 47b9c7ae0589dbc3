// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.cli.CliRun;
import dev.stele.cli.CliRun.Result;
import dev.stele.cli.ScriptedStore;
import dev.stele.client.LeaseChange;
import dev.stele.client.LeaseGrant;
import dev.stele.client.LeaseInfo;
import dev.stele.client.LeaseOptions;
import dev.stele.client.LeasePage;
import dev.stele.client.LeaseRef;
import dev.stele.client.error.FencedException;
import dev.stele.client.error.LeaseHeldException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LeaseCommandsTest {
  private static final LeaseRef A = new LeaseRef("controllers/a", 41);

  private final CliRun cli = new CliRun();

  private static LeaseInfo info(String name) {
    return new LeaseInfo(
        new LeaseRef(name, 41),
        "h-1",
        Duration.ofSeconds(10),
        Duration.ofMillis(7_250),
        "note\u001b[2J".getBytes(StandardCharsets.UTF_8),
        2,
        3);
  }

  @Test
  void anAcquisitionPrintsTheToken() {
    cli.store.answer(new LeaseGrant(A, Duration.ofSeconds(30), false));
    assertThat(cli.run("lease", "acquire", "controllers/a", "--holder", "h-1", "--ttl", "30s"))
        .isEqualTo(new Result(0, "token 41 of controllers/a\n", ""));
    LeaseOptions asked = (LeaseOptions) cli.store.argumentsOf("grant").get(1);
    assertThat(asked.ttl()).isEqualTo(Duration.ofSeconds(30));
    assertThat(asked.holder()).contains("h-1");
    assertThat(asked.longestWait()).isZero();
  }

  @Test
  void anAcquisitionForProgramsIsOneDocument() {
    cli.store.answer(new LeaseGrant(A, Duration.ofSeconds(30), true));
    Result result =
        cli.run(
            "lease",
            "acquire",
            "controllers/a",
            "--holder",
            "h-1",
            "--ttl",
            "30s",
            "--wait",
            "5m",
            "--metadata",
            "note",
            "-o",
            "json");
    assertThat(result.out())
        .isEqualTo(
            "{\"name\":\"controllers/a\",\"holder\":\"h-1\",\"token\":41,\"ttlMillis\":30000,"
                + "\"duplicate\":true}\n");
    LeaseOptions asked = (LeaseOptions) cli.store.argumentsOf("grant").get(1);
    assertThat(asked.longestWait()).isEqualTo(Duration.ofMinutes(5));
    assertThat(asked.metadata()).isEqualTo("note".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aLeaseThatSomebodyElseHasIsARefusal() {
    cli.store.fail(new LeaseHeldException("h-2 has it", null, "h-2", 40));
    Result result = cli.run("lease", "acquire", "a", "--ttl", "30s", "-o", "json");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("\"reason\":\"LEASE_HELD\"", "\"mayHaveHappened\":false");
  }

  @Test
  void aRenewalSaysForHowLong() {
    cli.store.answer(Duration.ofSeconds(30));
    assertThat(cli.run("lease", "renew", "controllers/a", "--token", "41").out())
        .isEqualTo("renewed for 30 s\n");
    assertThat(cli.store.argumentsOf("renew")).containsExactly(A);
    cli.store.answer(Duration.ofSeconds(30));
    assertThat(cli.run("lease", "renew", "controllers/a", "--token", "41", "-o", "json").out())
        .isEqualTo("{\"name\":\"controllers/a\",\"token\":41,\"ttlMillis\":30000}\n");
  }

  @Test
  void aReleaseIsAWrite() {
    cli.store.answer(new LeaseChange(A, 50, false));
    assertThat(cli.run("lease", "release", "controllers/a", "--token", "41", "-o", "json").out())
        .isEqualTo("{\"revision\":50,\"key\":\"lease/controllers/a\",\"duplicate\":false}\n");
    cli.store.answer(new LeaseChange(A, 50, false));
    assertThat(cli.run("lease", "release", "controllers/a", "--token", "41").out())
        .isEqualTo("revision 50\n");
    cli.store.fail(new FencedException("not held with token 41", "lease"));
    assertThat(cli.run("lease", "release", "controllers/a", "--token", "41").code()).isEqualTo(1);
  }

  @Test
  void aHandOverPrintsTheNextHoldersToken() {
    cli.store.answer(new LeaseChange(new LeaseRef("controllers/a", 60), 60, false));
    Result result =
        cli.run("lease", "handover", "controllers/a", "--token", "41", "--to", "h-2", "-o", "json");
    assertThat(result.out())
        .isEqualTo(
            "{\"name\":\"controllers/a\",\"holder\":\"h-2\",\"token\":60,\"duplicate\":false}\n");
    assertThat(cli.store.argumentsOf("handOver")).containsExactly(A, "h-2");
  }

  @Test
  void aLeaseIsShownForPeopleAndForPrograms() {
    cli.store.answer(Optional.of(info("controllers/a")));
    assertThat(cli.run("lease", "show", "controllers/a").out())
        .contains("holder       h-1", "token        41", "remaining    7.3 s")
        .contains("metadata     note\\u001b[2J");
    cli.store.answer(Optional.of(info("controllers/a")));
    assertThat(cli.run("lease", "show", "controllers/a", "-o", "json").out())
        .isEqualTo(
            "{\"name\":\"controllers/a\",\"holder\":\"h-1\",\"token\":41,\"ttlMillis\":10000,"
                + "\"remainingMillis\":7250,\"boundFacts\":2,\"waiters\":3}\n");
  }

  @Test
  void aLeaseThatNobodyHoldsIsNotFound() {
    cli.store.answer(Optional.empty());
    Result result = cli.run("lease", "show", "a");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("NOT_FOUND", "nobody holds lease/a");
  }

  @Test
  void aListReadsAllPages() {
    cli.store.answer(new LeasePage(List.of(info("a"), info("b")), true, ScriptedStore.info()));
    cli.store.answer(new LeasePage(List.of(info("c")), false, ScriptedStore.info()));
    assertThat(cli.run("lease", "list").out())
        .startsWith("NAME  HOLDER  TOKEN  TTL   REMAINING  BOUND  WAITERS\n")
        .endsWith("3 leases\n");
    assertThat(cli.store.asked.get(3)).containsExactly("list", "", 1_000, "b");
  }

  @Test
  void aListStopsAtItsLimitAndSaysThatThereIsMore() {
    cli.store.answer(new LeasePage(List.of(info("a")), true, ScriptedStore.info()));
    assertThat(cli.run("lease", "list", "a", "--limit", "1", "-o", "json").out())
        .startsWith("{\"revision\":7,\"leases\":[{\"name\":\"a\"")
        .endsWith("\"more\":true}\n");
    assertThat(cli.store.argumentsOf("list")).containsExactly("a", 1, "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "acquire a",
        "acquire a --ttl 5",
        "acquire a --ttl 99999h",
        "acquire a --ttl 5s --wait 99999h",
        "renew a",
        "renew a --token 0",
        "release a --token x",
        "handover a --token 1",
        "show",
        "list --limit 0",
        "hold a --ttl 5s",
        "hold a -- true"
      })
  void wrongArgumentsAreFoundBeforeAnythingIsAsked(String line) {
    String[] args = ("lease " + line).split(" ", -1);
    assertThat(cli.run(args).code()).isEqualTo(2);
    assertThat(cli.store.asked).isEmpty();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.cli.CliRun;
import dev.stele.cli.CliRun.Result;
import dev.stele.client.ClaimGrant;
import dev.stele.client.Fact;
import dev.stele.client.Keys;
import dev.stele.client.LeaseRef;
import dev.stele.client.error.CompareFailedException;
import dev.stele.client.error.LeaseHeldException;
import dev.stele.client.error.PoolExhaustedException;
import dev.stele.client.kind.Claim;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ClaimCommandsTest {
  private static final LeaseRef LEASE = new LeaseRef("member/a", 41);
  private static final ClaimGrant GRANT = new ClaimGrant(Keys.claim("p/shards/7"), "a", 4, 50);

  private final CliRun cli = new CliRun();

  private static Fact<Claim> fact(String item, Claim claim) {
    return new Fact<>(Keys.claim("shards/" + item), claim, 2, 7, 4, Optional.empty());
  }

  @Test
  void whatIsTakenIsShownForPeopleAndForPrograms() {
    cli.store.answer(GRANT);
    assertThat(cli.run("claim", "next", "p/shards", "--lease", "member/a:41"))
        .isEqualTo(new Result(0, "claim/p/shards/7 is a's at epoch 4\nrevision 50\n", ""));
    assertThat(cli.store.argumentsOf("next")).containsExactly("p/shards", LEASE);
    cli.store.answer(GRANT);
    assertThat(cli.run("claim", "next", "p/shards", "--lease", "member/a:41", "-o", "json").out())
        .isEqualTo(
            "{\"key\":\"claim/p/shards/7\",\"pool\":\"p/shards\",\"item\":\"7\",\"owner\":\"a\","
                + "\"epoch\":4,\"state\":\"OWNED\",\"revision\":50}\n");
  }

  @Test
  void aPoolWithoutAnIdleClaimIsARefusalThatSaysSo() {
    cli.store.fail(new PoolExhaustedException("none is idle", "pool", Duration.ofSeconds(1)));
    Result result = cli.run("claim", "next", "shards", "--lease", "member/a:41");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("POOL_EXHAUSTED", "none is idle", "given back");
  }

  @Test
  void aTakeoverNamesTheEpochThatItExpects() {
    cli.store.answer(GRANT);
    String[] line = {
      "claim", "takeover", "shards/7", "--epoch", "18446744073709551615", "--lease", "member/a:41"
    };
    assertThat(cli.run(line).code()).isZero();
    assertThat(cli.store.argumentsOf("takeover"))
        .containsExactly(Keys.claim("shards/7"), -1L, LEASE);
  }

  @Test
  void whoIsAliveIsNotTakenOverFrom() {
    cli.store.fail(new LeaseHeldException("b owns it and is alive", null, "b", 40));
    String[] line = {"claim", "takeover", "shards/7", "--epoch", "3", "--lease", "member/a:41"};
    Result result = cli.run(line);
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("LEASE_HELD", "b owns it");
  }

  @ParameterizedTest
  @CsvSource({
    "shards/7,shards/7",
    "claim/shards/7,shards/7",
    "a/b/7,a/b/7",
    "claim/claim/7,claim/7"
  })
  void aClaimIsNamedByPoolAndItemOrByItsKey(String text, String name) {
    cli.store.answer(60L);
    assertThat(cli.run("claim", "drain", text, "--deadline", "30s", "-o", "json").out())
        .isEqualTo("{\"revision\":60,\"key\":\"claim/" + name + "\"}\n");
    assertThat(cli.store.argumentsOf("drain"))
        .containsExactly(Keys.claim(name), Duration.ofSeconds(30));
  }

  @Test
  void aDrainMayBeForTheOwnerAtOneEpochOnly() {
    cli.store.answer(60L);
    cli.run("claim", "drain", "shards/7", "--epoch", "4", "--deadline", "30s");
    assertThat(cli.store.argumentsOf("drain"))
        .containsExactly(Keys.claim("shards/7"), 4L, Duration.ofSeconds(30));
  }

  @Test
  void aReleaseSaysWhetherTheClaimMayBeUsedAgain() {
    cli.store.answer(60L);
    String[] line = {"claim", "release", "shards/7", "--epoch", "4", "--lease", "member/a:41"};
    assertThat(cli.run(line)).isEqualTo(new Result(0, "revision 60\n", ""));
    assertThat(cli.store.argumentsOf("release"))
        .containsExactly(Keys.claim("shards/7"), 4L, LEASE, false);
    CliRun other = new CliRun();
    other.store.answer(60L);
    other.run("claim", "release", "a/7", "--epoch", "4", "--lease", "member/a:41", "--retire");
    assertThat(other.store.argumentsOf("release").get(3)).isEqualTo(true);
  }

  @Test
  void aReleaseAtAnotherEpochIsARefusal() {
    cli.store.fail(new CompareFailedException("stands at epoch 5", "epoch", 5));
    String[] line = {"claim", "release", "shards/7", "--epoch", "4", "--lease", "member/a:41"};
    assertThat(cli.run(line).code()).isEqualTo(1);
  }

  @Test
  void whatIsAddedIsCountedAndNamedOnce() {
    cli.store.answer(2);
    assertThat(cli.run("claim", "add", "shards", "a", "b", "c", "a").out())
        .isEqualTo("2 added, 1 there already\n");
    assertThat(cli.store.argumentsOf("add")).containsExactly("shards", Set.of("a", "b", "c"));
    cli.store.answer(1);
    assertThat(cli.run("claim", "add", "shards", "a").out()).isEqualTo("1 added\n");
    cli.store.answer(0);
    assertThat(cli.run("claim", "add", "shards", "a", "-o", "json").out())
        .isEqualTo("{\"pool\":\"shards\",\"added\":0,\"present\":1}\n");
  }

  private void poolOfFour() {
    cli.store.answer(
        List.of(
            fact("a", Claim.idle()),
            fact("b", new Claim("n1", 2, Claim.State.OWNED)),
            fact("c", new Claim("n2", -1, Claim.State.DRAINING, 30_000)),
            fact("d", new Claim("n1", 3, Claim.State.RETIRED))));
  }

  @Test
  void aListCountsWhatItShows() {
    poolOfFour();
    assertThat(cli.run("claim", "list", "shards").out())
        .isEqualTo(
            """
            ITEM  STATE           EPOCH                 OWNER  REVISION
            a     idle            0                     -      7
            b     owned           2                     n1     7
            c     draining, 30 s  18446744073709551615  n2     7
            d     retired         3                     n1     7
            4 claims: 1 idle, 1 owned, 1 draining, 1 retired
            """);
    cli.store.answer(List.of());
    assertThat(cli.run("claim", "list", "shards").out()).endsWith("REVISION\n0 claims\n");
  }

  @Test
  void aListShowsOnlyWhatIsAskedFor() {
    poolOfFour();
    assertThat(cli.run("claim", "list", "shards", "--owner", "n1", "--state", "owned").out())
        .contains("\nb ")
        .endsWith("1 claim: 1 owned\n");
    poolOfFour();
    assertThat(cli.run("claim", "list", "shards", "--state", "draining,Idle", "-o", "json").out())
        .isEqualTo(
            "{\"pool\":\"shards\",\"claims\":[{\"key\":\"claim/shards/a\",\"pool\":\"shards\","
                + "\"item\":\"a\",\"owner\":\"\",\"epoch\":0,\"state\":\"IDLE\",\"revision\":7},"
                + "{\"key\":\"claim/shards/c\",\"pool\":\"shards\",\"item\":\"c\",\"owner\":\"n2\","
                + "\"epoch\":18446744073709551615,\"state\":\"DRAINING\",\"revision\":7,"
                + "\"drainMillis\":30000}]}\n");
  }

  @ParameterizedTest
  @CsvSource({
    "'drain shards/7 --deadline 0s',--deadline",
    "'drain shards/7 --deadline -5s',--deadline",
    "'drain shards/7 --deadline 25h',--deadline",
    "'drain shards/7',--deadline",
    "'drain 7 --deadline 5s',CLAIM",
    "'drain claim/7 --deadline 5s',claim/7",
    "'drain shards/ --deadline 5s',shards/",
    "'takeover shards/7 --lease a:1',--epoch",
    "'takeover shards/7 --epoch -1 --lease a:1',--epoch",
    "'takeover shards/7 --epoch 1 --lease a',--lease",
    "'release shards/7 --epoch 1',--lease",
    "'release shards/7 --epoch x --lease a:1',--epoch",
    "'next shards',--lease",
    "'next --lease a:1',POOL",
    "'list shards --state busy',--state",
    "'add shards',ITEM"
  })
  void wrongArgumentsAreNamedBeforeAnythingIsAsked(String line, String named) {
    Result result = cli.run(("claim " + line).split(" "));
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains(named);
    assertThat(cli.store.asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"claim", "member"})
  void aGroupAsksForItsCommand(String group) {
    assertThat(cli.run(group).err()).contains("Commands:", "which command?");
  }
}

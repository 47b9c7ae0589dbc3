// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.member;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.cli.CliRun;
import dev.stele.cli.CliRun.Result;
import dev.stele.cli.ScriptedLease;
import dev.stele.client.MemberInfo;
import dev.stele.client.MemberQuery;
import dev.stele.client.Registration;
import dev.stele.client.error.FencedException;
import dev.stele.client.kind.Endpoint;
import dev.stele.client.kind.Member;
import dev.stele.client.kind.Member.Health;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Members that a test lets live. */
@Timeout(60)
final class MemberRegisterCommandTest {
  private final CliRun cli = new CliRun();
  private final ScriptedLease lease = new ScriptedLease("member/rack1/node7");

  @TempDir private Path folder;

  private static FencedException fenced() {
    return new FencedException("that life is alive", "member");
  }

  private Result register(String... more) {
    List<String> args =
        new ArrayList<>(List.of("member", "register", "rack1/node7", "--address", "h:1"));
    args.addAll(List.of(more));
    return cli.run(args.toArray(String[]::new));
  }

  private Registration asked() {
    return (Registration) cli.store.argumentsOf("register").get(0);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theCommandKnowsItsLifeAndTheMemberIsDeregisteredBehindIt() throws Exception {
    cli.store.answer(new ScriptedMember(lease));
    Path seen = folder.resolve("seen");
    String script = "echo $STELE_LEASE $STELE_TOKEN $STELE_INCARNATION >" + seen + "; exit 7";
    assertThat(register("--", "sh", "-c", script)).isEqualTo(new Result(7, "", ""));
    assertThat(Files.readString(seen)).isEqualTo("member/rack1/node7 41 12\n");
    assertThat(lease.released).isTrue();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aCommandWhoseLifeIsOverIsEnded() {
    lease.takenAwayAtLook = 4;
    cli.store.answer(new ScriptedMember(lease));
    Result result = register("--", "sleep", "600");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err())
        .contains("FENCED", "member/rack1/node7 with token 41 was lost (FENCED)");
    assertThat(lease.released).isFalse();
  }

  @Test
  void withoutACommandTheLifeIsToldAndLastsUntilItIsLost() {
    lease.takeAway();
    cli.store.answer(new ScriptedMember(lease));
    Result result = register();
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out())
        .isEqualTo(
            "member/rack1/node7, incarnation 12, token 41\nalive until this ends; TTL 30 s\n");
    assertThat(result.err()).contains("was lost (FENCED)");
  }

  @Test
  void aLifeForProgramsIsOneDocument() {
    lease.takeAway();
    cli.store.answer(new ScriptedMember(lease));
    assertThat(register("-o", "json").out())
        .isEqualTo(
            "{\"name\":\"rack1/node7\",\"incarnation\":12,"
                + "\"lease\":{\"name\":\"member/rack1/node7\",\"token\":41},\"ttlMillis\":30000}\n");
  }

  @Test
  void everyOptionReachesTheRegistration() {
    cli.store.fail(fenced());
    Result result =
        register(
            "--incarnation",
            "18446744073709551615",
            "--ttl",
            "3s",
            "--capacity",
            "slots=8",
            "--capacity",
            "memoryBytes=18446744073709551615",
            "--label",
            "zone=b",
            "--label",
            "ssd=",
            "--health",
            "Degraded",
            "--endpoint",
            "web=h:80",
            "--endpoint",
            "admin=h:81");
    assertThat(result.code()).isEqualTo(1);
    assertThat(asked())
        .isEqualTo(
            Registration.of("rack1/node7", "h:1")
                .withTtl(Duration.ofSeconds(3))
                .withMember(
                    new Member(
                        "h:1",
                        -1,
                        Map.of("slots", 8L, "memoryBytes", -1L),
                        Health.DEGRADED,
                        Map.of("zone", "b", "ssd", "")))
                .withEndpoint(Endpoint.of("web", "h:80"))
                .withEndpoint(Endpoint.of("admin", "h:81")));
  }

  @Test
  void withoutOptionsAMemberIsHealthyAndItsIncarnationTheStores() {
    cli.store.fail(fenced());
    register();
    assertThat(asked()).isEqualTo(Registration.of("rack1/node7", "h:1"));
  }

  @Test
  void aLifeThatIsAliveIsWaitedForIfThatIsWanted() {
    cli.store.fail(fenced());
    cli.store.answer(List.of());
    lease.takeAway();
    cli.store.answer(new ScriptedMember(lease));
    register("--incarnation", "12", "--wait", "1m");
    assertThat(cli.store.asked.stream().filter(call -> call.get(0).equals("register"))).hasSize(2);
    List<Object> waited = cli.store.argumentsOf("await");
    assertThat(waited.get(0)).isEqualTo(MemberQuery.all().withPrefix("rack1/node7"));
    assertThat(waited.get(2)).isEqualTo(Duration.ofMinutes(1));
    @SuppressWarnings("unchecked")
    Predicate<List<MemberInfo>> over = (Predicate<List<MemberInfo>>) waited.get(1);
    assertThat(over.test(List.of(standing("rack1/node7", 12, true)))).isFalse();
    assertThat(over.test(List.of(standing("rack1/node7", 12, false)))).isTrue();
    assertThat(over.test(List.of(standing("rack1/node7", 13, true)))).isTrue();
    assertThat(over.test(List.of(standing("rack1/node70", 12, true)))).isTrue();
  }

  private MemberInfo standing(String name, long incarnation, boolean alive) {
    return new MemberInfo(
        name,
        Member.of("h:1", incarnation),
        7,
        alive ? Optional.of(lease.ref()) : Optional.empty());
  }

  @Test
  void whoWaitsTooLongIsToldThatTheLifeIsAlive() {
    cli.store.fail(fenced());
    cli.store.fail(new TimeoutException());
    Result result = register("--incarnation", "12", "--wait", "1s");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("FENCED", "that life is alive");
  }

  @Test
  void whoDoesNotWaitIsRefusedAtOnce() {
    cli.store.fail(fenced());
    assertThat(register("--incarnation", "12").code()).isEqualTo(1);
    assertThat(cli.store.asked).noneMatch(call -> call.get(0).equals("await"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "register",
        "register a",
        "register a --address h:1 --ttl 5",
        "register a --address h:1 --ttl 99999h",
        "register a --address h:1 --incarnation -1",
        "register a --address h:1 --incarnation 18446744073709551616",
        "register a --address h:1 --wait 5s",
        "register a --address h:1 --incarnation 1 --wait 99999h",
        "register a --address h:1 --health lost",
        "register a --address h:1 --health fine",
        "register a --address h:1 --capacity slots",
        "register a --address h:1 --capacity slots=-1",
        "register a --address h:1 --label zone",
        "register a --address h:1 --endpoint web"
      })
  void wrongArgumentsAreFoundBeforeAnythingIsAsked(String line) {
    Result result = cli.run(("member " + line).split(" "));
    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(cli.store.asked).isEmpty();
  }
}

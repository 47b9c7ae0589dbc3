// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.cli.CliRun;
import dev.stele.cli.CliRun.Result;
import dev.stele.cli.ScriptedStore;
import dev.stele.client.Expect;
import dev.stele.client.Fact;
import dev.stele.client.Got;
import dev.stele.client.Keys;
import dev.stele.client.error.InvalidRequestException;
import dev.stele.client.error.Reason;
import dev.stele.client.kind.Pool;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClaimPoolCommandTest {
  private static final Pool PORTS =
      new Pool(Pool.Loss.RETIRE, 9, -1, new Pool.Numbers(8_000, 8_999));

  private final CliRun cli = new CliRun();

  private static Fact<Pool> fact(Pool pool) {
    return new Fact<>(Keys.pool("ports"), pool, 2, 7, 4, Optional.empty());
  }

  private void stands(Pool pool) {
    cli.store.answer(new Got<>(Optional.of(fact(pool)), ScriptedStore.info()));
  }

  private void nothingStands() {
    cli.store.answer(new Got<>(Optional.empty(), ScriptedStore.info()));
  }

  private void assertPut(Pool pool, Expect expect) {
    assertThat(cli.store.argumentsOf("put")).isEqualTo(List.of(Keys.pool("ports"), pool, expect));
  }

  @Test
  void aNewPoolHasDefaultsForWhatNoOptionNames() {
    nothingStands();
    cli.store.answer(fact(Pool.listed()));
    assertThat(cli.run("claim", "pool", "ports", "--on-loss", "idle"))
        .isEqualTo(new Result(0, "revision 7\n", ""));
    assertPut(Pool.listed(), Expect.absent());
  }

  @Test
  void whatStandsStaysAndNobodysChangeInBetweenIsOverwritten() {
    stands(PORTS);
    cli.store.answer(fact(PORTS));
    assertThat(cli.run("claim", "pool", "ports", "--max-owned", "0", "-o", "json").out())
        .isEqualTo("{\"revision\":7,\"pool\":\"ports\"}\n");
    assertPut(new Pool(Pool.Loss.RETIRE, 0, -1, PORTS.range()), Expect.revision(7));
  }

  @ParameterizedTest
  @CsvSource({
    "--numbers,8000-18446744073709551615",
    "--addresses,10.0.0.10-10.0.0.99",
    "--subnets,10.0.0.0/16/24"
  })
  void aRangeIsWrittenAsPeopleWriteIt(String option, String text) {
    nothingStands();
    cli.store.answer(fact(PORTS));
    assertThat(cli.run("claim", "pool", "ports", option, text, "--on-loss", "RETIRE").code())
        .isZero();
    Pool.Range range =
        switch (option) {
          case "--numbers" -> new Pool.Numbers(8_000, -1);
          case "--addresses" -> new Pool.Addresses("10.0.0.10", "10.0.0.99");
          default -> new Pool.Subnets("10.0.0.0/16", 24);
        };
    assertPut(new Pool(Pool.Loss.RETIRE, 0, 0, range), Expect.absent());
  }

  @Test
  void withoutOptionsThePoolIsShown() {
    stands(PORTS);
    assertThat(cli.run("claim", "pool", "ports").out())
        .isEqualTo(
            """
            pool/ports
              on loss              retire
              max owned            9
              max owned per owner  18446744073709551615
              items                8000 to 8999
              revision             7
            """);
    stands(Pool.listed());
    assertThat(cli.run("claim", "pool", "ports").out())
        .contains("max owned            all", "items                those that are listed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "numbers;\"numbers\":{\"first\":8000,\"last\":8999},",
        "addresses;\"addresses\":{\"first\":\"10.0.0.1\",\"last\":\"10.0.0.9\"},",
        "subnets;\"subnets\":{\"network\":\"10.0.0.0/16\",\"prefixLength\":24},",
        "listed;''"
      })
  void aPoolForProgramsIsOneDocument(String range, String json) {
    Pool.Range items =
        switch (range) {
          case "numbers" -> new Pool.Numbers(8_000, 8_999);
          case "addresses" -> new Pool.Addresses("10.0.0.1", "10.0.0.9");
          case "subnets" -> new Pool.Subnets("10.0.0.0/16", 24);
          default -> new Pool.Listed();
        };
    stands(new Pool(Pool.Loss.IDLE, 1, 2, items));
    assertThat(cli.run("claim", "pool", "ports", "-o", "json").out())
        .isEqualTo(
            "{\"pool\":\"ports\",\"onLoss\":\"IDLE\",\"maxOwned\":1,\"maxOwnedPerOwner\":2,"
                + json
                + "\"revision\":7}\n");
  }

  @Test
  void aPoolThatThereIsNotIsNotFound() {
    nothingStands();
    Result result = cli.run("claim", "pool", "ports");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("NOT_FOUND", "there is no pool/ports");
  }

  @Test
  void whatTheStoreRefusesIsToldWithItsField() {
    nothingStands();
    cli.store.fail(
        new InvalidRequestException(
            Reason.INVALID_FIELD, "is below the first", "body.numbers.last", null));
    Result result = cli.run("claim", "pool", "ports", "--numbers", "9-8", "-o", "json");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("\"field\":\"body.numbers.last\"");
  }

  @ParameterizedTest
  @CsvSource({
    "--numbers 8000,--numbers",
    "--numbers 1-99999999999999999999,--numbers",
    "--addresses 10.0.0.1,--addresses",
    "--subnets 10.0.0.0/16,--subnets",
    "--numbers 1-2 --subnets 10.0.0.0/16/24,--subnets",
    "--max-owned -1,--max-owned",
    "--max-owned-per-owner x,--max-owned-per-owner",
    "--on-loss keep,--on-loss"
  })
  void wrongArgumentsAreNamedBeforeAnythingIsAsked(String options, String named) {
    Result result = cli.run(("claim pool ports " + options).split(" "));
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains(named);
    assertThat(cli.store.asked).isEmpty();
  }
}

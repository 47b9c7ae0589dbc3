// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.cli.CliRun;
import dev.stele.cli.CliRun.Result;
import dev.stele.cli.ScriptedStore;
import dev.stele.client.Deleted;
import dev.stele.client.Expect;
import dev.stele.client.Fact;
import dev.stele.client.Got;
import dev.stele.client.Keys;
import dev.stele.client.PutOptions;
import dev.stele.client.ReadMode;
import dev.stele.client.Walked;
import dev.stele.client.Written;
import dev.stele.client.error.InvalidRequestException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.UnavailableException;
import dev.stele.client.kind.KindPolicy;
import dev.stele.client.kind.KindPolicy.BodyType;
import dev.stele.client.kind.KindPolicy.LeaseLoss;
import dev.stele.client.kind.KindPolicy.WriteBudget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KindCommandsTest {
  private final CliRun cli = new CliRun();

  private static Fact<KindPolicy> standing(KindPolicy policy) {
    return new Fact<>(Keys.kind("deploys"), policy, 2, 7, 4, Optional.empty());
  }

  private void stands(KindPolicy policy) {
    cli.store.answer(new Got<>(Optional.of(standing(policy)), ScriptedStore.info()));
  }

  private void nothingStands() {
    cli.store.answer(new Got<>(Optional.empty(), ScriptedStore.info()));
  }

  private void assertPut(KindPolicy policy, Expect expect) {
    List<Object> put = cli.store.argumentsOf("put");
    assertThat(put.get(1)).isEqualTo(policy);
    assertThat(put.get(2)).isEqualTo(expect);
  }

  @Test
  void aNewKindHasDefaultsForWhatNoOptionNames() {
    nothingStands();
    cli.store.answer(standing(KindPolicy.json()));
    assertThat(cli.run("kind", "set", "deploys", "--type", "json"))
        .isEqualTo(new Result(0, "revision 7\n", ""));
    assertPut(KindPolicy.json(), Expect.absent());
  }

  @Test
  void aNewKindNeedsItsType() {
    nothingStands();
    Result result = cli.run("kind", "set", "deploys", "--max-facts", "5");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("--type", "json or bytes");
    assertThat(cli.store.asked).noneMatch(call -> call.get(0).equals("put"));
  }

  @Test
  void aBuiltInKindKeepsItsType() {
    nothingStands();
    cli.store.answer(standing(KindPolicy.builtIn()));
    assertThat(cli.run("kind", "set", "config", "--max-facts", "2000000").code()).isZero();
    assertPut(KindPolicy.builtIn().withMaxFacts(2_000_000), Expect.absent());
    assertThat(cli.store.argumentsOf("put").get(0)).isEqualTo(Keys.kind("config"));
  }

  @Test
  void whatStandsStaysAndNobodysChangeInBetweenIsOverwritten() {
    KindPolicy before =
        KindPolicy.json().withMaxFacts(9).withBudget(new WriteBudget(3, 4)).withJsonSchema("{}");
    stands(before);
    cli.store.answer(standing(before));
    assertThat(cli.run("kind", "set", "deploys", "--max-body", "100").code()).isZero();
    assertPut(before.withMaxBodyBytes(100), Expect.revision(7));
  }

  @Test
  void everyOptionReachesThePolicy(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("s.json"), "{\"type\":\"object\"}");
    stands(KindPolicy.bytes());
    cli.store.answer(standing(KindPolicy.json()));
    Result result =
        cli.in(directory)
            .run(
                "kind",
                "set",
                "deploys",
                "--type",
                "json",
                "--max-body",
                "1",
                "--max-facts",
                "2",
                "--writes-per-second",
                "3",
                "--burst",
                "4",
                "--schema",
                "s.json",
                "--on-lease-loss",
                "delete",
                "--if-revision",
                "5",
                "-o",
                "json");
    assertThat(result.out()).isEqualTo("{\"revision\":7,\"kind\":\"deploys\"}\n");
    assertPut(
        new KindPolicy(
            BodyType.JSON,
            1,
            2,
            Optional.of(new WriteBudget(3, 4)),
            "{\"type\":\"object\"}",
            Optional.of(LeaseLoss.DELETE)),
        Expect.revision(5));
  }

  @ParameterizedTest
  @CsvSource({"mark-lost,MARK_LOST", "retire,RETIRE", "IDLE,IDLE", "Mark-Lost,MARK_LOST"})
  void whatBecomesOfFactsWhenTheirLeaseEndsIsSetByItsWord(String word, LeaseLoss loss) {
    stands(KindPolicy.builtIn());
    cli.store.answer(standing(KindPolicy.builtIn()));
    assertThat(cli.run("kind", "set", "claim", "--on-lease-loss", word).code()).isZero();
    assertPut(KindPolicy.builtIn().withOnLeaseLoss(loss), Expect.revision(7));
  }

  @Test
  void aBudgetAndASchemaAreTakenAway() {
    stands(KindPolicy.json().withBudget(WriteBudget.perSecond(3)).withJsonSchema("{}"));
    cli.store.answer(standing(KindPolicy.json()));
    assertThat(cli.run("kind", "set", "deploys", "--no-budget", "--no-schema").code()).isZero();
    assertPut(KindPolicy.json(), Expect.revision(7));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kind set deploys --type xml",
        "kind set deploys --type built-in",
        "kind set deploys --burst 3",
        "kind set deploys --on-lease-loss keep",
        "kind set deploys --no-budget --writes-per-second 3",
        "kind set deploys --no-schema --schema x",
        "kind set deploys --schema /nowhere/at/all",
        "kind set",
        "kind delete",
        "kind list extra"
      })
  void wrongUsageEndsWithTwoBeforeAnythingIsAsked(String line) {
    assertThat(cli.run(line.split(" ")).code()).isEqualTo(2);
    assertThat(cli.store.asked).isEmpty();
  }

  @Test
  void whatTheStoreRefusesIsToldWithItsField() {
    stands(KindPolicy.json());
    cli.store.fail(
        new InvalidRequestException(
            Reason.INVALID_FIELD, "would allow 1 facts, and there are 2", "body.max_facts", null));
    Result result = cli.run("kind", "set", "deploys", "--max-facts", "1", "-o", "json");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("\"field\":\"body.max_facts\"");
  }

  @Test
  void theListHasBuiltInKindsAndTheirPolicies() {
    cli.store.answer(new Walked(9, 0));
    Result result = cli.run("kind", "list");
    assertThat(result.out())
        .startsWith(
            "NAME      TYPE      MAX BODY  MAX FACTS  WRITES/S  BURST  SCHEMA  ON LEASE LOSS  "
                + "SOURCE\n")
        .contains(
            "\nconfig    built-in  16384     100000     -         -      no      delete         "
                + "standard\n")
        .contains("no      mark-lost      standard\n", "no      idle           standard\n")
        .endsWith("8 kinds at revision 9\n")
        .doesNotContain("\nkind ", "\nlease ");
    cli.store.answer(new Walked(9, 0));
    assertThat(cli.run("kind", "list", "-o", "json").out())
        .startsWith(
            "{\"revision\":9,\"kinds\":[{\"name\":\"claim\",\"type\":\"built-in\","
                + "\"maxBodyBytes\":16384,\"maxFacts\":100000,\"onLeaseLoss\":\"idle\",\"source\":\"standard\"},");
  }

  @Test
  void aPolicyThatIsNotThereCantBeDeleted() {
    cli.store.answer(new Deleted(9, 1, false, ScriptedStore.info()));
    assertThat(cli.run("kind", "delete", "deploys")).isEqualTo(new Result(0, "revision 9\n", ""));
    cli.store.answer(new Deleted(9, 0, false, ScriptedStore.info()));
    assertThat(cli.run("kind", "delete", "deploys", "--if-revision", "3").code()).isEqualTo(1);
    assertThat(cli.store.asked)
        .contains(List.of("delete", Keys.kind("deploys"), Expect.revision(3)));
  }

  @Test
  void aJsonBodyIsStoredAsItWasGivenAndShownAsJson() {
    cli.store.answer(new Written(7, 7, 1, false, ScriptedStore.info()));
    assertThat(cli.run("put", "deploys/web", "--json", "{ \"a\": 1 }").code()).isZero();
    List<Object> put = cli.store.argumentsOf("put");
    assertThat(new String((byte[]) put.get(1), StandardCharsets.UTF_8)).isEqualTo("{ \"a\": 1 }");
    assertThat(put.get(2)).isEqualTo(PutOptions.none());
    cli.store.answer(fact("deploys/web", "{ \"a\": 1 }"));
    stands(KindPolicy.json());
    assertThat(cli.run("get", "deploys/web").out()).startsWith("{\"a\":1}\n");
    assertThat(cli.store.asked).contains(List.of("get", Keys.kind("deploys"), ReadMode.local()));
  }

  @Test
  void bytesAreWrittenFromAFileAndShownInBase64EvenIfTheyLookLikeJson(@TempDir Path directory)
      throws IOException {
    byte[] bytes = {(byte) 0xff, 0, 1};
    Files.write(directory.resolve("b"), bytes);
    cli.store.answer(new Written(7, 7, 1, false, ScriptedStore.info()));
    assertThat(cli.in(directory).run("put", "blobs/a", "--file", "b").code()).isZero();
    assertThat((byte[]) cli.store.argumentsOf("put").get(1)).isEqualTo(bytes);
    cli.store.answer(fact("blobs/a", "{}"));
    stands(KindPolicy.bytes());
    assertThat(cli.run("get", "blobs/a").out()).startsWith("{\"base64\":\"e30=\"}\n");
  }

  @Test
  void aBodyIsShownEvenIfItsKindCantBeAskedFor() {
    cli.store.answer(fact("deploys/web", "{\"a\":1}"));
    cli.store.fail(new UnavailableException(Reason.NO_QUORUM, "gone", null, null));
    assertThat(cli.run("get", "deploys/web").out()).startsWith("{\"a\":1}\n");
  }

  private static Got<byte[]> fact(String key, String body) {
    return new Got<>(
        Optional.of(ScriptedStore.fact(key, body.getBytes(StandardCharsets.UTF_8))),
        ScriptedStore.info());
  }
}

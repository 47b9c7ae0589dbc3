// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.facts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.cli.CliRun;
import dev.stele.cli.CliRun.Result;
import dev.stele.cli.ScriptedStore;
import dev.stele.client.Deleted;
import dev.stele.client.Expect;
import dev.stele.client.Keys;
import dev.stele.client.LeaseRef;
import dev.stele.client.PutOptions;
import dev.stele.client.Selector;
import dev.stele.client.Written;
import dev.stele.client.error.AlreadyExistsException;
import dev.stele.client.error.CompareFailedException;
import dev.stele.client.error.OutcomeUnknownException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.SessionExpiredException;
import dev.stele.client.error.UnavailableException;
import dev.stele.proto.v1.DesiredState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class WriteCommandsTest {
  private final CliRun cli = new CliRun();

  @Test
  void aPutPrintsItsRevision() throws Exception {
    cli.store.answer(written());
    Result result = cli.run("put", "desired/prod/web", "--replicas", "3");
    assertThat(result).isEqualTo(new Result(0, "revision 7\n", ""));
    List<Object> put = cli.store.argumentsOf("put");
    assertThat(put.get(0)).isEqualTo(Keys.raw("desired/prod/web"));
    assertThat(DesiredState.parseFrom((byte[]) put.get(1)).getReplicas()).isEqualTo(3);
    assertThat(put.get(2)).isEqualTo(PutOptions.none());
  }

  @Test
  void aPutAsJsonHasStableFields() {
    cli.store.answer(written());
    Result result = cli.run("put", "desired/prod/web", "--replicas", "3", "-o", "json");
    assertThat(result.out())
        .isEqualTo("{\"revision\":7,\"key\":\"desired/prod/web\",\"duplicate\":false}\n");
  }

  @Test
  void conditionsAndLeasesReachTheStore() {
    cli.store.answer(written());
    Result result =
        cli.run(
            "put",
            "config/a",
            "--json",
            "{}",
            "--if-revision",
            "5",
            "--guard",
            "c/s:41",
            "--guard",
            "d:e:42",
            "--lease",
            "l:1");
    assertThat(result.code()).isZero();
    PutOptions expected =
        new PutOptions(
            Expect.revision(5),
            Optional.of(new LeaseRef("l", 1)),
            List.of(new LeaseRef("c/s", 41), new LeaseRef("d:e", 42)));
    assertThat(cli.store.argumentsOf("put").get(2)).isEqualTo(expected);
  }

  @Test
  void ifAbsentReachesTheStore() {
    cli.store.answer(written());
    cli.run("put", "config/a", "--json", "{}", "--if-absent");
    assertThat(cli.store.argumentsOf("put").get(2))
        .isEqualTo(PutOptions.none().expect(Expect.absent()));
  }

  @Test
  void aBodyIsReadFromAFileOrStandardInput(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("web.json"), "{\"replicas\": 2}");
    byte[] expected = DesiredState.newBuilder().setReplicas(2).build().toByteArray();
    cli.in(folder).stdin("{\"replicas\": 2}");
    for (String[] source :
        new String[][] {{"--file", "web.json"}, {"--file", "-"}, {"--json", "-"}}) {
      cli.store.asked.clear();
      cli.store.answer(written());
      assertThat(cli.run("put", "desired/web", source[0], source[1]).code()).isZero();
      assertThat((byte[]) cli.store.argumentsOf("put").get(1)).isEqualTo(expected);
    }
  }

  @Test
  void badInputEndsWithTwoBeforeAnythingIsConnected() {
    String[][] wrong = {
      {"put", "desired/web"},
      {"put", "desired/web", "--json", "{"},
      {"put", "desired/web", "--json", "{}{}"},
      {"put", "desired/web", "--json", "3"},
      {"put", "desired/web", "--json", ""},
      {"put", "desired/web", "--json", "{\"replcas\":1}"},
      {"put", "desired/web", "--json", "{\"replicas\":-1}"},
      {"put", "desired/web", "--replicas", "-1"},
      {"put", "desired/web", "--replicas", "4294967296"},
      {"put", "config/web", "--replicas", "1"},
      {"put", "desired/web", "--replicas", "1", "--json", "{}"},
      {"put", "desired/web", "--replicas", "1", "--if-absent", "--if-revision", "1"},
      {"put", "desired/web", "--replicas", "1", "--guard", "nocolon"},
      {"put", "desired/web", "--replicas", "1", "--guard", "l:0"},
      {"put", "desired/web", "--replicas", "1", "--timeout", "5"},
      {"put", "desired/web", "--file", "/nonexistent/file"},
      {"put", "desired/web", "extra", "--replicas", "1"},
      {"delete", "desired/", "--prefix", "--if-revision", "1"},
      {"list", "desired/", "--limit", "0"},
      {"history", "desired/web", "--limit", "10001"},
      {"get", "desired/web", "--at", "1", "--local"},
      {"get"},
      {"nonsense"},
      {"cluster"},
    };
    for (String[] args : wrong) {
      Result result = cli.run(args);
      assertThat(result.code()).as(String.join(" ", args)).isEqualTo(2);
      assertThat(result.err()).as(String.join(" ", args)).contains("stele: INVALID_FIELD: ");
      assertThat(result.out()).isEmpty();
    }
    assertThat(cli.store.opened).isEmpty();
  }

  @Test
  void aFileBeyondItsLimitIsRefused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("large.json");
    Files.writeString(file, "\"" + "x".repeat(Inputs.MAX_BYTES - 1) + "\"");
    Result result = cli.run("put", "custom/web", "--file", file.toString());
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("larger than " + Inputs.MAX_BYTES);
    Files.writeString(file, "\"" + "x".repeat(Inputs.MAX_BYTES - 2) + "\"");
    cli.store.answer(written());
    assertThat(cli.run("put", "custom/web", "--file", file.toString()).code()).isZero();
  }

  @Test
  void aRefusalEndsWithOneAndSaysWhatToDo() {
    cli.store.fail(
        new CompareFailedException("the fact stands at revision 7, not 5", "if_revision", 7));
    Result result = cli.run("put", "desired/web", "--replicas", "1", "--if-revision", "5");
    assertThat(result)
        .isEqualTo(
            new Result(
                1,
                "",
                """
                stele: COMPARE_FAILED: if_revision: the fact stands at revision 7, not 5
                       Nothing was changed. Read it again (stele get KEY) and decide again.
                """));
  }

  @Test
  void errorsAsJsonHaveStableFields() {
    cli.store.fail(new AlreadyExistsException("there is one", "key", 7));
    Result refused = cli.run("put", "desired/a", "--replicas", "1", "--if-absent", "-o", "json");
    assertThat(refused.err())
        .isEqualTo(
            "{\"reason\":\"ALREADY_EXISTS\",\"message\":\"there is one\",\"field\":\"key\","
                + "\"mayHaveHappened\":false}\n");
    cli.store.fail(new OutcomeUnknownException("no answer", null));
    Result unknown = cli.run("put", "desired/a", "--replicas", "1", "--output=json");
    assertThat(unknown)
        .isEqualTo(
            new Result(
                4,
                "",
                "{\"reason\":\"OUTCOME_UNKNOWN\",\"message\":\"no answer\","
                    + "\"mayHaveHappened\":true}\n"));
    Result usage = cli.run("put", "-ojson");
    assertThat(usage.err()).startsWith("{\"reason\":\"INVALID_FIELD\",\"message\":\"");
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"SESSION_EXPIRED", "SEQUENCE_TOO_OLD"})
  void anExpiredSessionShowsAsWhatItIs(Reason reason) {
    cli.store.fail(
        new SessionExpiredException(reason, "used too long ago", "header.session", null));
    assertThat(cli.run("delete", "desired/a"))
        .isEqualTo(
            new Result(
                4,
                "",
                "stele: "
                    + reason
                    + """
                    : header.session: used too long ago
                           An earlier try may have taken effect, this one did not. Find out by\
                     reading.
                    """));
    cli.store.fail(new SessionExpiredException(reason, "used too long ago", null, null));
    assertThat(cli.run("put", "desired/a", "--replicas", "1", "-o", "json"))
        .isEqualTo(
            new Result(
                4,
                "",
                "{\"reason\":\""
                    + reason
                    + "\",\"message\":\"used too long ago\",\"mayHaveHappened\":true}\n"));
  }

  @Test
  void theAnswerOfAnEarlierTryIsMarkedAsADuplicate() {
    cli.store.answer(new Written(7, 2, 4, true, ScriptedStore.info()));
    assertThat(cli.run("put", "desired/a", "--replicas", "1", "-o", "json").out())
        .contains("\"duplicate\":true");
    cli.store.answer(new Deleted(9, 1, true, ScriptedStore.info()));
    assertThat(cli.run("delete", "desired/a", "-o", "json").out()).contains("\"duplicate\":true");
  }

  @Test
  void withoutAMajorityTheCodeIsThree() {
    cli.store.fail(new UnavailableException(Reason.NO_QUORUM, "no majority", null, null));
    assertThat(cli.run("put", "desired/a", "--replicas", "1").code()).isEqualTo(3);
  }

  @Test
  void aDeleteSaysHowMuchIsGone() {
    cli.store.answer(new Deleted(9, 2, false, ScriptedStore.info()));
    Result many = cli.run("delete", "desired/prod/", "--prefix", "-o", "json");
    assertThat(many.out())
        .isEqualTo(
            "{\"revision\":9,\"key\":\"desired/prod/\",\"deleted\":2,\"duplicate\":false}\n");
    assertThat(cli.store.argumentsOf("deleteAll"))
        .containsExactly(Selector.prefix("desired/prod/"));
    cli.store.answer(new Deleted(9, 0, false, ScriptedStore.info()));
    Result none = cli.run("delete", "desired/a", "--if-revision", "4", "--guard", "l:2");
    assertThat(none).isEqualTo(new Result(0, "revision 9, 0 deleted\n", ""));
    assertThat(cli.store.argumentsOf("delete"))
        .containsExactly(Keys.raw("desired/a"), Expect.revision(4));
    assertThat(cli.store.asked).contains(List.of("guardedBy", new LeaseRef("l", 2)));
  }

  @Test
  void theEndpointsAreTheOptionsThenTheVariablesThenThoseOfALocalCluster() {
    for (int i = 0; i < 3; i++) {
      cli.store.answer(written());
    }
    cli.run("put", "desired/a", "--replicas", "1");
    cli.environment.put("STELE_ENDPOINTS", "a:1,b:2");
    cli.run("put", "desired/a", "--replicas", "1", "--timeout", "500ms");
    cli.run("put", "desired/a", "--replicas", "1", "--endpoints", "c:3");
    assertThat(cli.store.opened)
        .containsExactly(
            "127.0.0.1:7400,127.0.0.1:7410,127.0.0.1:7420 PT5S", "a:1,b:2 PT0.5S", "c:3 PT5S");
  }

  private static Written written() {
    return new Written(7, 2, 4, false, ScriptedStore.info());
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.cli.CliRun;
import dev.stele.cli.ScriptedStore;
import dev.stele.client.AppliedQuery;
import dev.stele.client.AppliedReport;
import dev.stele.client.AppliedReport.Outcome;
import dev.stele.client.AppliedReport.State;
import dev.stele.client.AppliedReport.Watcher;
import dev.stele.client.Selector;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AppliedCommandTest {
  private static final Watcher READY = new Watcher("a", State.APPLIED, "n0", 3, 13, 0, "", true);
  private static final Watcher LATE = new Watcher("b", State.LAGGING, "n1", 1, 9, 0, "", true);
  private static final Watcher MUTE = new Watcher("c", State.LAGGING, "n1", 1, 0, 0, "", true);
  private static final Watcher NO =
      new Watcher("d", State.REFUSED, "n2", 1, 11, 12, "no such image", true);
  private static final Watcher GONE = new Watcher("e", State.AWAY, "n2", 2, 12, 0, "", false);
  private static final Watcher NOBODY = new Watcher("f", State.AWAY, "", 0, 0, 0, "", false);

  private final CliRun cli = new CliRun();

  private void prepare(Outcome outcome, List<String> unheard, Watcher... watchers) {
    cli.store.answer(new AppliedReport(outcome, List.of(watchers), unheard, ScriptedStore.info()));
  }

  private AppliedQuery asked() {
    return (AppliedQuery) cli.store.argumentsOf("awaitApplied").get(0);
  }

  @ParameterizedTest
  @CsvSource({"APPLIED, 0", "LAGGING, 1", "REFUSED, 1", "INCOMPLETE, 3"})
  void theExitCodeIsTheOutcome(Outcome outcome, int code) {
    prepare(outcome, List.of(), READY);
    assertThat(cli.run("applied", "--revision", "12").code()).isEqualTo(code);
  }

  @Test
  void theTableNamesWhoLagsAndWhy() {
    prepare(Outcome.LAGGING, List.of(), READY, LATE, MUTE, NO, GONE, NOBODY);
    String out = cli.run("applied", "--revision", "12").out();
    assertThat(out).startsWith("revision 12: lagging; 1 of 6 watchers have applied it\n");
    assertThat(out.lines().map(line -> line.replaceAll(" +", " ").strip()))
        .contains(
            "WATCHER STATE APPLIED NODE WHY",
            "a applied 13 n0",
            "b lagging 9 n1 3 revisions behind",
            "c lagging - n1 has reported nothing",
            "d refused 11 n2 refused 12: no such image",
            "e away 12 n2 its stream has ended",
            "f away - - not heard of");
  }

  @Test
  void nodesThatCouldNotBeAskedAreNamed() {
    prepare(Outcome.INCOMPLETE, List.of("n1", "n2"), READY);
    assertThat(cli.run("applied", "--revision", "12").out()).contains("could not ask n1, n2\n");
  }

  @Test
  void jsonIsOneDocument() {
    prepare(Outcome.REFUSED, List.of("n1"), READY, NO);
    assertThat(cli.run("applied", "--revision", "12", "-o", "json").out())
        .isEqualTo(
            "{\"revision\":12,\"outcome\":\"REFUSED\",\"watchers\":[{\"name\":\"a\","
                + "\"state\":\"APPLIED\",\"applied\":13,\"connected\":true,\"node\":\"n0\","
                + "\"incarnation\":3},{\"name\":\"d\",\"state\":\"REFUSED\",\"applied\":11,"
                + "\"connected\":true,\"node\":\"n2\",\"incarnation\":1,\"refused\":12,"
                + "\"refusal\":\"no such image\"}],\"unheardNodes\":[\"n1\"]}\n");
  }

  @Test
  void withoutMoreAllThatAreKnownMustHaveAppliedIt() {
    prepare(Outcome.APPLIED, List.of(), READY);
    cli.run("applied", "--revision", "12");
    assertThat(asked()).isEqualTo(AppliedQuery.of(12));
  }

  @Test
  void optionsMakeTheQuestion() {
    prepare(Outcome.APPLIED, List.of(), READY);
    cli.run(
        "applied",
        "--revision",
        "12",
        "--expect",
        "a,b/c",
        "--selector",
        "desired/",
        "--wait",
        "50%",
        "--timeout",
        "30s");
    assertThat(asked())
        .isEqualTo(
            AppliedQuery.of(12)
                .expecting("a", "b/c")
                .selector(Selector.prefix("desired/"))
                .percent(50));
    assertThat(cli.store.opened.get(0)).endsWith("PT30S");
  }

  @Test
  void aNumberIsACount() {
    prepare(Outcome.APPLIED, List.of(), READY);
    cli.run("applied", "--revision", "12", "--wait", "2");
    assertThat(asked()).isEqualTo(AppliedQuery.of(12).count(2));
  }

  @ParameterizedTest
  @CsvSource({
    "0, all, --revision",
    "-1, all, --revision",
    "1, some, --wait",
    "1, 0, --wait",
    "1, 0%, --wait",
    "1, 101%, --wait",
    "1, -1, --wait",
  })
  void whatIsWrongIsNamed(String revision, String need, String option) {
    CliRun.Result result = cli.run("applied", "--revision=" + revision, "--wait=" + need);
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains(option);
    assertThat(cli.store.asked).isEmpty();
  }
}

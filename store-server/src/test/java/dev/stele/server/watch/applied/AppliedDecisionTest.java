// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch.applied;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.watch.WatcherName;
import dev.stele.server.watch.applied.AppliedVerdict.Judged;
import dev.stele.server.watch.applied.AppliedVerdict.Outcome;
import dev.stele.server.watch.applied.AppliedVerdict.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AppliedDecisionTest {
  private static final long REVISION = 10;

  /** A watcher of one of the four sorts that there are. */
  private static Standing standing(String name, char sort) {
    return switch (sort) {
      case 'A' -> new Standing(name, "n1", 1, REVISION, 0, "", true);
      case 'L' -> new Standing(name, "n1", 1, REVISION - 1, 0, "", true);
      case 'R' -> new Standing(name, "n1", 1, REVISION - 1, REVISION, "no", true);
      case 'W' -> new Standing(name, "n1", 1, REVISION, 0, "", false);
      default -> throw new IllegalArgumentException("sort " + sort);
    };
  }

  private static Map<String, Standing> standings(String sorts) {
    List<Standing> all =
        IntStream.range(0, sorts.length())
            .mapToObj(i -> standing("w" + i, sorts.charAt(i)))
            .toList();
    return AppliedDecision.newest(all, List.of());
  }

  private static Need need(String text) {
    if (text.equals("all")) {
      return new Need.All();
    }
    return text.endsWith("%")
        ? new Need.Percent(Integer.parseInt(text.substring(0, text.length() - 1)))
        : new Need.Count(Integer.parseInt(text));
  }

  private static AppliedQuestion question(String need, String... expected) {
    return new AppliedQuestion(REVISION, new TreeSet<>(Arrays.asList(expected)), need(need));
  }

  private static Outcome expecting(String sorts, String need) {
    String[] names =
        IntStream.range(0, sorts.length()).mapToObj(i -> "w" + i).toArray(String[]::new);
    return AppliedDecision.decide(question(need, names), standings(sorts), true).outcome();
  }

  /** A applied, L lagging, R refused, W away. */
  @ParameterizedTest
  @CsvSource({
    "A, all, APPLIED",
    "AAA, all, APPLIED",
    "AAL, all, LAGGING",
    "AAW, all, LAGGING",
    "AAR, all, REFUSED",
    "LLR, all, REFUSED",
    "WWR, all, REFUSED",
    "W, all, LAGGING",
    "AAL, 2, APPLIED",
    "AAR, 2, APPLIED",
    "AAW, 3, LAGGING",
    "ALR, 2, LAGGING",
    "AWR, 2, LAGGING",
    "ARR, 2, REFUSED",
    "LRR, 2, REFUSED",
    "RRR, 1, REFUSED",
    "LLLL, 25%, LAGGING",
    "ALLL, 25%, APPLIED",
    "ALLL, 26%, LAGGING",
    "AALL, 26%, APPLIED",
    "ARRR, 26%, REFUSED",
    "ALRR, 50%, LAGGING",
    "AAAL, 75%, APPLIED",
    "AAAL, 76%, LAGGING",
    "AAAA, 100%, APPLIED",
    "AAAR, 100%, REFUSED",
    "L, 1%, LAGGING",
    "A, 1%, APPLIED",
  })
  void ofThoseThatAreExpectedEnoughMustHaveAppliedIt(String sorts, String need, Outcome outcome) {
    assertThat(expecting(sorts, need)).isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource({
    "'', all, LAGGING",
    "'', 1%, LAGGING",
    "'', 1, LAGGING",
    "A, all, APPLIED",
    "AL, all, LAGGING",
    "AR, all, REFUSED",
    "AW, all, LAGGING",
    "AL, 1, APPLIED",
    "AA, 3, LAGGING",
    "RR, 1, LAGGING",
    "RR, 50%, REFUSED",
    "AR, 50%, APPLIED",
  })
  void withNobodyExpectedThoseCountThatAreKnown(String sorts, String need, Outcome outcome) {
    assertThat(AppliedDecision.decide(question(need), standings(sorts), true).outcome())
        .isEqualTo(outcome);
  }

  /** Against the definition, for each mixture of up to five watchers and each need. */
  @Test
  void everyMixtureIsDecidedAsDefined() {
    List<String> mixtures = new ArrayList<>(List.of(""));
    for (int i = 0; i < mixtures.size() && mixtures.get(i).length() < 5; i++) {
      for (char sort : "ALRW".toCharArray()) {
        mixtures.add(mixtures.get(i) + sort);
      }
    }
    for (String mixture : mixtures.subList(1, mixtures.size())) {
      int all = mixture.length();
      long applied = mixture.chars().filter(sort -> sort == 'A').count();
      long refused = mixture.chars().filter(sort -> sort == 'R').count();
      for (int needed = 1; needed <= all; needed++) {
        Outcome outcome = expecting(mixture, Integer.toString(needed));
        boolean yes = applied >= needed;
        boolean hopeless = refused > all - needed;
        assertThat(outcome == Outcome.APPLIED).as("%s %d", mixture, needed).isEqualTo(yes);
        assertThat(outcome == Outcome.REFUSED)
            .as("%s %d", mixture, needed)
            .isEqualTo(!yes && hopeless);
        assertThat(outcome).isNotEqualTo(Outcome.INCOMPLETE);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"AAA, all", "RRR, all", "A, 1", "LLL, 50%", "W, all"})
  void nothingIsToldWhileANodeIsNotHeard(String sorts, String need) {
    assertThat(AppliedDecision.decide(question(need), standings(sorts), false).outcome())
        .isEqualTo(Outcome.INCOMPLETE);
  }

  @Test
  void theOneThatLagsIsNamed() {
    AppliedVerdict verdict =
        AppliedDecision.decide(
            question("all", "w0", "w1", "w2", "w3", "x"), standings("ALRW"), true);
    assertThat(verdict.watchers().stream().map(Judged::state))
        .containsExactly(State.APPLIED, State.LAGGING, State.REFUSED, State.AWAY, State.AWAY);
    assertThat(verdict.watchers().stream().map(judged -> judged.standing().name()))
        .containsExactly("w0", "w1", "w2", "w3", "x");
    assertThat(verdict.watchers().get(4).standing()).isEqualTo(Standing.unheardOf("x"));
  }

  @Test
  void whoIsNotExpectedDoesNotCount() {
    AppliedVerdict verdict = AppliedDecision.decide(question("all", "w0"), standings("AR"), true);
    assertThat(verdict.outcome()).isEqualTo(Outcome.APPLIED);
    assertThat(verdict.watchers()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    // applied, refused, connected, state
    "9, 0, true, LAGGING",
    "10, 0, true, APPLIED",
    "11, 0, true, APPLIED",
    "11, 12, true, APPLIED",
    "9, 10, true, REFUSED",
    "3, 4, true, REFUSED",
    "9, 11, true, LAGGING",
    "0, 0, true, LAGGING",
    "11, 0, false, AWAY",
    "9, 10, false, AWAY",
  })
  void aWatcherIsJudgedByTheRevisionThatIsAskedFor(
      long applied, long refused, boolean connected, State state) {
    Standing standing = new Standing("w", "n1", 1, applied, refused, "", connected);
    AppliedVerdict verdict = AppliedDecision.decide(question("all"), Map.of("w", standing), true);
    assertThat(verdict.watchers().get(0).state()).isEqualTo(state);
  }

  private static Standing on(String node, long incarnation, long applied, boolean connected) {
    return new Standing("w", node, incarnation, applied, 0, "", connected);
  }

  private static Standing newest(Standing... standings) {
    return AppliedDecision.newest(List.of(standings), List.of()).get("w");
  }

  @Test
  void theNewestStreamOfANameCountsWhereverItIs() {
    Standing old = on("n1", 1, 99, true);
    Standing young = on("n2", 2, 3, false);
    assertThat(newest(old, young)).isEqualTo(young);
    assertThat(newest(young, old)).isEqualTo(young);
  }

  @Test
  void anIncarnationThatIsUsedTwiceIsTakenAtTheLowerOfItsWords() {
    Standing gone = on("n1", 1, 3, false);
    Standing ahead = on("n2", 1, 12, true);
    Standing behind = on("n3", 1, 5, true);
    assertThat(newest(gone, ahead)).isEqualTo(ahead);
    assertThat(newest(ahead, behind, gone)).isEqualTo(behind);
    assertThat(newest(behind, ahead)).isEqualTo(behind);
  }

  @Test
  void aNameWhoseNewestStreamHasAnotherSelectorIsLeftOut() {
    List<Standing> standings = List.of(on("n1", 2, 12, true));
    assertThat(AppliedDecision.newest(standings, List.of(new WatcherName("w", 3)))).isEmpty();
    assertThat(AppliedDecision.newest(standings, List.of(new WatcherName("w", 2)))).isEmpty();
    assertThat(AppliedDecision.newest(standings, List.of(new WatcherName("w", 1)))).hasSize(1);
    assertThat(AppliedDecision.newest(standings, List.of(new WatcherName("v", 9)))).hasSize(1);
  }

  @Test
  void onlyAYesAndARefusalAreSettled() {
    for (Outcome outcome : Outcome.values()) {
      boolean settled = outcome == Outcome.APPLIED || outcome == Outcome.REFUSED;
      assertThat(new AppliedVerdict(outcome, List.of()).settled()).isEqualTo(settled);
    }
  }
}

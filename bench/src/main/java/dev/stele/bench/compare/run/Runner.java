// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import dev.stele.bench.compare.Contender;
import dev.stele.bench.compare.run.Results.Column;
import dev.stele.bench.compare.run.Results.Warmup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Gives each contender its turns, one cluster at a time. What goes wrong in a turn is told in the
 * rows that it concerns, and the next turn goes on.
 */
public final class Runner {
  private final Plan plan;
  private final List<Contender> contenders;
  private final Bench bench;
  private final Machine machine;
  private final Ports ports;
  private final Consumer<String> progress;
  private final List<Sample> samples = new ArrayList<>();

  /**
   * Prepares a run.
   *
   * @param ports where the clusters may listen
   * @param progress told each step, a line each, on the caller's thread
   */
  public Runner(
      Plan plan,
      List<Contender> contenders,
      Bench bench,
      Machine machine,
      Ports ports,
      Consumer<String> progress) {
    this.plan = plan;
    this.contenders = List.copyOf(contenders);
    this.bench = bench;
    this.machine = machine;
    this.ports = ports;
    this.progress = progress;
  }

  /**
   * Runs it to its end, or until the calling thread is interrupted: what was measured by then is
   * told, and nothing is left running.
   */
  public Results run() {
    List<Turn> turns = plan.turns(contenders);
    announce(turns);
    boolean cut = false;
    try {
      for (int i = 0; i < turns.size(); i++) {
        stopIfAsked();
        TurnRun turn = new TurnRun(plan, turns.subList(i, turns.size()), bench, progress);
        try {
          turn.run(ports);
        } finally {
          samples.addAll(turn.samples());
        }
      }
    } catch (InterruptedException asked) {
      progress.accept("interrupted: what was measured by now is kept");
      cut = true;
    }
    Folders.deleteIfEmpty(plan.directory());
    // Some know only by now how they were run.
    List<Column> columns = contenders.stream().map(contender -> column(contender, turns)).toList();
    return new Results(plan, machine, columns, samples, cut);
  }

  /** What goes wrong while everything is being stopped says nothing. */
  static void stopIfAsked() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private Column column(Contender contender, List<Turn> turns) {
    Optional<String> missing = contender.missing();
    boolean there = missing.isEmpty();
    return new Column(
        contender.name(),
        missing,
        there ? contender.version() : "",
        there ? contender.settings() : List.of(),
        plan.rows(contender),
        turns.stream()
            .filter(turn -> turn.isOf(contender))
            .findFirst()
            .map(turn -> new Warmup(plan.times().warmup(turn), turn.othersThan(contender)))
            .orElse(Warmup.NONE));
  }

  private void announce(List<Turn> turns) {
    for (Contender contender : contenders) {
      progress.accept(
          contender.name()
              + ": "
              + contender
                  .missing()
                  .map(why -> "left out: " + why)
                  .orElseGet(() -> plan.rows(contender).size() + " rows"));
    }
    progress.accept(
        String.format(
            Locale.ROOT,
            "%d turns in %d %s, about %d minutes",
            turns.size(),
            plan.rounds(),
            plan.rounds() == 1 ? "round" : "rounds",
            Math.max(1, Math.round(plan.estimate(turns).toSeconds() / 60.0))));
  }
}

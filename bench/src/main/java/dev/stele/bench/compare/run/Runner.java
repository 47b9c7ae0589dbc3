// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import dev.stele.bench.compare.Cluster;
import dev.stele.bench.compare.Contender;
import dev.stele.bench.compare.Driver;
import dev.stele.bench.compare.run.Bench.Session;
import dev.stele.bench.compare.run.Results.Column;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Gives each contender its turns, one cluster at a time. What goes wrong in a turn is told in the
 * rows that it concerns, and the next turn goes on.
 */
public final class Runner {
  private static final int CONNECTIONS = 4;

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
        turn(turns.get(i), turns.subList(i, turns.size()));
      }
    } catch (InterruptedException asked) {
      progress.accept("interrupted: what was measured by now is kept");
      cut = true;
    }
    Folders.deleteIfEmpty(plan.directory());
    // Some know only by now how they were run.
    List<Column> columns = contenders.stream().map(this::column).toList();
    return new Results(plan, machine, columns, samples, cut);
  }

  /** What goes wrong while everything is being stopped says nothing. */
  private static void stopIfAsked() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private Column column(Contender contender) {
    Optional<String> missing = contender.missing();
    return missing.isPresent()
        ? new Column(contender.name(), missing, "", List.of(), plan.rows(contender))
        : new Column(
            contender.name(),
            missing,
            contender.version(),
            contender.settings(),
            plan.rows(contender));
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

  private void turn(Turn turn, List<Turn> left) throws InterruptedException {
    String name = turn.contender().name();
    Path directory = plan.directory().resolve(Names.id(name) + "-" + turn.round());
    say(turn, "starting, " + minutes(left, 0) + " left");
    boolean kept = true;
    try {
      Files.createDirectories(directory);
      try (Cluster cluster = turn.contender().start(directory, ports.next());
          Driver driver = cluster.connect(CONNECTIONS)) {
        kept = !rows(turn, left, new Session(cluster, driver));
      }
      if (!kept) {
        Folders.delete(directory);
      }
    } catch (IOException | RuntimeException failure) {
      stopIfAsked();
      say(turn, "failed: " + text(failure));
      failRest(turn, text(failure));
    }
    if (kept) {
      say(turn, "its logs are in " + directory);
    }
  }

  /** Whether all went well. */
  private boolean rows(Turn turn, List<Turn> left, Session session) throws InterruptedException {
    boolean well = warmUp(turn, session);
    for (int i = 0; i < turn.rows().size(); i++) {
      Row row = turn.rows().get(i);
      try {
        Measured measured = bench.measure(session, row);
        samples.add(Sample.measured(turn, row, measured));
        say(turn, Lines.of(row, measured) + " (" + minutes(left, i + 1) + " left)");
      } catch (IOException | RuntimeException failure) {
        stopIfAsked();
        String problem = Processes.death(session.cluster()).orElseGet(() -> text(failure));
        samples.add(Sample.failed(turn, row, problem));
        say(turn, row.title() + ": " + problem);
        well = false;
      }
      Optional<String> death = Processes.death(session.cluster());
      if (death.isPresent()) {
        failRest(turn, death.get() + " in " + row.id());
        return false;
      }
    }
    return well;
  }

  private boolean warmUp(Turn turn, Session session) throws InterruptedException {
    try {
      bench.warmUp(
          session, turn.rows(), turn.limit() ? plan.times().limitWarmup() : plan.times().warmup());
      return true;
    } catch (IOException | RuntimeException failure) {
      stopIfAsked();
      // The rows tell for themselves what they are worth then.
      say(turn, "the warm-up failed: " + text(failure));
      return false;
    }
  }

  /** Tells why the rows have no figure that were not measured in this turn. */
  private void failRest(Turn turn, String problem) {
    for (Row row : turn.rows()) {
      boolean told =
          samples.stream()
              .anyMatch(
                  sample ->
                      sample.round() == turn.round()
                          && sample.contender().equals(turn.contender().name())
                          && sample.row() == row);
      if (!told) {
        samples.add(Sample.failed(turn, row, problem));
      }
    }
  }

  private String minutes(List<Turn> left, int rowsDone) {
    long seconds = plan.estimate(left).toSeconds();
    if (rowsDone > 0) {
      seconds -= plan.times().estimateAround(left.get(0).limit()).toSeconds();
    }
    for (Row row : left.get(0).rows().subList(0, rowsDone)) {
      seconds -= plan.times().estimate(row).toSeconds();
    }
    return seconds < TimeUnit.MINUTES.toSeconds(2) ? seconds + " s" : seconds / 60 + " min";
  }

  private void say(Turn turn, String what) {
    progress.accept(
        "round "
            + turn.round()
            + "/"
            + plan.rounds()
            + ", "
            + turn.contender().name()
            + ": "
            + what);
  }

  private static String text(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}

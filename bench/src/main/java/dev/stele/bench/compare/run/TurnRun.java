// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import dev.stele.bench.compare.Cluster;
import dev.stele.bench.compare.Driver;
import dev.stele.bench.compare.run.Bench.Load;
import dev.stele.bench.compare.run.Bench.Session;
import dev.stele.bench.compare.run.Turn.Drive;
import dev.stele.bench.compare.run.Turn.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One turn: a cluster, all who are measured on it, and what goes wrong. One thread uses it. */
final class TurnRun {
  private static final int CONNECTIONS = 4;

  private final Plan plan;
  private final List<Turn> left;
  private final Turn turn;
  private final Bench bench;
  private final Consumer<String> progress;
  private final List<Sample> samples = new ArrayList<>();

  /**
   * A turn that has not begun.
   *
   * @param left this one and those behind it
   */
  TurnRun(Plan plan, List<Turn> left, Bench bench, Consumer<String> progress) {
    this.plan = plan;
    this.left = left;
    this.turn = left.get(0);
    this.bench = bench;
    this.progress = progress;
  }

  /** What was found by now. */
  List<Sample> samples() {
    return samples;
  }

  /** Does all of it; what fails is told in the rows. */
  void run(Ports ports) throws InterruptedException {
    Path directory = plan.directory().resolve(Names.id(turn.name()) + "-" + turn.round());
    say(turn.name(), "starting, " + minutes(0) + " left");
    boolean kept = true;
    try {
      Files.createDirectories(directory);
      try (Cluster cluster = turn.starter().start(directory, ports.next());
          Clients clients = new Clients(cluster)) {
        kept = !use(clients);
      }
      if (!kept) {
        Folders.delete(directory);
      }
    } catch (IOException | RuntimeException failure) {
      Runner.stopIfAsked();
      say(turn.name(), "failed: " + text(failure));
      turn.drives().forEach(drive -> failRest(drive, text(failure)));
    }
    if (kept) {
      say(turn.name(), "its logs are in " + directory);
    }
  }

  /** Whether all went well. */
  private boolean use(Clients clients) throws InterruptedException {
    boolean well = connect(clients);
    if (clients.sessions.isEmpty()) {
      return false;
    }
    well &= warmUp(clients);
    Optional<String> death = Processes.death(clients.cluster);
    if (death.isPresent()) {
      turn.drives().forEach(drive -> failRest(drive, death.get() + " in the warm-up"));
      return false;
    }
    for (int done = 0; done < turn.steps().size(); done++) {
      Step step = turn.steps().get(done);
      Session session = clients.sessions.get(step.drive());
      if (session != null) {
        well &= measure(step, session, done);
        if (died(step, clients.cluster)) {
          return false;
        }
      }
    }
    return well;
  }

  /** Who can't connect has no rows; the others have theirs. */
  private boolean connect(Clients clients) throws InterruptedException {
    boolean well = true;
    for (Drive drive : turn.drives()) {
      try {
        clients.connect(drive);
      } catch (IOException | RuntimeException failure) {
        Runner.stopIfAsked();
        say(drive.name(), "can't connect: " + text(failure));
        failRest(drive, text(failure));
        well = false;
      }
    }
    return well;
  }

  private boolean warmUp(Clients clients) throws InterruptedException {
    List<Load> loads =
        turn.drives().stream()
            .filter(clients.sessions::containsKey)
            .map(drive -> new Load(clients.sessions.get(drive), drive.rows()))
            .toList();
    say(turn.name(), "warming up for " + plan.times().warmup(turn).toSeconds() + " s");
    try {
      bench.warmUp(loads, plan.times().warmup(turn));
      return true;
    } catch (IOException | RuntimeException failure) {
      Runner.stopIfAsked();
      // The rows tell for themselves what they are worth then.
      say(turn.name(), "the warm-up failed: " + text(failure));
      return false;
    }
  }

  private boolean measure(Step step, Session session, int done) throws InterruptedException {
    String name = step.drive().name();
    Row row = step.row();
    try {
      Measured measured = bench.measure(session, row);
      samples.add(Sample.measured(turn.round(), name, row, measured));
      say(name, Lines.of(row, measured) + " (" + minutes(done + 1) + " left)");
      return true;
    } catch (IOException | RuntimeException failure) {
      Runner.stopIfAsked();
      String problem = Processes.death(session.cluster()).orElseGet(() -> text(failure));
      samples.add(Sample.failed(turn.round(), name, row, problem));
      say(name, row.title() + ": " + problem);
      return false;
    }
  }

  /** Whether a node has ended in this step; then that is told in all rows that are left. */
  private boolean died(Step step, Cluster cluster) {
    Optional<String> death = Processes.death(cluster);
    if (death.isEmpty()) {
      return false;
    }
    String problem = death.get() + " in " + step.row().id();
    for (Drive drive : turn.drives()) {
      boolean own = drive.equals(step.drive());
      failRest(drive, own ? problem : problem + " of " + step.drive().name());
    }
    return true;
  }

  /** Tells why the rows have no figure that were not measured in this turn. */
  private void failRest(Drive drive, String problem) {
    for (Row row : drive.rows()) {
      boolean told =
          samples.stream()
              .anyMatch(sample -> sample.contender().equals(drive.name()) && sample.row() == row);
      if (!told) {
        samples.add(Sample.failed(turn.round(), drive.name(), row, problem));
      }
    }
  }

  /** What is left after so many steps, about. */
  private String minutes(int stepsDone) {
    long seconds = plan.estimate(left).toSeconds();
    if (stepsDone > 0) {
      seconds -= plan.times().estimateAround(turn).toSeconds();
    }
    for (Step step : turn.steps().subList(0, stepsDone)) {
      seconds -= plan.times().estimate(step.row()).toSeconds();
    }
    return seconds < TimeUnit.MINUTES.toSeconds(2) ? seconds + " s" : seconds / 60 + " min";
  }

  private void say(String name, String what) {
    progress.accept("round " + turn.round() + "/" + plan.rounds() + ", " + name + ": " + what);
  }

  private static String text(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  /** Those who are connected. */
  private static final class Clients implements AutoCloseable {
    private final Cluster cluster;
    private final Map<Drive, Session> sessions = new HashMap<>();

    Clients(Cluster cluster) {
      this.cluster = cluster;
    }

    void connect(Drive drive) throws IOException {
      Driver driver = drive.contender().connect(cluster, CONNECTIONS);
      sessions.put(drive, new Session(cluster, driver));
    }

    /** Closes all of them, whatever one of them throws. */
    @Override
    public void close() {
      RuntimeException trouble = null;
      for (Session session : sessions.values()) {
        try {
          session.driver().close();
        } catch (RuntimeException failure) {
          trouble = failure;
        }
      }
      if (trouble != null) {
        throw trouble;
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Ends a node again and again, each time at a random step, and goes on with what it left behind; a
 * log that got to its end is followed by another one.
 *
 * <p>The seed says which logs, steps and moments; the rest is up to the threads.
 */
final class Campaign {
  private final long seed;
  private final int points;
  private final Path directory;
  private final Disk disk;
  private final CrashRuns runs;
  private final Random random;
  private final Deque<Step> comingSteps = new ArrayDeque<>();
  private final Map<Step, Integer> crashes = new EnumMap<>(Step.class);
  private int crashed;
  private int logs;
  private long applied;
  private long replayed;

  /**
   * @param directory for the logs, which nothing ever happens to
   * @param disk for the stores
   */
  Campaign(long seed, int points, Path directory, Disk disk, Optional<Mutant> mutant)
      throws IOException {
    this.seed = seed;
    this.points = points;
    this.directory = directory;
    this.disk = disk;
    this.runs = new CrashRuns(directory, mutant);
    this.random = new Random(seed);
  }

  /**
   * Ends nodes until there were {@link #points} crashes, and lets the last one get to its log's
   * end.
   *
   * @throws BrokenPromise with what is needed to see it again
   */
  Report run() throws IOException, InterruptedException {
    while (crashed < points) {
      long logSeed = random.nextLong();
      Judge judge = new Judge(new Twin(new Workload(logSeed)));
      Path log = Files.createDirectory(directory.resolve("log-" + logs));
      Path store = disk.root().resolve("store-" + logs++);
      while (!judge.finished()) {
        run(store, log, logSeed, judge);
        disk.processEnded();
      }
      applied += judge.applied();
      replayed += judge.replayed();
      CrashRuns.delete(store);
      CrashRuns.delete(log);
    }
    return new Report(seed, crashed, logs, applied, replayed, crashes);
  }

  private void run(Path store, Path log, long logSeed, Judge judge) throws IOException {
    Crash crash = crashed < points ? Crash.at(nextStep(), random) : Crash.NONE;
    long runSeed = random.nextLong();
    try {
      runs.run(store, log, logSeed, runSeed, crash, judge);
      if (judge.ended()) {
        crashed++;
        crashes.merge(crash.step().orElseThrow(), 1, Integer::sum);
      }
    } catch (BrokenPromise e) {
      throw new BrokenPromise(
          "seed %d, log %d, crash %d, %s: %s"
              .formatted(seed, logs, crashed, crash, e.getMessage()));
    }
  }

  /** All steps in a random order, then all of them in another one. */
  private Step nextStep() {
    if (comingSteps.isEmpty()) {
      List<Step> steps = new ArrayList<>(Arrays.asList(Step.values()));
      Collections.shuffle(steps, random);
      comingSteps.addAll(steps);
    }
    return comingSteps.removeFirst();
  }

  /**
   * @param crashes that fell on each step
   * @param logs that the crashes fell into
   * @param applied entries, those included that had been applied before a crash
   * @param replayed entries that had been applied before a crash, and were lost by it
   */
  record Report(
      long seed, int points, int logs, long applied, long replayed, Map<Step, Integer> crashes) {
    @Override
    public String toString() {
      StringBuilder text = new StringBuilder();
      text.append(
          "crash points: %d, all recovered with equal hash; seed %d%n".formatted(points, seed));
      text.append(
          "logs: %d of %d entries; applied: %d entries, %d of them again after a crash%n"
              .formatted(logs, Workload.LENGTH, applied, replayed));
      for (Step step : Step.values()) {
        text.append("%6d  %s%n".formatted(crashes.getOrDefault(step, 0), step));
      }
      return text.toString();
    }
  }
}

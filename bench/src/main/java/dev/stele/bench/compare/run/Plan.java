// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import dev.stele.bench.compare.Contender;
import dev.stele.bench.compare.run.Turn.Drive;
import dev.stele.bench.compare.run.Turn.Step;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run does.
 *
 * @param rounds how often each contender has its turn
 * @param rows those that are wanted
 * @param directory where data are kept while they are needed
 */
public record Plan(Times times, int rounds, List<Row> rows, Path directory) {
  /** The most rounds. */
  public static final int ROUNDS_MAX = 20;

  /** Checks the ranges; the message of the exception is for people. */
  public Plan {
    if (rounds < 1 || rounds > ROUNDS_MAX) {
      throw new IllegalArgumentException(
          "rounds: " + rounds + " is not between 1 and " + ROUNDS_MAX);
    }
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("rows: none is chosen");
    }
    rows = List.copyOf(rows);
  }

  /**
   * The turns, A B C A B C; contenders of the same cluster have theirs together, and the limits
   * have theirs at the end of the first round.
   */
  List<Turn> turns(List<Contender> contenders) {
    List<Turn> turns = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      add(turns, contenders, round, false);
      if (round == 1) {
        add(turns, contenders, round, true);
      }
    }
    return turns;
  }

  private void add(List<Turn> turns, List<Contender> contenders, int round, boolean limits) {
    Map<String, List<Drive>> clusters = new LinkedHashMap<>();
    for (Contender contender : contenders) {
      List<Row> able = rows(contender);
      if (Names.isLimit(contender.name()) == limits
          && contender.missing().isEmpty()
          && !able.isEmpty()) {
        clusters
            .computeIfAbsent(contender.cluster(), name -> new ArrayList<>())
            .add(new Drive(contender, able));
      }
    }
    clusters.values().forEach(drives -> turns.add(new Turn(round, drives, limits)));
  }

  /** The wanted rows that this contender can be asked for. */
  List<Row> rows(Contender contender) {
    boolean limit = Names.isLimit(contender.name());
    return rows.stream()
        .filter(row -> contender.abilities().contains(row.needed()))
        .filter(row -> !limit || row.kind() == Row.Kind.PUT)
        // The same servers as the other one's: what they do when nodes die is told there.
        .filter(row -> !row.isFault() || !contender.name().equals(Names.STELE_RAW))
        .toList();
  }

  /** How long these take, about. */
  Duration estimate(List<Turn> turns) {
    Duration sum = Duration.ZERO;
    for (Turn turn : turns) {
      sum = sum.plus(times.estimateAround(turn));
      for (Step step : turn.steps()) {
        sum = sum.plus(times.estimate(step.row()));
      }
    }
    return sum;
  }
}

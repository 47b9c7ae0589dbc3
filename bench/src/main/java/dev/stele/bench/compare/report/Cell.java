// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.report;

import dev.stele.bench.compare.run.Measured;
import dev.stele.bench.compare.run.Median;
import dev.stele.bench.compare.run.Sample;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * A row of one contender, over all rounds.
 *
 * @param figures empty when no round gave one
 * @param problem why rounds gave none, the first one's reason; empty when all did
 */
public record Cell(Optional<Figures> figures, String problem) {
  /**
   * What the rounds gave; medians where nothing else is said.
   *
   * @param median in the unit of the row's figure, like {@code min} and {@code max}
   * @param rounds that gave a figure
   * @param p50Millis of latencies; 0 where the row times none
   * @param p99Millis the same
   * @param errors of all rounds together
   * @param cpuMicros that nodes and load used for an operation, all together; 0 where none are
   *     counted
   * @param note of the first round that has one; may be empty
   */
  public record Figures(
      double median,
      double min,
      double max,
      int rounds,
      double p50Millis,
      double p99Millis,
      long errors,
      double serverCpuSeconds,
      double loadCpuSeconds,
      double cpuMicros,
      String note) {}

  static Cell missing(String why) {
    return new Cell(Optional.empty(), why);
  }

  static Cell of(List<Sample> samples) {
    List<Measured> measured =
        samples.stream().flatMap(sample -> sample.measured().stream()).toList();
    String problem =
        samples.stream()
            .map(Sample::problem)
            .filter(text -> !text.isEmpty())
            .findFirst()
            .orElse(measured.isEmpty() ? "not measured" : "");
    return new Cell(measured.isEmpty() ? Optional.empty() : Optional.of(over(measured)), problem);
  }

  private static Figures over(List<Measured> rounds) {
    return new Figures(
        median(rounds, Measured::value),
        rounds.stream().mapToDouble(Measured::value).min().orElseThrow(),
        rounds.stream().mapToDouble(Measured::value).max().orElseThrow(),
        rounds.size(),
        median(rounds, each -> each.latency().p50Micros() / 1e3),
        median(rounds, each -> each.latency().p99Micros() / 1e3),
        rounds.stream().mapToLong(Measured::errors).sum(),
        median(rounds, Measured::serverCpuSeconds),
        median(rounds, Measured::loadCpuSeconds),
        median(rounds, Cell::cpuMicros),
        rounds.stream().map(Measured::note).filter(n -> !n.isEmpty()).findFirst().orElse(""));
  }

  private static double cpuMicros(Measured round) {
    double seconds = round.serverCpuSeconds() + round.loadCpuSeconds();
    return round.operations() == 0 ? 0 : seconds * 1e6 / round.operations();
  }

  private static double median(List<Measured> rounds, ToDoubleFunction<Measured> figure) {
    return Median.of(rounds.stream().mapToDouble(figure).boxed().toList());
  }
}

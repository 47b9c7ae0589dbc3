// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.report;

import dev.stele.bench.compare.report.Cell.Figures;
import dev.stele.bench.compare.report.Goal.Mark;
import dev.stele.bench.compare.run.Figure;
import dev.stele.bench.compare.run.Names;
import dev.stele.bench.compare.run.Results;
import dev.stele.bench.compare.run.Results.Column;
import dev.stele.bench.compare.run.Row;
import dev.stele.bench.compare.run.Sample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Medians and ratios of a run. */
public final class Summary {
  /** Who Stele is compared with. */
  public static final List<String> PEERS = List.of(Names.ETCD, Names.ZOOKEEPER);

  private final Results results;

  /** Of these results. */
  public Summary(Results results) {
    this.results = results;
  }

  /** What it is made of. */
  public Results results() {
    return results;
  }

  /** The rows that were wanted. */
  public List<Row> rows() {
    return results.plan().rows();
  }

  /** A row, as tables name it. */
  public String title(Row row) {
    return row.title(results.plan().times());
  }

  /** What a contender did in a row; empty when it can't be asked for it. */
  public Optional<Cell> cell(Row row, Column column) {
    if (!column.rows().contains(row)) {
      return Optional.empty();
    }
    if (column.missing().isPresent()) {
      return Optional.of(Cell.missing(column.missing().get()));
    }
    List<Sample> samples =
        results.samples().stream()
            .filter(sample -> sample.row() == row && sample.contender().equals(column.name()))
            .toList();
    return Optional.of(Cell.of(samples));
  }

  /** Figures of a row, if the contender is there and has any. */
  public Optional<Figures> figures(Row row, String contender) {
    return results.columns().stream()
        .filter(column -> column.name().equals(contender))
        .findFirst()
        .flatMap(column -> cell(row, column))
        .flatMap(Cell::figures);
  }

  /** Stele's median divided by a peer's, if both have one. */
  public Optional<Ratio> ratio(Row row, String subject, String peer) {
    Optional<Figures> ours = figures(row, subject);
    Optional<Figures> theirs = figures(row, peer).filter(found -> found.median() > 0);
    if (ours.isEmpty() || theirs.isEmpty()) {
      return Optional.empty();
    }
    double value = ours.get().median() / theirs.get().median();
    return Optional.of(new Ratio(row, subject, peer, value, Goal.of(row, subject, peer)));
  }

  /** Stele's slowest in a hundred next to a peer's, if both have one beside their figure. */
  public Optional<Tail> tail(Row row, String subject, String peer) {
    if (row.figure() == Figure.P99_MILLIS) {
      return Optional.empty();
    }
    double ours = figures(row, subject).map(Figures::p99Millis).orElse(0.0);
    double theirs = figures(row, peer).map(Figures::p99Millis).orElse(0.0);
    return ours > 0 && theirs > 0
        ? Optional.of(new Tail(row, subject, peer, ours, theirs))
        : Optional.empty();
  }

  /**
   * What a row of Stele's is worth next to all peers that gave something: the least that its
   * figures are, and short if a tail is. Empty where nothing was set or nothing was measured.
   */
  public Optional<Mark> verdict(Row row, String subject) {
    if (row == Row.MEMORY) {
      return figures(row, subject).map(memory -> isTooMuch(memory) ? Mark.SHORT : Mark.REACHED);
    }
    List<Mark> tails =
        PEERS.stream().flatMap(peer -> tail(row, subject, peer).stream()).map(Tail::mark).toList();
    if (tails.contains(Mark.SHORT)) {
      return Optional.of(Mark.SHORT);
    }
    return PEERS.stream()
        .flatMap(peer -> ratio(row, subject, peer).flatMap(Ratio::mark).stream())
        .max(Comparator.naturalOrder())
        .or(() -> tails.stream().findFirst());
  }

  private static boolean isTooMuch(Figures memory) {
    return memory.median() > Goal.MEMORY_MAX_MEGABYTES;
  }

  /** The ratios of all rows, those of one RPC an operation where a goal speaks of it. */
  public List<Ratio> ratios() {
    List<Ratio> ratios = new ArrayList<>();
    for (Row row : rows()) {
      for (String subject : List.of(Names.STELE, Names.STELE_RAW)) {
        for (String peer : PEERS) {
          if (subject.equals(Names.STELE) || Goal.of(row, subject, peer).isPresent()) {
            ratio(row, subject, peer).ifPresent(ratios::add);
          }
        }
      }
    }
    return ratios;
  }

  /** What is not as it must be, a sentence each; what was not measured is not in here. */
  public List<String> shortfalls() {
    List<String> found = new ArrayList<>();
    for (Ratio ratio : ratios()) {
      if (ratio.mark().filter(mark -> mark == Mark.SHORT).isPresent()) {
        found.add(
            String.format(
                Locale.ROOT,
                "%s, %s: %s of %s's, must be %s",
                title(ratio.row()),
                ratio.subject(),
                Texts.times(ratio.value()),
                ratio.peer(),
                Texts.bound(ratio.row(), ratio.goal().orElseThrow().must())));
      }
    }
    for (Ratio ratio : ratios()) {
      tail(ratio.row(), ratio.subject(), ratio.peer())
          .filter(tail -> tail.mark() == Mark.SHORT)
          .map(Summary::shortfall)
          .ifPresent(found::add);
    }
    figures(Row.MEMORY, Names.STELE)
        .filter(Summary::isTooMuch)
        .ifPresent(
            memory ->
                found.add(
                    String.format(
                        Locale.ROOT,
                        "%s: %,.0f MB, must be at most %,.0f",
                        Row.MEMORY.title(),
                        memory.median(),
                        Goal.MEMORY_MAX_MEGABYTES)));
    return found;
  }

  private static String shortfall(Tail tail) {
    return String.format(
        Locale.ROOT,
        "%s, %s: p99 %s ms, %s's is %s ms",
        tail.row().title(),
        tail.subject(),
        Texts.number(tail.oursMillis()),
        tail.peer(),
        Texts.number(tail.theirsMillis()));
  }
}

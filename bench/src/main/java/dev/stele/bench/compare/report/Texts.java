// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.report;

import dev.stele.bench.compare.report.Cell.Figures;
import dev.stele.bench.compare.run.Results.Column;
import dev.stele.bench.compare.run.Results.Warmup;
import dev.stele.bench.compare.run.Row;
import java.util.Locale;
import java.util.Optional;

/** Figures as tables show them. */
final class Texts {
  /** Below that, fractions tell something. */
  private static final double FRACTIONS_BELOW = 100;

  private Texts() {}

  static String number(double value) {
    return String.format(Locale.ROOT, value < FRACTIONS_BELOW ? "%.2f" : "%,.0f", value);
  }

  static String times(double ratio) {
    return String.format(Locale.ROOT, "%.2f×", ratio);
  }

  /** What a ratio must be. */
  static String bound(Row row, double ratio) {
    return (row.figure().moreIsBetter() ? "≥ " : "≤ ") + plain(ratio) + "×";
  }

  static String plain(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.1f", value);
  }

  /** The median with what it was between, and the tail. */
  static String cell(Row row, Optional<Cell> cell) {
    if (cell.isEmpty()) {
      return "–";
    }
    Optional<Figures> figures = cell.get().figures();
    if (figures.isEmpty()) {
      return cell.get().problem();
    }
    Figures found = figures.get();
    StringBuilder text = new StringBuilder(number(found.median()));
    if (found.rounds() > 1) {
      text.append(" (").append(number(found.min())).append("–").append(number(found.max()));
      text.append(')');
    }
    if (found.p99Millis() > 0 && row != Row.WATCH_DELAY) {
      text.append(", p99 ").append(number(found.p99Millis())).append(" ms");
    }
    if (found.errors() > 0) {
      text.append(String.format(Locale.ROOT, ", %,d errors", found.errors()));
    }
    if (!cell.get().problem().isEmpty()) {
      text.append("; in other rounds: ").append(cell.get().problem());
    }
    return text.toString();
  }

  /** How long a contender was warmed up, and with whom; empty for one that was not run. */
  static Optional<String> warmup(Column column) {
    Warmup warmup = column.warmup();
    if (warmup.duration().isZero()) {
      return Optional.empty();
    }
    String text = "warm-up: " + warmup.duration().toSeconds() + " s in each turn";
    return Optional.of(
        warmup.others().isEmpty()
            ? text
            : text + ", shared with " + String.join(", ", warmup.others()) + " (the same servers)");
  }

  /** A tail with what it must be. */
  static String tail(Optional<Tail> tail) {
    return tail.map(found -> times(found.ratio()) + " " + found.mark().text()).orElse("–");
  }

  /** A ratio with what it must be. */
  static String ratio(Optional<Ratio> ratio) {
    if (ratio.isEmpty()) {
      return "–";
    }
    Ratio found = ratio.get();
    String text = times(found.value());
    if (found.goal().isEmpty()) {
      return text;
    }
    Goal goal = found.goal().get();
    return "%s (%s, aim %s) %s"
        .formatted(
            text,
            bound(found.row(), goal.must()),
            plain(goal.aim()) + "×",
            goal.mark(found.value()).text());
  }
}

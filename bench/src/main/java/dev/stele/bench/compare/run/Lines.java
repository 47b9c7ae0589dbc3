// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.run;

import java.util.Locale;

/** Figures in one line. */
final class Lines {
  private Lines() {}

  static String of(Row row, Measured measured) {
    StringBuilder line = new StringBuilder(row.title()).append(": ");
    if (row.figure() != Figure.P50_MILLIS && row.figure() != Figure.P99_MILLIS) {
      line.append(value(row.figure(), measured.value())).append(' ').append(row.figure().unit());
      line.append(measured.latency().p99Micros() > 0 ? ", " : "");
    }
    if (measured.latency().p99Micros() > 0) {
      line.append(
          String.format(
              Locale.ROOT,
              "p50 %.2f ms, p99 %.2f ms",
              measured.latency().p50Micros() / 1e3,
              measured.latency().p99Micros() / 1e3));
    }
    if (measured.errors() > 0) {
      line.append(String.format(Locale.ROOT, ", %,d errors", measured.errors()));
    }
    if (!measured.note().isEmpty()) {
      line.append(", ").append(measured.note());
    }
    return line.toString();
  }

  private static String value(Figure figure, double value) {
    boolean fraction = !figure.moreIsBetter() && value < 100;
    return String.format(Locale.ROOT, fraction ? "%.2f" : "%,.0f", value);
  }
}

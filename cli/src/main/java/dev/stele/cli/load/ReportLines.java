// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.load;

import dev.stele.bench.watch.WatchReport.Spread;
import java.util.Locale;

/** What the reports of all loads are written with. */
final class ReportLines {
  private ReportLines() {}

  static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  static String spread(Spread spread) {
    return String.format(
        Locale.ROOT,
        "p50 %s, p99 %s, max %s",
        LoadText.millis(spread.p50Micros()),
        LoadText.millis(spread.p99Micros()),
        LoadText.millis(spread.maxMicros()));
  }

  static double rounded(double value) {
    return Math.round(value * 1e3) / 1e3;
  }
}

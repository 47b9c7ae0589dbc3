// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.growth;

import static dev.stele.bench.CsvText.quoted;

import dev.stele.bench.growth.Finding.Figure;
import java.util.List;
import java.util.Locale;

/** Findings as tables. */
public final class GrowthTable {
  /** Over the cells. */
  public static final List<String> HEADS =
      List.of("what", "nodes", "facts", "watchers", "figure", "unit", "p50 ms", "p99 ms", "note");

  private GrowthTable() {}

  /** One line, for people. */
  public static List<String> cells(Finding finding) {
    return List.of(
        finding.what().id(),
        String.valueOf(finding.nodes()),
        String.format(Locale.ROOT, "%,d", finding.facts()),
        finding.watchers() == 0 ? "–" : String.format(Locale.ROOT, "%,d", finding.watchers()),
        finding
            .figure()
            .map(figure -> String.format(Locale.ROOT, "%,.0f", figure.value()))
            .orElse("–"),
        finding.what().unit(),
        finding.figure().map(figure -> millis(figure.p50Millis())).orElse("–"),
        finding.figure().map(figure -> millis(figure.p99Millis())).orElse("–"),
        finding.figure().map(Figure::note).orElse(finding.problem()));
  }

  private static String millis(double value) {
    return value == 0 ? "–" : String.format(Locale.ROOT, "%.2f", value);
  }

  /** All of them, for programs. */
  public static String csv(List<Finding> findings) {
    StringBuilder text =
        new StringBuilder("what,nodes,facts,watchers,value,unit,p50Millis,p99Millis,note\n");
    for (Finding finding : findings) {
      String figure =
          finding
              .figure()
              .map(
                  found ->
                      String.format(
                          Locale.ROOT,
                          "%.3f,%s,%.3f,%.3f,%s",
                          found.value(),
                          finding.what().unit(),
                          found.p50Millis(),
                          found.p99Millis(),
                          quoted(found.note())))
              .orElseGet(() -> "," + finding.what().unit() + ",,," + quoted(finding.problem()));
      text.append(
          String.format(
              Locale.ROOT,
              "%s,%d,%d,%d,%s\n",
              finding.what().id(),
              finding.nodes(),
              finding.facts(),
              finding.watchers(),
              figure));
    }
    return text.toString();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.report;

import dev.stele.bench.compare.run.Plan;
import dev.stele.bench.compare.run.Results;
import dev.stele.bench.compare.run.Results.Column;
import dev.stele.bench.compare.run.Times;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The report, for people. */
final class Markdown {
  private Markdown() {}

  /**
   * The whole of it.
   *
   * @param command the command line that led to it
   * @param chart whether there is one beside it
   */
  static String of(Summary summary, String command, boolean chart) {
    Results results = summary.results();
    StringBuilder text = new StringBuilder("# Side by side\n\n");
    if (results.cut()) {
      text.append("**Ended early: what was measured by then.**\n\n");
    }
    text.append("`").append(command).append("`\n\n");
    text.append(how(results.plan())).append("\n\n");
    text.append("Machine: ").append(results.machine().text()).append(".\n\n");
    if (chart) {
      text.append("![Ratios of throughput](chart.svg)\n\n");
    }
    text.append("## Figures\n\nMedians (least–most of the rounds).\n\n");
    text.append(Grid.figures(summary).markdown());
    text.append(
        "\n## Ratios\n\nStele's median divided by the peer's, and the same of p99, which must be at most"
            + " 1×. The verdict is the worst of a row.\n\n");
    text.append(Grid.ratios(summary).markdown());
    shortfalls(text, summary);
    text.append("\n## CPU\n\nMicroseconds an operation, of the nodes and the load together.\n\n");
    text.append(Grid.cpu(summary).markdown());
    contenders(text, results.columns());
    return text.toString();
  }

  private static String how(Plan plan) {
    Times times = plan.times();
    return String.format(
        Locale.ROOT,
        "Three nodes of each on loopback and the load on the same machine, one system at a time, in"
            + " turns (A B C A B C), %d %s; each turn on empty data, warmed up by the loads of all"
            + " rows (for how long, the settings tell), %d s a row. Values of 256 bytes, 10,000 keys, 4 connections. Restart with %,d keys.",
        plan.rounds(),
        plan.rounds() == 1 ? "round" : "rounds",
        times.row().toSeconds(),
        times.restartKeys());
  }

  private static void shortfalls(StringBuilder text, Summary summary) {
    List<String> shortfalls = summary.shortfalls();
    text.append("\n## What falls short\n\n");
    if (shortfalls.isEmpty()) {
      text.append("Nothing that was measured.\n");
    }
    shortfalls.forEach(each -> text.append("- ").append(each).append('\n'));
  }

  private static void contenders(StringBuilder text, List<Column> columns) {
    text.append("\n## Versions and settings\n");
    for (Column column : columns) {
      text.append("\n**").append(column.name()).append("**: ");
      text.append(column.missing().map(why -> "not run: " + why).orElse(column.version()));
      text.append('\n');
      List<String> settings =
          Stream.concat(Texts.warmup(column).stream(), column.settings().stream()).toList();
      if (!settings.isEmpty()) {
        text.append('\n');
        settings.forEach(each -> text.append("- ").append(each).append('\n'));
      }
    }
  }
}

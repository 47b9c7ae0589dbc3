// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The report as files. */
public final class ReportFiles {
  private ReportFiles() {}

  /**
   * Writes {@code results.csv} and {@code report.md}, and {@code chart.svg} and {@code chart.png}
   * if there are ratios to show.
   *
   * @param directory exists
   * @param command the command line that led to it
   * @return what could not be drawn and why; the rest is there
   */
  public static Optional<String> write(Summary summary, String command, Path directory)
      throws IOException {
    Bars bars = Bars.of(summary);
    boolean chart = !bars.groups().isEmpty();
    text(directory.resolve("results.csv"), Csv.of(summary.results()));
    text(directory.resolve("report.md"), Markdown.of(summary, command, chart));
    if (!chart) {
      return Optional.empty();
    }
    text(directory.resolve("chart.svg"), SvgChart.of(bars));
    try {
      PngChart.write(bars, directory.resolve("chart.png"));
      return Optional.empty();
    } catch (IOException unable) {
      return Optional.of(String.valueOf(unable.getMessage()));
    }
  }

  private static void text(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }
}

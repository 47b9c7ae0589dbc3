// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The report as files. */
public final class ReportFiles {
  private ReportFiles() {}

  /**
   * Writes {@code results.csv} and {@code report.md}.
   *
   * @param directory exists
   * @param command the command line that led to it
   */
  public static void write(Summary summary, String command, Path directory) throws IOException {
    text(directory.resolve("results.csv"), Csv.of(summary.results()));
    text(directory.resolve("report.md"), Markdown.of(summary, command));
  }

  private static void text(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli;

import dev.stele.cli.output.OutputFormat;
import picocli.CommandLine.Option;

/** {@code -o}. */
public final class OutputOption {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "For people or for programs: ${COMPLETION-CANDIDATES} (default: table).")
  private OutputFormat format = OutputFormat.TABLE;

  /** Whether programs read it. */
  public boolean isJson() {
    return format == OutputFormat.JSON;
  }
}

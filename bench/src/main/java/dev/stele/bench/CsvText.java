// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench;

/** Text in comma-separated values, as RFC 4180 has them. */
public final class CsvText {
  private CsvText() {}

  /**
   * The field, in quotes where it needs them. Line breaks become blanks: whoever reads line by line
   * sees each record whole.
   */
  public static String quoted(String text) {
    String line = text.replaceAll("\\R", " ");
    boolean plain = line.indexOf(',') < 0 && line.indexOf('"') < 0;
    return plain ? line : '"' + line.replace("\"", "\"\"") + '"';
  }
}

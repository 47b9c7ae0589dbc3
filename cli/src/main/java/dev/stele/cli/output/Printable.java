// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.output;

/** Keeps what others wrote from moving the cursor or colouring the terminal of whoever reads it. */
public final class Printable {
  private Printable() {}

  /** The same text with control characters as {@code \}{@code u001b}. */
  public static String of(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              if (Character.isISOControl(point)
                  || Character.getType(point) == Character.FORMAT
                  || Character.getType(point) == Character.LINE_SEPARATOR) {
                shown.append(String.format("\\u%04x", point));
              } else {
                shown.appendCodePoint(point);
              }
            });
    return shown.toString();
  }
}

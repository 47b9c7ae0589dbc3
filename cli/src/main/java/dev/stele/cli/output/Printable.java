// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.output;

import java.util.stream.Collectors;

/** Keeps what others wrote from moving the cursor or colouring the terminal of whoever reads it. */
public final class Printable {
  private Printable() {}

  /** Several lines, each of them as {@link #of}. */
  public static String lines(String text) {
    return text.lines().map(Printable::of).collect(Collectors.joining("\n       "));
  }

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

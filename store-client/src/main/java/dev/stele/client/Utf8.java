// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.nio.charset.StandardCharsets;

/**
 * Text that goes to the wire: what it can't carry would be replaced there, and name another key.
 */
final class Utf8 {
  private Utf8() {}

  /** The text as UTF-8; throws IllegalArgumentException when it is no well-formed Unicode. */
  static byte[] encode(String what, String text) {
    check(what, text);
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Throws IllegalArgumentException when the text is no well-formed Unicode. */
  static void check(String what, String text) {
    int i = 0;
    while (i < text.length()) {
      int codePoint = text.codePointAt(i);
      if (Character.MIN_SURROGATE <= codePoint && codePoint <= Character.MAX_SURROGATE) {
        throw new IllegalArgumentException(what + " is no well-formed Unicode: " + text);
      }
      i += Character.charCount(codePoint);
    }
  }
}

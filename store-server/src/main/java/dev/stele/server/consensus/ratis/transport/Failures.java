// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What stands in a frame in the place of an answer. */
final class Failures {
  /** Longest text. */
  static final int MAX_CHARACTERS = 256;

  private Failures() {}

  static byte[] write(@Nullable String why) {
    String text = why == null ? "" : why;
    return text.substring(0, Math.min(text.length(), MAX_CHARACTERS))
        .getBytes(StandardCharsets.UTF_8);
  }

  static String read(byte[] text) {
    return new String(text, StandardCharsets.UTF_8);
  }
}

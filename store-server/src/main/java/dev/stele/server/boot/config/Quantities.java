// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations and sizes as people write them: a whole number and its unit. */
final class Quantities {
  private static final Pattern NUMBER_AND_UNIT = Pattern.compile("([0-9]{1,15}) ?([A-Za-z]{1,3})");

  private Quantities() {}

  /** Reads {@code 500ms}, {@code 10s}, {@code 5m} or {@code 1h}. */
  static Duration duration(String text) throws BadValue {
    Matcher parts = NUMBER_AND_UNIT.matcher(text);
    if (!parts.matches()) {
      throw new BadValue("a whole number with its unit, as in 500ms, 10s, 5m or 1h");
    }
    long unitMillis =
        switch (parts.group(2)) {
          case "ms" -> 1;
          case "s" -> 1_000;
          case "m" -> 60_000;
          case "h" -> 3_600_000;
          default -> throw new BadValue("one of the units ms, s, m and h");
        };
    return Duration.ofMillis(times(parts.group(1), unitMillis));
  }

  /** Writes with the greatest unit that loses nothing. */
  static String print(Duration duration) {
    long millis = duration.toMillis();
    if (millis == 0) {
      return "0s";
    }
    if (millis % 3_600_000 == 0) {
      return millis / 3_600_000 + "h";
    }
    if (millis % 60_000 == 0) {
      return millis / 60_000 + "m";
    }
    return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
  }

  /** Reads {@code 32MiB}: bytes in units of 1,024. */
  static long size(String text) throws BadValue {
    Matcher parts = NUMBER_AND_UNIT.matcher(text);
    if (!parts.matches()) {
      throw new BadValue("a whole number with its unit, as in 512B, 64KiB, 32MiB or 4GiB");
    }
    long unitBytes =
        switch (parts.group(2)) {
          case "B" -> 1;
          case "KiB" -> 1L << 10;
          case "MiB" -> 1L << 20;
          case "GiB" -> 1L << 30;
          default -> throw new BadValue("one of the units B, KiB, MiB and GiB (1KiB is 1024B)");
        };
    return times(parts.group(1), unitBytes);
  }

  /** Writes with the greatest unit that loses nothing. */
  static String printSize(long bytes) {
    if (bytes == 0) {
      return "0B";
    }
    if (bytes % (1L << 30) == 0) {
      return (bytes >> 30) + "GiB";
    }
    if (bytes % (1L << 20) == 0) {
      return (bytes >> 20) + "MiB";
    }
    return bytes % (1L << 10) == 0 ? (bytes >> 10) + "KiB" : bytes + "B";
  }

  private static long times(String number, long unit) throws BadValue {
    try {
      return Math.multiplyExact(Long.parseLong(number), unit);
    } catch (ArithmeticException e) {
      throw new BadValue("something smaller");
    }
  }
}

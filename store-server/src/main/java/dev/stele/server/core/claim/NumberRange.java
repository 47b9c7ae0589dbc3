// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.claim;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Numbers, {@code first} to {@code last}; items {@code 8000}, {@code 8001}, …
 *
 * @param first at least 0
 * @param last at least {@code first}
 */
public record NumberRange(long first, long last) implements PoolRange {
  private static final int MAX_DIGITS = 19;

  @Override
  public long items() {
    return last - first + 1;
  }

  @Override
  public String item(long index) {
    return Long.toString(first + PoolRange.within(index, items()));
  }

  @Override
  public OptionalLong index(String item) {
    long number = number(item);
    return number >= first && number <= last
        ? OptionalLong.of(number - first)
        : OptionalLong.empty();
  }

  /** The number that {@code item} writes without leading zeros; -1 when it writes none. */
  private static long number(String item) {
    int digits = item.length();
    if (digits < 1 || digits > MAX_DIGITS || (digits > 1 && item.charAt(0) == '0')) {
      return -1;
    }
    long number = 0;
    for (int i = 0; i < digits; i++) {
      char c = item.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      // Beyond the greatest long it is negative: 19 digits come to less than twice that.
      number = number * 10 + (c - '0');
    }
    return Math.max(number, -1);
  }

  @Override
  public Optional<Violation> violation() {
    if (first < 0) {
      return Violation.of("numbers.first", tooGreat(first));
    }
    if (last < 0) {
      return Violation.of("numbers.last", tooGreat(last));
    }
    return PoolRange.boundsViolation("numbers.last", first, last, Long::toString);
  }

  private static String tooGreat(long number) {
    return "is %s, at most %d is allowed".formatted(Long.toUnsignedString(number), Long.MAX_VALUE);
  }
}

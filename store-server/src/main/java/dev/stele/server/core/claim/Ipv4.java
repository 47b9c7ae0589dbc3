// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.claim;

import java.util.OptionalLong;

/** IPv4 addresses as text and as unsigned numbers of 32 bits. Asks no resolver. */
public final class Ipv4 {
  /** Bits of an address. */
  public static final int BITS = 32;

  /** {@code 255.255.255.255}. */
  public static final long LAST = 0xffff_ffffL;

  private static final int BYTES = 4;
  private static final int BYTE_MAX = 255;
  private static final int BYTE_MAX_DIGITS = 3;

  private Ipv4() {}

  /**
   * The address that {@code text} writes in the one way that {@link #print} does: four numbers from
   * 0 to 255 without leading zeros, dots between them. Empty when it is none.
   */
  public static OptionalLong parse(String text) {
    long address = 0;
    int at = 0;
    for (int i = 0; i < BYTES; i++) {
      int end = i < BYTES - 1 ? text.indexOf('.', at) : text.length();
      int value = end < 0 ? -1 : number(text, at, end);
      if (value < 0) {
        return OptionalLong.empty();
      }
      address = address << 8 | value;
      at = end + 1;
    }
    return OptionalLong.of(address);
  }

  /** The number from {@code from} to {@code to}, or -1 when it is none of an address. */
  private static int number(String text, int from, int to) {
    int digits = to - from;
    if (digits < 1 || digits > BYTE_MAX_DIGITS || (digits > 1 && text.charAt(from) == '0')) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + (c - '0');
    }
    return value <= BYTE_MAX ? value : -1;
  }

  /** The text of {@code address}, 0 to {@link #LAST}. */
  public static String print(long address) {
    StringBuilder text = new StringBuilder(15);
    for (int shift = BITS - 8; shift >= 0; shift -= 8) {
      text.append(address >>> shift & BYTE_MAX);
      if (shift > 0) {
        text.append('.');
      }
    }
    return text.toString();
  }

  /** Whether {@code number} is an address. */
  static boolean isAddress(long number) {
    return number >= 0 && number <= LAST;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.kind;

/** Checks of numbers that are unsigned on the wire. */
final class Unsigned {
  private static final long MAX_32 = 0xFFFF_FFFFL;

  private Unsigned() {}

  static void check32(String name, long value) {
    if (value < 0 || value > MAX_32) {
      throw new IllegalArgumentException(
          name + " is " + value + ", 0 to " + MAX_32 + " are allowed");
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.model;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The syntax of a kind's name: {@code [a-z][a-z0-9-]{0,31}}. */
final class KindNames {
  private KindNames() {}

  static Optional<String> violation(Bytes bytes, int length) {
    if (length < 1 || length > Limits.KIND_MAX_CHARS) {
      return Optional.of(
          "has a kind of " + length + " bytes, 1 to " + Limits.KIND_MAX_CHARS + " are allowed");
    }
    for (int i = 0; i < length; i++) {
      byte b = bytes.at(i);
      boolean letter = b >= 'a' && b <= 'z';
      boolean later = (b >= '0' && b <= '9') || b == '-';
      if (!letter && !(i > 0 && later)) {
        return Optional.of("has a kind that is not [a-z][a-z0-9-]{0,31}");
      }
    }
    return Optional.empty();
  }

  /** The kind's name; the built-in ones without a new string each time. */
  static String intern(Bytes bytes, int length) {
    for (KindPolicy policy : KindPolicy.BUILT_IN) {
      if (matches(policy.kind(), bytes, length)) {
        return policy.kind();
      }
    }
    return new String(bytes.unsafeArray(), 0, length, StandardCharsets.US_ASCII);
  }

  private static boolean matches(String kind, Bytes bytes, int length) {
    if (kind.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (kind.charAt(i) != bytes.at(i)) {
        return false;
      }
    }
    return true;
  }
}

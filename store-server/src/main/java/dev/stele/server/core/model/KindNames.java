// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.model;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The names of kinds: {@code [a-z][a-z0-9-]{0,31}}. */
public final class KindNames {
  /** The kind of who owns what. The core understands its bodies. */
  public static final String CLAIM = "claim";

  /** The kind of the nodes of the controlled world. The core understands its bodies. */
  public static final String MEMBER = "member";

  /** The kind of the places where services are reached. */
  public static final String ENDPOINT = "endpoint";

  /** The kind of the sets that claims belong to. The core understands its bodies. */
  public static final String POOL = "pool";

  /** The kinds that every store knows, in order. */
  public static final List<String> BUILT_IN =
      List.of(CLAIM, "config", "desired", ENDPOINT, "failover", MEMBER, POOL, "rollout");

  /** The kind of the policies of kinds. */
  public static final String KIND = "kind";

  /** The kind of leases: its facts are changed by lease commands only, never by a put. */
  public static final String LEASE = "lease";

  private KindNames() {}

  /** What is wrong with {@code name} as the name of a kind; empty when nothing is. */
  public static Optional<String> violation(String name) {
    Bytes bytes = Bytes.utf8(name);
    return violation(bytes, bytes.length());
  }

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
    for (String kind : BUILT_IN) {
      if (matches(kind, bytes, length)) {
        return kind;
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

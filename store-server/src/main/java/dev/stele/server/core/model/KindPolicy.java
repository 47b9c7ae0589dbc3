// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.model;

import java.util.List;
import java.util.Optional;

/**
 * What a kind allows.
 *
 * @param kind its name
 * @param maxBodyBytes greatest body, 0 to {@link Limits#BODY_MAX_BYTES}
 * @param maxFacts greatest count, at least 1
 */
public record KindPolicy(String kind, int maxBodyBytes, long maxFacts) {
  /** The kinds that every store knows, in order of their names. */
  public static final List<KindPolicy> BUILT_IN =
      List.of(
          standard("claim"),
          standard("config"),
          standard("desired"),
          standard("endpoint"),
          standard("member"),
          standard("rollout"));

  /** The kind of leases: its facts are changed by lease commands only, never by a put. */
  public static final String LEASE = "lease";

  public KindPolicy {
    if (maxBodyBytes < 0 || maxBodyBytes > Limits.BODY_MAX_BYTES) {
      throw new IllegalArgumentException("maxBodyBytes of " + kind + ": " + maxBodyBytes);
    }
    if (maxFacts < 1) {
      throw new IllegalArgumentException("maxFacts of " + kind + ": " + maxFacts);
    }
  }

  private static KindPolicy standard(String kind) {
    return new KindPolicy(kind, Limits.BODY_DEFAULT_MAX_BYTES, Limits.KIND_DEFAULT_MAX_FACTS);
  }

  /** The policy of a built-in kind; empty when the kind is not known, or is not for puts. */
  public static Optional<KindPolicy> builtIn(String kind) {
    for (KindPolicy policy : BUILT_IN) {
      if (policy.kind().equals(kind)) {
        return Optional.of(policy);
      }
    }
    return Optional.empty();
  }
}

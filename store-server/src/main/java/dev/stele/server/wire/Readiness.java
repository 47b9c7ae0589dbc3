// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import dev.stele.server.port.Leadership;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether this node serves what the cluster knows: in contact with a leader, and applied up to it.
 */
public final class Readiness {
  /** A node that has not heard from a leader for longer is not ready. */
  public static final Duration MAX_CONTACT_AGE = Duration.ofSeconds(2);

  /**
   * Entries that may be committed and not applied yet: under load there are always some on their
   * way, and a probe must not flap because of them.
   */
  static final long MAX_LAG_ENTRIES = 128;

  private final WireContext context;
  private final Duration maxContactAge;

  public Readiness(WireContext context, Duration maxContactAge) {
    this.context = context;
    this.maxContactAge = maxContactAge;
  }

  /** Why this node is not ready, for people; empty when it is. */
  public Optional<String> obstacle() {
    Leadership.Standing standing = context.leadership().standing();
    if (standing.leader().isEmpty()) {
      return Optional.of("no leader is known");
    }
    if (standing.contactAgeMillis() > maxContactAge.toMillis()) {
      return Optional.of("the leader was last heard from " + age(standing.contactAgeMillis()));
    }
    if (standing.role() == Leadership.Role.LEADER && !standing.ready()) {
      return Optional.of("leads, and has not applied an entry of its own term yet");
    }
    long lag = standing.commitIndex() - context.store().applied().index();
    if (lag > MAX_LAG_ENTRIES) {
      return Optional.of(lag + " entries behind what is committed");
    }
    if (context.store().meta().identity().isEmpty()) {
      return Optional.of("the cluster is still being formed");
    }
    return Optional.empty();
  }

  private static String age(long millis) {
    return millis == Long.MAX_VALUE ? "never" : millis + " ms ago";
  }
}

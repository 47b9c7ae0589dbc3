// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.member;

import dev.stele.cli.CliException;
import dev.stele.client.kind.Member.Health;
import java.util.Locale;

/** How a member fares, as people write it. */
enum HealthArgument {
  UNKNOWN(Health.UNKNOWN),
  HEALTHY(Health.HEALTHY),
  DEGRADED(Health.DEGRADED),
  DRAINING(Health.DRAINING),
  LOST(Health.LOST);

  private final Health health;

  HealthArgument(Health health) {
    this.health = health;
  }

  /** For a lookup. */
  Health health() {
    return health;
  }

  /**
   * For what a member says of itself.
   *
   * @throws CliException when that is nobody's to say
   */
  Health said() {
    if (this == LOST) {
      throw CliException.badInput("--health", "lost is nobody's to report: the store finds it out");
    }
    return health;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

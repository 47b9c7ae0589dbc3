// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.model.Reason;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.Ticker;
import java.time.Duration;

/**
 * Whether this node hears of a leader. An election is no reason to end watches; silence for longer
 * is. Looked at by one thread, asked by any.
 */
final class LeaderSight {
  /** How long nothing is heard of a leader before there is none. */
  static final Duration PATIENCE = Duration.ofSeconds(3);

  /** Why a watch that does not stay has no place here then. */
  static final Problem NONE_KNOWN =
      Problem.of(Reason.NO_QUORUM, "", "this node hears of no leader");

  private final Leadership leadership;
  private final Ticker ticker;
  private long heardNanos;
  private volatile boolean known = true;

  LeaderSight(Leadership leadership, Ticker ticker) {
    this.leadership = leadership;
    this.ticker = ticker;
    heardNanos = ticker.nanos();
  }

  /** Looks again. */
  void look() {
    Leadership.Standing standing = leadership.standing();
    long now = ticker.nanos();
    if (isHeard(standing)) {
      long heard = now - Duration.ofMillis(standing.contactAgeMillis()).toNanos();
      heardNanos = heard - heardNanos > 0 ? heard : heardNanos;
    }
    known = now - heardNanos <= PATIENCE.toNanos();
  }

  /** A leader that has come since the last look counts at once: nobody is refused for old news. */
  boolean isKnown() {
    return known || isHeard(leadership.standing());
  }

  private static boolean isHeard(Leadership.Standing standing) {
    return standing.leader().isPresent() && standing.contactAgeMillis() <= PATIENCE.toMillis();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.port.Ticker;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Revisions that readers hold against reclaiming, each for a while at most. Any thread. */
final class Holds {
  /** The longest: a reader that needs more time ends as COMPACTED. */
  static final Duration LONGEST = Duration.ofSeconds(60);

  private final Ticker ticker;
  private final Set<Hold> held = ConcurrentHashMap.newKeySet();

  Holds(Ticker ticker) {
    this.ticker = ticker;
  }

  /** One reader's hold; compared by identity. */
  static final class Hold {
    private final long revision;
    private final long endNanos;

    Hold(long revision, long endNanos) {
      this.revision = revision;
      this.endNanos = endNanos;
    }
  }

  /** Holds what stood at {@code revision}. */
  Hold hold(long revision) {
    Hold hold = new Hold(revision, ticker.nanos() + LONGEST.toNanos());
    held.add(hold);
    return hold;
  }

  void release(Hold hold) {
    held.remove(hold);
  }

  /** The least that is held, or {@link Long#MAX_VALUE}. */
  long least() {
    if (held.isEmpty()) {
      return Long.MAX_VALUE;
    }
    long now = ticker.nanos();
    held.removeIf(hold -> now - hold.endNanos >= 0);
    return held.stream().mapToLong(hold -> hold.revision).min().orElse(Long.MAX_VALUE);
  }
}

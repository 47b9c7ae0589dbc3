// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Room for the calls that come on one stream: each takes of its connection's quota what a call of
 * its own would. Nodes' own streams have none to keep to. Thread-safe.
 */
public final class Places {
  /** Of a stream that nobody counts. */
  static final Places UNBOUNDED = new Places(null, new Quota.Share());

  private final @Nullable Quota quota;
  private final Quota.Share share;

  Places(@Nullable Quota quota, Quota.Share share) {
    this.quota = quota;
    this.share = share;
  }

  /** Takes one for a request of {@code bytes}; false, and takes nothing, when there is none. */
  public boolean take(long bytes) {
    if (quota == null) {
      return true;
    }
    if (!quota.begin(share)) {
      return false;
    }
    if (!quota.take(0, bytes)) {
      quota.leave(share, 1);
      return false;
    }
    return true;
  }

  /** Gives back what {@code calls} with so many bytes together had taken. */
  public void giveBack(int calls, long bytes) {
    if (quota != null && calls > 0) {
      quota.giveBack(bytes);
      quota.end(share, calls);
    }
  }

  /** How long someone who is turned away now should stay away. */
  public Duration refuse(long nowNanos) {
    return quota == null ? Duration.ZERO : quota.refuse(nowNanos);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import java.time.Duration;
import java.util.OptionalLong;

/** How long a call may take. */
public final class Deadlines {
  /** Where the caller sets none. */
  public static final Duration DEFAULT = Duration.ofSeconds(5);

  /** The most a caller gets. */
  public static final Duration MAX = Duration.ofSeconds(60);

  /**
   * The most that is kept back of the caller's time for the answer's way, or a tenth of it: an
   * answer that comes when the caller has just given up tells it nothing of what happened.
   */
  public static final Duration WAY_BACK_MAX = Duration.ofMillis(100);

  private static final int WAY_BACK_PART = 10;

  private Deadlines() {}

  /**
   * When a call must be answered, on the ticker that says {@code nowNanos}.
   *
   * @param callerNanos what the caller still gives it
   */
  public static long endNanos(long nowNanos, OptionalLong callerNanos) {
    return nowNanos + Math.min(ownNanos(callerNanos), MAX.toNanos());
  }

  private static long ownNanos(OptionalLong callerNanos) {
    if (callerNanos.isEmpty()) {
      return DEFAULT.toNanos();
    }
    long givenNanos = callerNanos.getAsLong();
    return givenNanos - Math.min(givenNanos / WAY_BACK_PART, WAY_BACK_MAX.toNanos());
  }
}

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
   * The most that is kept back for the way of the answer, or a tenth of what the caller gives: an
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
    long givenNanos = Math.min(callerNanos.orElse(DEFAULT.toNanos()), MAX.toNanos());
    long wayBackNanos = Math.min(givenNanos / WAY_BACK_PART, WAY_BACK_MAX.toNanos());
    return nowNanos + givenNanos - wayBackNanos;
  }
}

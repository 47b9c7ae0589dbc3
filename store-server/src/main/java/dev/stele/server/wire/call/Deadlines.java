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

  private Deadlines() {}

  /**
   * When a call must end, on the ticker that says {@code nowNanos}.
   *
   * @param callerNanos what the caller still gives it
   */
  public static long endNanos(long nowNanos, OptionalLong callerNanos) {
    return nowNanos + Math.min(callerNanos.orElse(DEFAULT.toNanos()), MAX.toNanos());
  }
}

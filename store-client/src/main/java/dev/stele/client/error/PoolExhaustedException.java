// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.error;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** No claim of the pool is idle, and its range has none left. Nothing happened. */
public final class PoolExhaustedException extends RefusedException {
  private static final long serialVersionUID = 1;

  private final @Nullable Duration retryAfter;

  public PoolExhaustedException(
      String message, @Nullable String field, @Nullable Duration retryAfter) {
    super(Reason.POOL_EXHAUSTED, message, field, null);
    this.retryAfter = retryAfter;
  }

  /** How long to wait before the next try, if the server said so. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}

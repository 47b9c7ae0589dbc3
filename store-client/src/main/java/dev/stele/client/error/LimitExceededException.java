// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.error;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A limit stands in the way: make room or wait. WINDOW_FULL is said by the client itself when too
 * many of its own writes are under way; then it was not sent.
 */
public final class LimitExceededException extends RefusedException {
  private static final long serialVersionUID = 1;

  private final @Nullable Duration retryAfter;

  public LimitExceededException(
      Reason reason, String message, @Nullable String field, @Nullable Duration retryAfter) {
    super(reason, message, field, null);
    this.retryAfter = retryAfter;
  }

  /** How long to wait before the next try, if waiting helps and the server said so. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}

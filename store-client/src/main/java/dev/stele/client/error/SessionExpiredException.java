// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.error;

import org.jspecify.annotations.Nullable;

/**
 * The store no longer knows whether an earlier try took effect: find out by reading. It was not
 * executed this time, and the client does not send it again.
 *
 * <p>It takes a try whose answer was lost and an hour of store time before the next one. A client
 * that was merely idle for that long begins a new session by itself.
 */
public final class SessionExpiredException extends SteleException {
  private static final long serialVersionUID = 1;

  public SessionExpiredException(
      Reason reason, String message, @Nullable String field, @Nullable Throwable cause) {
    super(reason, message, field, cause);
  }

  /** Always true: an earlier try may have taken effect. */
  @Override
  public boolean mayHaveHappened() {
    return true;
  }
}

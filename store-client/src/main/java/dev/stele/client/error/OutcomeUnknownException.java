// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.error;

import org.jspecify.annotations.Nullable;

/**
 * The write was sent and no answer came: it may have taken effect, may yet do so, or never will;
 * not twice in any case. Find out by reading.
 *
 * <p>Under a session the client has tried to find out until the request's time was over, and does
 * not try again. {@link #getMessage} tells the first try that left a doubt and the last one.
 */
public final class OutcomeUnknownException extends SteleException {
  private static final long serialVersionUID = 1;

  public OutcomeUnknownException(String message, @Nullable Throwable cause) {
    super(Reason.OUTCOME_UNKNOWN, message, null, cause);
  }

  /** Always true. */
  @Override
  public boolean mayHaveHappened() {
    return true;
  }
}

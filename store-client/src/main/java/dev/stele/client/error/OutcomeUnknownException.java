// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.error;

import org.jspecify.annotations.Nullable;

/**
 * The write was sent and no answer came: it may have taken effect, may yet do so, or never will.
 * Find out by reading. The client never sends such a write again by itself.
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

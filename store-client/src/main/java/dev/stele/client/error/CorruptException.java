// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.error;

import org.jspecify.annotations.Nullable;

/**
 * A node, or an answer, contradicts what the store promises: look into it before you trust that
 * node again.
 */
public final class CorruptException extends SteleException {
  private static final long serialVersionUID = 1;

  public CorruptException(
      Reason reason, String message, @Nullable String field, @Nullable Throwable cause) {
    super(reason, message, field, cause);
  }

  /** Always false: a node that finds itself corrupt does nothing. */
  @Override
  public boolean mayHaveHappened() {
    return false;
  }
}

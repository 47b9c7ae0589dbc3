// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.error;

import org.jspecify.annotations.Nullable;

/** No node could serve the request in time. Nothing happened: try again later. */
public final class UnavailableException extends SteleException {
  private static final long serialVersionUID = 1;

  public UnavailableException(
      Reason reason, String message, @Nullable String field, @Nullable Throwable cause) {
    super(reason, message, field, cause);
  }

  /** Always false: the request never reached the log. */
  @Override
  public boolean mayHaveHappened() {
    return false;
  }
}

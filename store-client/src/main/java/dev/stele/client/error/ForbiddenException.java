// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.error;

import org.jspecify.annotations.Nullable;

/** The caller is not known, or may not do this: fix credentials or role. */
public final class ForbiddenException extends RefusedException {
  private static final long serialVersionUID = 1;

  public ForbiddenException(
      Reason reason, String message, @Nullable String field, @Nullable Throwable cause) {
    super(reason, message, field, cause);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.error;

import org.jspecify.annotations.Nullable;

/** There is no such thing. Read again, decide again. */
public final class NotFoundException extends RefusedException {
  private static final long serialVersionUID = 1;

  public NotFoundException(String message, @Nullable String field) {
    super(Reason.NOT_FOUND, message, field, null);
  }
}

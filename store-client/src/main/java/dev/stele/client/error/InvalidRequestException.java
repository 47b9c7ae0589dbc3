// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.error;

import org.jspecify.annotations.Nullable;

/** The request is wrong: fix the field that {@link #field} names. */
public final class InvalidRequestException extends RefusedException {
  private static final long serialVersionUID = 1;

  public InvalidRequestException(
      Reason reason, String message, @Nullable String field, @Nullable Throwable cause) {
    super(reason, message, field, cause);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.error;

import org.jspecify.annotations.Nullable;

/** Another holder has the lease that the write was guarded by or bound to: stop acting. */
public final class FencedException extends RefusedException {
  private static final long serialVersionUID = 1;

  public FencedException(String message, @Nullable String field) {
    super(Reason.FENCED, message, field, null);
  }
}

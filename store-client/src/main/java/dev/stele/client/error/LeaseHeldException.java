// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.error;

import org.jspecify.annotations.Nullable;

/** Somebody else holds the lease: wait, or ask who. */
public final class LeaseHeldException extends RefusedException {
  private static final long serialVersionUID = 1;

  public LeaseHeldException(String message, @Nullable String field) {
    super(Reason.LEASE_HELD, message, field, null);
  }
}

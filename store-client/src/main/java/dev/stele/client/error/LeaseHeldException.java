// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.error;

import org.jspecify.annotations.Nullable;

/** Somebody else holds the lease: wait, or ask who. */
public final class LeaseHeldException extends RefusedException {
  private static final long serialVersionUID = 1;

  private final String holder;
  private final long token;

  public LeaseHeldException(String message, @Nullable String field, String holder, long token) {
    super(Reason.LEASE_HELD, message, field, null);
    this.holder = holder;
    this.token = token;
  }

  /** Who holds it; empty when the server did not say. */
  public String holder() {
    return holder;
  }

  /** The holder's token; 0 when the server did not say. */
  public long token() {
    return token;
  }
}

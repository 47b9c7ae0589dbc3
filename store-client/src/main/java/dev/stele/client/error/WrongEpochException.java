// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.error;

import org.jspecify.annotations.Nullable;

/**
 * The store was restored, or is another one: drop what you know and start from the initial state.
 * Requests fail like this until {@link dev.stele.client.StoreClient#forgetEpoch}.
 */
public final class WrongEpochException extends RefusedException {
  private static final long serialVersionUID = 1;

  public WrongEpochException(String message, @Nullable String field) {
    super(Reason.WRONG_EPOCH, message, field, null);
  }
}

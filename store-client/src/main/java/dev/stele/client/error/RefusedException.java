// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.error;

import org.jspecify.annotations.Nullable;

/**
 * The store said no, or the client did before it sent anything. Nothing happened, and the same
 * request will not do better by itself.
 */
public abstract sealed class RefusedException extends SteleException
    permits InvalidRequestException,
        CompareFailedException,
        AlreadyExistsException,
        NotFoundException,
        FencedException,
        LeaseHeldException,
        CompactedException,
        WrongEpochException,
        LimitExceededException,
        PoolExhaustedException,
        ForbiddenException {
  private static final long serialVersionUID = 1;

  RefusedException(
      Reason reason, String message, @Nullable String field, @Nullable Throwable cause) {
    super(reason, message, field, cause);
  }

  /** Always false. */
  @Override
  public final boolean mayHaveHappened() {
    return false;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.error;

import dev.stele.server.core.model.Reason;

/**
 * Carries a failure out of a parser's depth to the one place that answers calls. It never leaves
 * this package's users, and has no stack trace: it is thrown for what callers send.
 */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Failure failure;

  public RefusedException(Failure failure) {
    super(failure.message(), null, false, false);
    this.failure = failure;
  }

  public RefusedException(Reason reason, String field, String message) {
    this(Failure.of(reason, field, message));
  }

  public Failure failure() {
    return failure;
  }
}

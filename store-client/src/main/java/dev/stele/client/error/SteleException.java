// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.error;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request did not succeed. The type says what to do next, {@link #mayHaveHappened} whether a
 * write may have taken effect all the same.
 *
 * <p>Futures fail with it; {@code join()} wraps it into a {@code CompletionException}. It has no
 * stack trace: it is made on a transport thread, whose frames tell nothing.
 */
public abstract sealed class SteleException extends RuntimeException
    permits RefusedException,
        UnavailableException,
        OutcomeUnknownException,
        SessionExpiredException,
        CorruptException {
  private static final long serialVersionUID = 1;

  private final Reason reason;
  private final @Nullable String field;

  SteleException(Reason reason, String message, @Nullable String field, @Nullable Throwable cause) {
    super(message, cause, true, false);
    this.reason = Objects.requireNonNull(reason, "reason");
    this.field = field == null || field.isEmpty() ? null : field;
  }

  /** Why. */
  public final Reason reason() {
    return reason;
  }

  /** The field of the request that is at fault, in the protocol's notation, if one is. */
  public final Optional<String> field() {
    return Optional.ofNullable(field);
  }

  /** Whether a write may have taken effect. Of a read it means nothing. */
  public abstract boolean mayHaveHappened();

  /** What the server or the client says, for people. */
  @Override
  public final String getMessage() {
    return String.valueOf(super.getMessage());
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.call;

import dev.stele.client.error.AlreadyExistsException;
import dev.stele.client.error.CompareFailedException;
import dev.stele.client.error.FencedException;
import dev.stele.client.error.LeaseHeldException;
import dev.stele.client.error.LimitExceededException;
import dev.stele.client.error.NotFoundException;
import dev.stele.client.error.OutcomeUnknownException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.SessionExpiredException;
import dev.stele.client.error.SteleException;
import dev.stele.client.internal.failure.Failure;
import org.jspecify.annotations.Nullable;

/**
 * What the failed tries of a write under a session leave in doubt, which is more than the last one
 * says: that a node refused to pass a write on says nothing of an earlier try that got no answer.
 */
final class Doubt {
  private @Nullable OutcomeUnknownException first;

  /** Whether a try so far may have taken effect, or may yet. */
  boolean exists() {
    return first != null;
  }

  /**
   * What a failed try means for the write, all earlier tries considered.
   *
   * @return retriable also where only the session makes it safe; its exception is what the caller
   *     gets if the write ends here
   */
  Failure weigh(Failure failure) {
    SteleException exception = failure.exception();
    if (exception instanceof OutcomeUnknownException unknown) {
      if (first == null) {
        first = unknown;
      }
      return again(failure, unknown, true);
    }
    if (first == null || isConclusive(exception)) {
      return failure;
    }
    String message = first.getMessage() + "; last: " + exception.reason() + ": ";
    return again(
        failure,
        new OutcomeUnknownException(message + exception.getMessage(), exception),
        failure.retriable() || exception instanceof LimitExceededException);
  }

  private static Failure again(
      Failure failure, OutcomeUnknownException exception, boolean retriable) {
    return new Failure(
        exception,
        retriable,
        failure.endpointFailed(),
        failure.leaderEndpoint(),
        failure.retryAfterNanos());
  }

  /**
   * Whether it is the answer to the write whatever became of the tries before: refusals that come
   * out of the log are kept by the session and repeated to each try. The other ones are, or can be,
   * said by a node on its own before it looks into the log.
   */
  private static boolean isConclusive(SteleException exception) {
    return exception instanceof CompareFailedException
        || exception instanceof AlreadyExistsException
        || exception instanceof NotFoundException
        || exception instanceof FencedException
        || exception instanceof LeaseHeldException
        || exception instanceof SessionExpiredException
        || exception.reason() == Reason.REPLY_TOO_LARGE;
  }
}

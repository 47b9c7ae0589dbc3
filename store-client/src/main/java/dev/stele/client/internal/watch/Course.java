// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.watch;

import dev.stele.client.error.CompactedException;
import dev.stele.client.error.CorruptException;
import dev.stele.client.error.LimitExceededException;
import dev.stele.client.error.OutcomeUnknownException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.SteleException;
import dev.stele.client.error.UnavailableException;

/** What a watch does about what a node said. */
enum Course {
  /** Asks another node, for all watches of the stream. */
  ELSEWHERE,
  /** Asks again after a while. */
  LATER,
  /** There is a hole between what was seen and what can be had. */
  COMPACTED,
  /** Gives up: it would be told the same again. */
  OVER;

  static Course on(SteleException said) {
    if (said instanceof UnavailableException
        || said instanceof OutcomeUnknownException
        || said instanceof CorruptException) {
      return ELSEWHERE;
    }
    if (said instanceof LimitExceededException limit) {
      boolean passes = limit.reason() == Reason.OVERLOADED || limit.retryAfter().isPresent();
      return passes ? LATER : OVER;
    }
    return said instanceof CompactedException ? COMPACTED : OVER;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli;

import dev.stele.client.error.Reason;

/** What the process tells its caller. */
public final class ExitCode {
  /** Done. */
  public static final int OK = 0;

  /** Refused: a compare failed, fenced, not found, held, full. Nothing happened. */
  public static final int REFUSED = 1;

  /** Bad usage or bad input. Nothing happened. */
  public static final int USAGE = 2;

  /** Nobody could serve it in time. Nothing happened. */
  public static final int UNAVAILABLE = 3;

  /** It may have happened. */
  public static final int UNKNOWN = 4;

  private ExitCode() {}

  /** The code for a request that did not succeed. */
  public static int of(Reason reason) {
    return switch (reason) {
      case INVALID_FIELD, BODY_TOO_LARGE, UNKNOWN_KIND, SEQUENCE_REUSED, REPLY_TOO_LARGE -> USAGE;
      case COMPARE_FAILED,
          ALREADY_EXISTS,
          NOT_FOUND,
          FENCED,
          LEASE_HELD,
          COMPACTED,
          WRONG_EPOCH,
          KIND_FULL,
          STORE_FULL,
          OVER_BUDGET,
          UNAUTHENTICATED,
          FORBIDDEN,
          WINDOW_FULL,
          LIMIT_REACHED,
          POOL_EXHAUSTED ->
          REFUSED;
      case OVERLOADED, NOT_LEADER, NO_QUORUM, CORRUPT -> UNAVAILABLE;
      case OUTCOME_UNKNOWN, SESSION_EXPIRED, SEQUENCE_TOO_OLD -> UNKNOWN;
    };
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.model;

/** Why a request was refused; the whole table is in {@code docs/errors.md}. */
public enum Reason {
  INVALID_FIELD,
  BODY_TOO_LARGE,
  UNKNOWN_KIND,
  COMPARE_FAILED,
  ALREADY_EXISTS,
  NOT_FOUND,
  FENCED,
  LEASE_HELD,
  COMPACTED,
  WRONG_EPOCH,
  KIND_FULL,
  STORE_FULL,
  OVER_BUDGET,
  OVERLOADED,
  NOT_LEADER,
  NO_QUORUM,
  OUTCOME_UNKNOWN,
  SESSION_EXPIRED,
  UNAUTHENTICATED,
  FORBIDDEN,
  SEQUENCE_REUSED,
  REPLY_TOO_LARGE,
  SEQUENCE_TOO_OLD,
  WINDOW_FULL,
  LIMIT_REACHED,
  CORRUPT
}

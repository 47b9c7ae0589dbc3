// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.error;

/**
 * Why a request did not succeed: the reasons of the protocol, one by one. What the client finds out
 * by itself has the nearest of them: no node reached is NO_QUORUM, a write without an answer is
 * OUTCOME_UNKNOWN, an answer that breaks a promise is CORRUPT.
 */
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
  CORRUPT,
  POOL_EXHAUSTED
}

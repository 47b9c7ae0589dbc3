// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.model.Reason;

/** What became of a renewal. */
public sealed interface Renewal {
  /** Good for so long from when the renewal arrived. */
  record Renewed(long ttlMillis) implements Renewal {}

  /** The lease is not held with that token, and never will be again. */
  record Lost(String message) implements Renewal {}

  /**
   * Nothing is known.
   *
   * @param reason NOT_LEADER, NO_QUORUM or OVERLOADED
   */
  record NotConfirmed(Reason reason, String message) implements Renewal {}
}

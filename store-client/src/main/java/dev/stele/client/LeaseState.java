// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

/** How a {@link LeaseHandle} stands by its own clock. */
public enum LeaseState {
  /** Held, and renewed in time. */
  HELD,
  /**
   * Held, but no renewal was acknowledged for two thirds of the TTL: finish, or be ready to stop.
   * It is HELD again once one is.
   */
  IN_DOUBT,
  /** Not held any more, for good, whatever is heard later: stop acting. */
  LOST
}

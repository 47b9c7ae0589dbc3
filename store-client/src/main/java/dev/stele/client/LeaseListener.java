// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.time.Duration;

/**
 * What a {@link LeaseHandle} tells. The methods of one listener are called one at a time, in order,
 * on a thread of the client's own. Of states that follow one another faster than it takes them, it
 * is told the latest. What it throws is logged, and it is told of the next state all the same: the
 * loss must not pass it by.
 */
@FunctionalInterface
public interface LeaseListener {
  /** The lease stands otherwise than before. LOST comes once, and last. */
  void onStatus(LeaseHandle lease, LeaseStatus status);

  /**
   * A renewal was acknowledged in time.
   *
   * @param roundTrip from before it was sent until the acknowledgement was there
   */
  default void onRenewed(LeaseHandle lease, Duration roundTrip) {}
}

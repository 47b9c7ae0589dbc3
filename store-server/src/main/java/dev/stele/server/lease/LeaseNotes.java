// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.model.LeaseRef;
import java.time.Duration;

/** What people get to know of a lease clock: metrics, log lines. */
interface LeaseNotes {
  /** This node counts for {@code leases} leases from now on. */
  void began(long term, int leases);

  /** It does no longer. */
  void ended(long term);

  /** {@code lease} is held by nobody any more. */
  void lost(LeaseRef lease, Loss loss);

  /** The process, or the clock's thread, stood still; what that took was given back. */
  void stalled(Duration stall);

  /** It is not known whether {@code lease} was taken away. */
  void inDoubt(LeaseRef lease, String message);

  /** Why a lease was lost. */
  enum Loss {
    EXPIRED,
    RELEASED
  }
}

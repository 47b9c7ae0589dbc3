// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.model.LeaseRef;

/** A renewal, and what is known of it outside of the node that it came to. */
final class SimRenewal extends PendingRenewal {
  final long sentNanos;
  final long arrivedNanos;
  private long toldRanNanos;
  private int toldPauses;
  private boolean told;

  /**
   * @param sentNanos and {@code arrivedNanos}: by the true time
   */
  SimRenewal(LeaseRef lease, long deadlineNanos, long sentNanos, long arrivedNanos) {
    super(lease, deadlineNanos);
    this.sentNanos = sentNanos;
    this.arrivedNanos = arrivedNanos;
  }

  /** The clock hears of it when its node has run for so long, and stood still so often before. */
  void told(long ranNanos, int pauses) {
    told = true;
    toldRanNanos = ranNanos;
    toldPauses = pauses;
  }

  boolean wasTold() {
    return told;
  }

  long toldRanNanos() {
    return toldRanNanos;
  }

  int toldPauses() {
    return toldPauses;
  }
}

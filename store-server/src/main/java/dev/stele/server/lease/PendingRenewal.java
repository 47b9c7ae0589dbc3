// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.model.LeaseRef;
import java.util.concurrent.CompletableFuture;

/** A renewal that was not answered yet: the future that its caller holds. */
class PendingRenewal extends CompletableFuture<Renewal> {
  private final LeaseRef lease;
  private final long deadlineNanos;
  private long from;

  /**
   * @param deadlineNanos on the node's ticker
   */
  PendingRenewal(LeaseRef lease, long deadlineNanos) {
    this.lease = lease;
    this.deadlineNanos = deadlineNanos;
  }

  LeaseRef lease() {
    return lease;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  /** Since when it counts: a moment after it came, in the {@link LeaseTime} of who counts. */
  long from() {
    return from;
  }

  void from(long moment) {
    from = moment;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.model.LeaseRef;
import java.util.concurrent.CompletableFuture;

/** A renewal that was not answered yet: the future that its caller holds. */
class PendingRenewal extends CompletableFuture<Renewal> {
  private final LeaseRef lease;
  private final long arrivedNanos;
  private final long deadlineNanos;
  private long from;

  /**
   * @param arrivedNanos and {@code deadlineNanos}: on the node's ticker
   */
  PendingRenewal(LeaseRef lease, long arrivedNanos, long deadlineNanos) {
    this.lease = lease;
    this.arrivedNanos = arrivedNanos;
    this.deadlineNanos = deadlineNanos;
  }

  LeaseRef lease() {
    return lease;
  }

  long arrivedNanos() {
    return arrivedNanos;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  /** When it arrived, in the {@link LeaseTime} of the clock that counts it, which sets it. */
  long from() {
    return from;
  }

  void from(long arrived) {
    from = arrived;
  }
}

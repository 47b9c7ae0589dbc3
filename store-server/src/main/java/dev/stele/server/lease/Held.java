// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.model.LeaseRef;
import java.util.concurrent.TimeUnit;

/** One holding of a lease, as the leader counts for it. One thread writes; some of it any reads. */
final class Held {
  private final LeaseRef lease;
  private final long ttlMillis;
  private final long sequence;
  private final RenewalList heldBack = new RenewalList();
  private volatile long deadline;
  private volatile boolean closing;
  private boolean inDoubt;
  private Checkpoint checkpoint = Checkpoint.NONE;
  private long checkpointAt;
  private long lookAt;

  /**
   * @param sequence tells holdings apart that are looked at in the same moment
   * @param deadline in the leader's {@link LeaseTime}
   */
  Held(LeaseRef lease, long ttlMillis, long sequence, long deadline) {
    this.lease = lease;
    this.ttlMillis = ttlMillis;
    this.sequence = sequence;
    this.deadline = deadline;
  }

  /** Whether the log says, or may say, how much is left of this holding. */
  enum Checkpoint {
    NONE,
    /** It does, or may since one was proposed. */
    WRITTEN,
    /** It does, and a clear is under way. */
    CLEARING
  }

  LeaseRef lease() {
    return lease;
  }

  long ttlMillis() {
    return ttlMillis;
  }

  long ttlNanos() {
    return TimeUnit.MILLISECONDS.toNanos(ttlMillis);
  }

  long sequence() {
    return sequence;
  }

  /** When it is over unless somebody renews it; any thread. */
  long deadline() {
    return deadline;
  }

  boolean isDue(long now) {
    return deadline - now <= 0;
  }

  /** It lives until {@code renewed} at least. */
  void extend(long renewed) {
    if (renewed - deadline > 0) {
      deadline = renewed;
    }
  }

  /** Whether an end of it was proposed, and may come true; any thread. */
  boolean isClosing() {
    return closing;
  }

  void close() {
    closing = true;
  }

  /** No end of it was proposed that may still come true. */
  void reopen() {
    closing = false;
  }

  /** Whether it is not known what became of an end that was proposed. */
  boolean isInDoubt() {
    return inDoubt;
  }

  void doubt() {
    inDoubt = true;
  }

  Checkpoint checkpoint() {
    return checkpoint;
  }

  void checkpoint(Checkpoint next) {
    checkpoint = next;
  }

  /** When its remaining time is to be written down next; only of long leases. */
  long checkpointAt() {
    return checkpointAt;
  }

  void checkpointAt(long at) {
    checkpointAt = at;
  }

  /** When to look at it: the key of an order, which only {@link HeldLeases} may change. */
  long lookAt() {
    return lookAt;
  }

  void lookAt(long at) {
    lookAt = at;
  }

  /** Renewals that are confirmed and wait for what becomes of it. */
  RenewalList heldBack() {
    return heldBack;
  }
}

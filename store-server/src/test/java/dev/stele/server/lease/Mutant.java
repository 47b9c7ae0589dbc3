// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

/** Ways to get leases wrong, each of which the judge must find. */
enum Mutant {
  NONE,
  /** A renewal is acknowledged though nobody confirmed that this node leads. */
  RENEWAL_IS_NOT_CONFIRMED,
  /** A lease goes on being renewed after its end was proposed. */
  RENEWED_WHILE_CLOSING,
  /** The time for which a node stood still counts. */
  STALL_IS_NOT_GIVEN_BACK,
  /** A new leader counts from the acquisition, and not from its own beginning. */
  OLD_DEADLINES_ARE_KEPT,
  /** Ends are proposed before the renewals that came are looked at, and without asking anybody. */
  EXPIRY_IS_NOT_CONFIRMED,
  /** What is due is looked for before the renewals that came. */
  EXPIRY_COMES_BEFORE_RENEWALS,
  /**
   * A renewal is acknowledged when the clear of its checkpoint is proposed, not when it is decided.
   */
  CLEAR_IS_NOT_AWAITED,
  /** A new leader gives a lease its whole TTL, whatever is written down of it. */
  CHECKPOINT_IS_IGNORED,
  /**
   * A leader that was confirmed speaks of leases before it has applied what it was confirmed for.
   */
  APPLY_IS_NOT_AWAITED,
  /** A holder counts from when it got the answer, and not from when it sent the renewal. */
  HOLDER_COUNTS_FROM_THE_ANSWER,
  /** Who waited elsewhere before stands behind those who did not. */
  WAITED_TIME_IS_IGNORED
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.lease;

import java.util.OptionalLong;

/**
 * What the store keeps beside the fact of a lease, because it changes without a new token. Absent as
 * long as it would say nothing; gone with the lease.
 *
 * @param boundFacts how many facts are bound to it
 * @param checkpointMillis what is left of its TTL, as a leader wrote down while nobody renewed it: the
 *     next leader gives it that, and not the whole; empty when nothing is written down
 */
public record LeaseSide(long boundFacts, OptionalLong checkpointMillis) {
  public static final LeaseSide NONE = new LeaseSide(0, OptionalLong.empty());
}

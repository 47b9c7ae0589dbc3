// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.lease;

import dev.stele.server.core.hash.Fingerprint;
import java.util.OptionalLong;

/**
 * What the store keeps beside the fact of a lease, because it changes without a new token. Absent
 * as long as it would say nothing; gone with the lease.
 *
 * @param boundFacts how many facts are bound to it
 * @param checkpointMillis what is left of its TTL, as a leader wrote down while nobody renewed it:
 *     the next leader gives it that, and not the whole; empty when nothing is written down
 */
public record LeaseSide(long boundFacts, OptionalLong checkpointMillis) {
  /** Says nothing. */
  public static final LeaseSide NONE = new LeaseSide(0, OptionalLong.empty());

  private static final int HASH_TYPE = 5;

  /** With {@code more} facts bound to it (or, negative, fewer). */
  public LeaseSide plusBound(long more) {
    return new LeaseSide(boundFacts + more, checkpointMillis);
  }

  /** With another checkpoint, or none. */
  public LeaseSide withCheckpoint(OptionalLong millis) {
    return new LeaseSide(boundFacts, millis);
  }

  /** What it adds to the state's hash, beside the lease {@code name}: nothing when it says so. */
  public long hash(String name) {
    if (equals(NONE)) {
      return 0;
    }
    return Fingerprint.of(HASH_TYPE)
        .add(name)
        .add(boundFacts)
        .add(checkpointMillis.isPresent())
        .add(checkpointMillis.orElse(0))
        .value();
  }
}

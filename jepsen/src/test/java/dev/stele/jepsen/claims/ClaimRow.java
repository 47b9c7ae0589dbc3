// SPDX-License-Identifier: Apache-2.0
package dev.stele.jepsen.claims;

import dev.stele.client.LeaseRef;
import dev.stele.client.kind.Claim;
import java.util.Optional;

/**
 * A claim from a revision on.
 *
 * @param claim empty when it was deleted
 * @param lease that it is bound to
 */
public record ClaimRow(String key, long revision, Optional<Claim> claim, Optional<LeaseRef> lease) {
  boolean isIn(Claim.State state) {
    return claim.map(body -> body.state() == state).orElse(false);
  }

  /** Owned, or draining, which is owned still. */
  boolean isOwned() {
    return isIn(Claim.State.OWNED) || isIn(Claim.State.DRAINING);
  }

  String owner() {
    return claim.map(Claim::owner).orElse("");
  }

  long epoch() {
    return claim.map(Claim::epoch).orElse(0L);
  }
}

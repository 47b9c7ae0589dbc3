// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import dev.stele.client.kind.Claim;

/**
 * A claim that was taken.
 *
 * @param key {@code claim/<pool>/<item>}
 * @param owner the lease's holder
 * @param epoch one more than the owner's before
 * @param revision of the change that made it owned
 */
public record ClaimGrant(FactKey<Claim> key, String owner, long epoch, long revision) {
  /** The segments of the key before the last: what the claim is of. */
  public String pool() {
    String name = key.name();
    return name.substring(0, Math.max(0, name.lastIndexOf('/')));
  }

  /** The last segment of the key: what the claim is about. */
  public String item() {
    String name = key.name();
    return name.substring(name.lastIndexOf('/') + 1);
  }
}

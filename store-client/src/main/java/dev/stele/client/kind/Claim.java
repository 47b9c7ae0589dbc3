// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.kind;

import java.util.Objects;

/**
 * Who owns one item of a pool.
 *
 * @param owner empty when nobody does
 * @param epoch one more at each change of owner; unsigned 64 bits
 * @param state where it is in its life
 */
public record Claim(String owner, long epoch, State state) {
  public Claim {
    Objects.requireNonNull(owner, "owner");
    Objects.requireNonNull(state, "state");
  }

  /** Nobody's, never owned. */
  public static Claim idle() {
    return new Claim("", 0, State.IDLE);
  }

  /** Where a claim is in its life. */
  public enum State {
    IDLE,
    OWNED,
    DRAINING,
    RETIRED,
    /** A newer release knows what. It cannot be written. */
    UNRECOGNIZED
  }
}

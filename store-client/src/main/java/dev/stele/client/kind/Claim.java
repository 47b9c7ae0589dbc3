// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.kind;

import java.util.Objects;

/**
 * Who owns one item of a pool.
 *
 * @param owner empty when nobody does
 * @param epoch one more at each change of owner; unsigned 64 bits
 * @param state where it is in its life
 * @param drainMillis how long the drain may take, counted by the leader from when it began; 0
 *     unless it is draining
 */
public record Claim(String owner, long epoch, State state, long drainMillis) {
  public Claim {
    Objects.requireNonNull(owner, "owner");
    Objects.requireNonNull(state, "state");
  }

  /** A claim that is not draining. */
  public Claim(String owner, long epoch, State state) {
    this(owner, epoch, state, 0);
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

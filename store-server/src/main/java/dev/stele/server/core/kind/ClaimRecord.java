// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.kind;

import java.util.Optional;

/**
 * Who owns one item of a pool: what a fact of kind {@code claim} says. The core understands it,
 * because the end of a lease changes it.
 *
 * @param owner empty: nobody
 * @param epoch one more at each change of owner
 * @param drainMillis how long the drain may take, counted by the leader; 0 unless it is draining
 */
public record ClaimRecord(String owner, long epoch, State state, long drainMillis) {
  /** A claim that is not draining. */
  public ClaimRecord(String owner, long epoch, State state) {
    this(owner, epoch, state, 0);
  }

  /**
   * The same, owned by nobody; what is out of use stays so. The epoch stays: the next owner's is
   * one more.
   */
  public ClaimRecord idle() {
    return state == State.RETIRED ? this : new ClaimRecord("", epoch, State.IDLE);
  }

  /** The same, out of use; the owner stays, for people to read. */
  public ClaimRecord retired() {
    return new ClaimRecord(owner, epoch, State.RETIRED);
  }

  /** Owned by {@code next}, at the next epoch. */
  public ClaimRecord ownedBy(String next) {
    return new ClaimRecord(next, epoch + 1, State.OWNED);
  }

  /** The same under {@code next}, at the next epoch: owned or draining as it was. */
  public ClaimRecord handedTo(String next) {
    return new ClaimRecord(next, epoch + 1, state, drainMillis);
  }

  /** The same, to be given back within {@code millis}. */
  public ClaimRecord draining(long millis) {
    return new ClaimRecord(owner, epoch, State.DRAINING, millis);
  }

  /** Whether somebody owns it, draining or not. */
  public boolean isOwned() {
    return state == State.OWNED || state == State.DRAINING;
  }

  /** Where a claim stands. */
  public enum State {
    IDLE(0),
    OWNED(1),
    DRAINING(2),
    RETIRED(3);

    private final int number;

    State(int number) {
      this.number = number;
    }

    /** Stands for it in what is stored; never used again for another. */
    int number() {
      return number;
    }

    static Optional<State> of(int number) {
      for (State state : values()) {
        if (state.number == number) {
          return Optional.of(state);
        }
      }
      return Optional.empty();
    }
  }
}

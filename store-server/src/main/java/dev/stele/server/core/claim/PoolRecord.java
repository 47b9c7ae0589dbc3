// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.claim;

import dev.stele.server.core.kind.ClaimRecord;
import java.util.Optional;

/**
 * The rules of a set of claims: what a fact of kind {@code pool} says.
 *
 * @param onLoss what becomes of a claim whose owner is gone
 * @param maxOwned claims that may be owned at a time; 0: no limit
 * @param maxOwnedPerOwner the same for each owner; 0: no limit
 * @param range where the items come from
 */
public record PoolRecord(Loss onLoss, long maxOwned, long maxOwnedPerOwner, PoolRange range) {
  /** What {@code claim}, one of the pool, becomes when its owner is gone. */
  public ClaimRecord lost(ClaimRecord claim) {
    return switch (onLoss) {
      case IDLE -> claim.idle();
      case RETIRE -> claim.retired();
    };
  }

  /** What is wrong with it, whatever the store holds; empty when nothing is. */
  public Optional<PoolRange.Violation> violation() {
    return gateViolation("max_owned", maxOwned)
        .or(() -> gateViolation("max_owned_per_owner", maxOwnedPerOwner))
        .or(range::violation);
  }

  private static Optional<PoolRange.Violation> gateViolation(String field, long gate) {
    return gate >= 0
        ? Optional.empty()
        : PoolRange.Violation.of(
            field,
            "is %s, at most %d is allowed".formatted(Long.toUnsignedString(gate), Long.MAX_VALUE));
  }

  /** What becomes of a claim whose owner is gone. */
  public enum Loss {
    /** The next one may have it. */
    IDLE(0),
    /** What was touched is never handed on. */
    RETIRE(1);

    private final int number;

    Loss(int number) {
      this.number = number;
    }

    /** Stands for it in what is stored; never used again for another. */
    int number() {
      return number;
    }

    static Optional<Loss> of(int number) {
      for (Loss loss : values()) {
        if (loss.number == number) {
          return Optional.of(loss);
        }
      }
      return Optional.empty();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.claim;

/**
 * The rules of a set of claims: what a fact of kind {@code pool} says.
 *
 * @param onLoss what becomes of a claim whose owner is gone
 * @param maxOwned claims that may be owned at a time; 0: no limit
 * @param maxOwnedPerOwner the same for each owner; 0: no limit
 * @param range where the items come from
 */
public record PoolRecord(Loss onLoss, long maxOwned, long maxOwnedPerOwner, PoolRange range) {
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
  }
}

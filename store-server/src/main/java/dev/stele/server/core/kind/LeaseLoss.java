// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.kind;

import dev.stele.server.core.model.KindNames;
import java.util.Optional;

/** What becomes of a fact when the lease that it is bound to ends. */
public enum LeaseLoss {
  /** It goes. */
  DELETE(1),
  /** A member's health becomes LOST. */
  MARK_LOST(2),
  /** A claim's state becomes RETIRED; it keeps its owner, for people to read. */
  RETIRE(3),
  /** A claim's state becomes IDLE, without an owner. */
  IDLE(4);

  private final int number;

  LeaseLoss(int number) {
    this.number = number;
  }

  /** What {@code kind} has where nobody said otherwise. */
  public static LeaseLoss standard(String kind) {
    return switch (kind) {
      case KindNames.MEMBER -> MARK_LOST;
      case KindNames.CLAIM -> IDLE;
      default -> DELETE;
    };
  }

  /**
   * This, said only where {@code kind} would not have it anyhow: equal policies are equal bytes.
   */
  public Optional<LeaseLoss> unlessStandard(String kind) {
    return this == standard(kind) ? Optional.empty() : Optional.of(this);
  }

  /** Whether facts of {@code kind} can be treated so. */
  boolean goesWith(String kind) {
    return switch (this) {
      case DELETE -> true;
      case MARK_LOST -> kind.equals(KindNames.MEMBER);
      case RETIRE, IDLE -> kind.equals(KindNames.CLAIM);
    };
  }

  /** Stands for it in what is stored; never used again for another. */
  int number() {
    return number;
  }

  static Optional<LeaseLoss> of(int number) {
    for (LeaseLoss loss : values()) {
      if (loss.number == number) {
        return Optional.of(loss);
      }
    }
    return Optional.empty();
  }
}

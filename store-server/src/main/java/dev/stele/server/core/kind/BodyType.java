// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.kind;

import java.util.Optional;

/** What the bodies of a kind are. The core does not look into them. */
public enum BodyType {
  /** The protobuf message of a built-in kind. */
  BUILT_IN(1),
  /** A JSON text, stored as it was given. */
  JSON(2),
  /** Anything. */
  BYTES(3);

  private final int number;

  BodyType(int number) {
    this.number = number;
  }

  /** Stands for it in what is stored; never used again for another. */
  int number() {
    return number;
  }

  static Optional<BodyType> of(int number) {
    for (BodyType type : values()) {
      if (type.number == number) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}

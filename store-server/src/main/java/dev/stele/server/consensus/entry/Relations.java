// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.entry;

import dev.stele.server.core.command.Compare.Relation;

/** The numbers of relations in the log. Written out, so that nobody moves them with the enum. */
final class Relations {
  private Relations() {}

  static int number(Relation relation) {
    return switch (relation) {
      case EQUAL -> 0;
      case NOT_EQUAL -> 1;
      case GREATER -> 2;
      case LESS -> 3;
    };
  }

  static Relation of(int number) {
    return switch (number) {
      case 0 -> Relation.EQUAL;
      case 1 -> Relation.NOT_EQUAL;
      case 2 -> Relation.GREATER;
      case 3 -> Relation.LESS;
      default -> throw new NewerEntryException("relation " + Integer.toUnsignedString(number));
    };
  }
}

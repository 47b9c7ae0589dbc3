// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.kind.Kinds;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.view.View;
import java.util.Optional;

/**
 * What a delete may reach: facts of one kind, and of a kind that is changed by puts and deletes.
 */
final class DeleteReach {
  private DeleteReach() {}

  /** Why {@code range} reaches too far; {@code field} is the request's field that named it. */
  static Optional<Refusal> refusal(View view, KeyRange range, String field) {
    String kind = Key.trusted(range.from()).kind();
    boolean insideOneKind =
        range.from().indexOf((byte) '/') > 0
            && range.to().map(to -> to.compareTo(endOf(kind)) <= 0).orElse(false);
    if (!insideOneKind) {
      return Optional.of(Refusal.of(Reason.INVALID_FIELD, field, "a delete stays inside one kind"));
    }
    if (Kinds.policy(view, kind).isEmpty()) {
      return Optional.of(
          Refusal.of(Reason.UNKNOWN_KIND, field, "kind " + kind + " takes no deletes"));
    }
    return Optional.empty();
  }

  private static Bytes endOf(String kind) {
    return Bytes.utf8(kind + "/").prefixEnd().orElseThrow();
  }
}

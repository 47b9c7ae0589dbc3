// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

import dev.stele.server.core.claim.ListedItems;
import dev.stele.server.core.claim.PoolCodec;
import dev.stele.server.core.claim.PoolRecord;
import dev.stele.server.core.claim.Pools;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.view.View;
import java.util.Optional;

/**
 * When a pool may be put or deleted: it must be good by itself, its items must make keys, and no
 * claim may be left without its pool or out of its range.
 */
final class PoolRule {
  private PoolRule() {}

  static Optional<Refusal> putRefusal(View view, Key key, Bytes body, String field) {
    PoolRecord pool;
    try {
      pool = PoolCodec.decode(body);
    } catch (MalformedException e) {
      return invalid(field + "body", "is no pool: " + e.getMessage());
    }
    return pool.violation()
        .flatMap(wrong -> invalid(field + "body." + wrong.field(), wrong.message()))
        .or(() -> nameRefusal(key.name(), pool, field + "key"))
        .or(() -> rangeRefusal(view, key.name(), pool, field + "body.range"));
  }

  /** Items of a range come to be by themselves, and no one could be told of a wrong key then. */
  private static Optional<Refusal> nameRefusal(String name, PoolRecord pool, String field) {
    int most = Limits.NAME_MAX_BYTES - 1 - Limits.RANGE_ITEM_MAX_BYTES;
    int bytes = Bytes.utf8(name).length();
    return pool.range() instanceof ListedItems || bytes <= most
        ? Optional.empty()
        : invalid(
            field,
            "has a name of %d bytes, and one with a range at most %d".formatted(bytes, most));
  }

  private static Optional<Refusal> rangeRefusal(
      View view, String name, PoolRecord pool, String field) {
    if (Pools.range(view, name).equals(pool.range())) {
      return Optional.empty();
    }
    long claims = view.pool(name).claims();
    return claims == 0
        ? Optional.empty()
        : invalid(field, "can't change while pool %s has claims: %d".formatted(name, claims));
  }

  /** Why the pool at {@code key} may not go. */
  static Optional<Refusal> deleteRefusal(View view, Key key, String field) {
    long claims = view.pool(key.name()).claims();
    return claims == 0
        ? Optional.empty()
        : invalid(field, "would leave %d claims without their %s".formatted(claims, key));
  }

  private static Optional<Refusal> invalid(String field, String message) {
    return Optional.of(Refusal.of(Reason.INVALID_FIELD, field, field + " " + message));
  }
}

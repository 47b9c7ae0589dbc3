// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.claim;

import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.kind.ClaimCodec;
import dev.stele.server.core.kind.ClaimRecord;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.view.View;
import java.util.Optional;

/**
 * Pools and their claims by their keys: {@code claim/<pool>/<item>} belongs to {@code pool/<pool>},
 * where the item is the last segment, and the pool all before it.
 */
public final class Pools {
  private static final String POOL = KindNames.POOL + "/";
  private static final String CLAIM = KindNames.CLAIM + "/";

  private Pools() {}

  /** The key of {@code pool}, which names one, or anything. */
  public static Key key(String pool) {
    return Key.trusted(Bytes.utf8(POOL + pool));
  }

  /** The key of the claim {@code item} of {@code pool}. */
  public static Key claim(String pool, String item) {
    return Key.trusted(Bytes.utf8(CLAIM + pool + "/" + item));
  }

  /**
   * The pool that {@code key} would belong to, if there is such a pool; empty when it is no claim's
   * key, or has no more than one segment.
   */
  public static Optional<String> poolOf(Key key) {
    if (!key.kind().equals(KindNames.CLAIM)) {
      return Optional.empty();
    }
    String name = key.name();
    int slash = name.lastIndexOf('/');
    return slash < 0 ? Optional.empty() : Optional.of(name.substring(0, slash));
  }

  /** The last segment of {@code key}. */
  public static String itemOf(Key key) {
    String text = key.toString();
    return text.substring(text.lastIndexOf('/') + 1);
  }

  /** All claims of {@code pool}, and those of pools whose names begin with it and a slash. */
  public static KeyRange claims(String pool) {
    return KeyRange.prefix(Bytes.utf8(CLAIM + pool + "/"));
  }

  /** What the fact of {@code pool} says; empty when there is none. */
  public static Optional<PoolRecord> record(View view, String pool) {
    return view.fact(key(pool)).map(Pools::record);
  }

  /** Where the items of {@code pool} come from; {@link ListedItems} when there is no such pool. */
  public static PoolRange range(View view, String pool) {
    return record(view, pool).map(PoolRecord::range).orElseGet(ListedItems::new);
  }

  /** The same, where {@code row} is that of a pool. */
  public static PoolRange range(Row row) {
    return row instanceof Fact fact ? record(fact).range() : new ListedItems();
  }

  /** What {@code pool}, the fact of one, says. */
  public static PoolRecord record(Fact pool) {
    try {
      return PoolCodec.decode(pool.body());
    } catch (MalformedException e) {
      throw new IllegalStateException("the pool " + pool.key() + " can't be read", e);
    }
  }

  /** What {@code claim}, the fact of one, says. */
  public static ClaimRecord claim(Fact claim) {
    try {
      return ClaimCodec.decode(claim.body());
    } catch (MalformedException e) {
      throw new IllegalStateException("the claim " + claim.key() + " can't be read", e);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.claim;

import dev.stele.server.core.model.Key;
import java.util.Comparator;
import java.util.OptionalLong;

/** The order of a pool's claims: that of its range, or of keys where it has none. */
public final class ItemOrder implements Comparator<Key> {
  private final PoolRange range;

  private ItemOrder(PoolRange range) {
    this.range = range;
  }

  /** The order of the claims of a pool with {@code range}. */
  public static Comparator<Key> of(PoolRange range) {
    return range instanceof ListedItems ? Comparator.naturalOrder() : new ItemOrder(range);
  }

  @Override
  public int compare(Key left, Key right) {
    int byIndex = Long.compare(index(left), index(right));
    return byIndex != 0 ? byIndex : left.compareTo(right);
  }

  /** What is not of the range comes last. */
  private long index(Key key) {
    OptionalLong index = range.index(Pools.itemOf(key));
    return index.orElse(Long.MAX_VALUE);
  }
}

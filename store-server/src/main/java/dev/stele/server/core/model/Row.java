// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.model;

/**
 * What the store holds for a key that was ever written: its fact, or the tombstone that a delete
 * left.
 */
public sealed interface Row permits Fact, Tombstone {
  Key key();

  /** The key's last change. */
  Position modified();

  /**
   * Whether this is a delete that compaction through {@code floor} has passed. It then counts as if
   * there were no row, because a replica that has reclaimed it has none.
   */
  default boolean compacted(long floor) {
    return this instanceof Tombstone && modified().revision() <= floor;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.model;

/**
 * Where a change stands in history: the {@code index}-th change, from 0, of a revision. Ordered by
 * revision, then index.
 */
public record Position(long revision, int index) implements Comparable<Position> {
  /** Before every change. */
  public static final Position NONE = new Position(0, 0);

  /** Behind every change of {@code revision}. */
  public static Position endOf(long revision) {
    return new Position(revision, Integer.MAX_VALUE);
  }

  /** Before every change behind {@code revision}. */
  public static Position behind(long revision) {
    return new Position(revision + 1, 0);
  }

  @Override
  public int compareTo(Position other) {
    int byRevision = Long.compare(revision, other.revision);
    return byRevision != 0 ? byRevision : Integer.compare(index, other.index);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.model;

/**
 * How far below the floor history is kept, so that it can be taken away by the range and not by the
 * change.
 *
 * <p>What stands at the floor may be as old as the store. But a change that is further from the one
 * before it than this carries what stood before ({@link Change#before}), and one that is not finds
 * it this close. So walking back from any change behind the floor, nobody ever needs a change that
 * lies further below the floor than this.
 */
public final class Slack {
  /**
   * In revisions. Part of the format on disk: what was written under a larger one must not be read
   * under a smaller one. Large enough that keys which are written often carry nothing, small beside
   * the million revisions that are kept above the floor.
   */
  public static final long REVISIONS = 100_000;

  private Slack() {}

  /** Whether a change at {@code at} carries what stood before it, of a change at {@code before}. */
  static boolean isFar(Position at, Position before) {
    return at.revision() - before.revision() > REVISIONS;
  }

  /**
   * The revision through which no change is needed by those who read nothing of before {@code
   * floor}; below 1 when all of them may be.
   */
  public static long unneeded(long floor) {
    return floor - REVISIONS;
  }
}

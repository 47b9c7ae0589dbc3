// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.janitor;

import java.util.OptionalLong;

/**
 * A piece of work that the leader does for all nodes. One thread calls it; it waits for nobody, and
 * whatever it keeps or has under way is bounded.
 */
interface Task {
  /** Where its steps and items are counted. */
  TaskMeters meters();

  /**
   * Takes the next step if one is due. Called now and then at every node, for a task may have to
   * know something by the time its node leads; it proposes only where {@code term} is there.
   *
   * @param term in which this node leads and is ready to; empty at the others
   */
  Step tend(OptionalLong term);

  /** What a call came to. */
  enum Step {
    /** Nothing was due. */
    NONE,
    /** A step was taken. */
    TAKEN,
    /** A step was taken, and the next one is due already. */
    MORE
  }
}

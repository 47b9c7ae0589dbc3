// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.port;

import java.util.Optional;

/** What this node knows of who leads. */
public interface Leadership {
  /** A cheap look at this moment; any thread. */
  Standing standing();

  /** The role alone, of {@link #standing}: for who asks at each write, and mostly asks no more. */
  default Role role() {
    return standing().role();
  }

  /** This node's part in the cluster. */
  enum Role {
    LEADER,
    FOLLOWER,
    CANDIDATE,
    LEARNER,
    /** Starting or stopping. */
    NONE
  }

  /**
   * @param leader id of the node that leads, as far as known
   * @param ready whether this node leads and has applied an entry of its own term
   * @param contactAgeMillis since a leader was last heard from; 0 at a leader, {@link
   *     Long#MAX_VALUE} when never
   * @param commitIndex last Raft index that this node knows to be committed
   */
  record Standing(
      Role role,
      long term,
      Optional<String> leader,
      boolean ready,
      long contactAgeMillis,
      long commitIndex) {}
}

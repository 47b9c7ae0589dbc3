// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import java.util.Optional;
import java.util.Set;

/**
 * What a confirm round needs to know of Raft at this node. Every call tells the present; any
 * thread.
 */
public interface RaftView {
  /** This node's current term. */
  long term();

  /** Whether this node leads and has applied an entry of its own term. */
  boolean leaderReady();

  /** Index of the last entry that this node knows to be committed. */
  long committedIndex();

  Voters voters();

  /** Id of the node that leads, as far as this node knows. */
  Optional<String> leader();

  /**
   * Ids of those whose word counts.
   *
   * @param previous of the configuration before, while a change is under way; empty otherwise
   */
  record Voters(Set<String> current, Set<String> previous) {
    public Voters {
      current = Set.copyOf(current);
      previous = Set.copyOf(previous);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import dev.stele.server.consensus.confirm.RaftView.Voters;
import java.util.Set;

/**
 * What makes a confirm round safe: what it takes down at its beginning, in which order, and whose
 * yes is enough.
 *
 * <p>The claim: when a round that took down (T, ready, r, voters) gets a yes to "is your term T?"
 * from a majority, every write that anybody acknowledged before the round began stands at an index
 * of at most r. The argument, with t0 for the moment at which T was taken down:
 *
 * <ul>
 *   <li>No leader of a later term was elected before t0. It would have had the votes of a majority,
 *       a voter takes the new term on as it votes, and terms never go back: but a majority said T
 *       after t0, and two majorities share a voter. So whatever was acknowledged before t0 was
 *       committed by leaders of terms up to T.
 *   <li>The node was ready after t0, and its term was at least T then. A ready leader has
 *       committed, and applied, an entry of its own term, and so knows everything to be committed
 *       that earlier leaders committed; what it acknowledged itself it knows anyhow.
 *   <li>r was taken down after that, and what is known to be committed never shrinks.
 * </ul>
 */
interface RoundRule {
  /** The one that is used; others are mutants, which tests must catch. */
  RoundRule STANDARD = new RoundRule() {};

  /** What is taken down before anybody is asked. */
  record Start(long term, boolean ready, long index, Voters voters) {}

  /** Takes down the start of a round. No passenger boards it any more. */
  default Start start(RaftView raft) {
    // T comes first. Taken after readiness, it could be the term that deposed this node: the others
    // would gladly confirm that one, and r would be what a deposed leader knew.
    long term = raft.term();
    // Readiness comes before r: a new leader may not know yet what its predecessors committed, so
    // an index taken before it was ready may be too small, even if it is ready a moment later.
    boolean ready = raft.leaderReady();
    // r comes after the last read arrived, as all of this: an acknowledgement that a reader heard
    // of
    // is one that this leader, if it is still one, has seen by now.
    long index = raft.committedIndex();
    // The voters come last, so that they are at least as new as r: the majority that is asked is
    // one
    // of a configuration under which nothing up to r was decided without it.
    Voters voters = raft.voters();
    return new Start(term, ready, index, voters);
  }

  /**
   * Whether enough of {@code voters} said yes. While a change is under way each of the two sets
   * needs a majority of its own: an election may be won with either of them, depending on who has
   * seen the change. A node that is not listed does not count, even if it is the leader itself: it
   * has no vote in the election that would depose it.
   */
  default boolean carried(Voters voters, Set<String> yes) {
    return majority(voters.current(), yes)
        && (voters.previous().isEmpty() || majority(voters.previous(), yes));
  }

  /** Whether more than half of {@code voters} are among {@code yes}. */
  static boolean majority(Set<String> voters, Set<String> yes) {
    int count = 0;
    for (String voter : voters) {
      count += yes.contains(voter) ? 1 : 0;
    }
    return 2 * count > voters.size();
  }
}

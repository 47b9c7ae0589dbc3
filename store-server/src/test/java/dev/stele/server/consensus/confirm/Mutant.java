// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import dev.stele.server.consensus.confirm.RaftView.Voters;
import java.util.Set;

/** Ways to get confirm rounds wrong. The simulation must notice each of them. */
enum Mutant {
  NONE,
  /** A read joins a question that was asked before it came. */
  READ_BOARDS_LATE,
  /** A round serves a question that came after it began. */
  ROUND_IS_REUSED,
  /** The term is taken down after readiness. */
  READINESS_BEFORE_TERM,
  /** The index is taken down before readiness. */
  INDEX_BEFORE_READINESS,
  READINESS_IS_IGNORED,
  /** A majority of the new voters is enough in the middle of a change. */
  CURRENT_MAJORITY_IS_ENOUGH,
  /** The leader counts itself, listed or not. */
  SELF_COUNTS_EVERYWHERE,
  NOBODY_IS_ASKED,
  /** The read does not wait until this node has applied the index. */
  APPLY_IS_NOT_AWAITED;

  RoundRule rule(String self) {
    return switch (this) {
      case READINESS_BEFORE_TERM ->
          new RoundRule() {
            @Override
            public Start start(RaftView raft) {
              boolean ready = raft.leaderReady();
              long term = raft.term();
              return new Start(term, ready, raft.committedIndex(), raft.voters());
            }
          };
      case INDEX_BEFORE_READINESS ->
          new RoundRule() {
            @Override
            public Start start(RaftView raft) {
              long term = raft.term();
              long index = raft.committedIndex();
              return new Start(term, raft.leaderReady(), index, raft.voters());
            }
          };
      case READINESS_IS_IGNORED ->
          new RoundRule() {
            @Override
            public Start start(RaftView raft) {
              return new Start(raft.term(), true, raft.committedIndex(), raft.voters());
            }
          };
      case CURRENT_MAJORITY_IS_ENOUGH ->
          carriedBy((voters, yes) -> RoundRule.majority(voters.current(), yes));
      case SELF_COUNTS_EVERYWHERE ->
          carriedBy(
              (voters, yes) ->
                  withSelf(voters.current(), yes, self)
                      && (voters.previous().isEmpty() || withSelf(voters.previous(), yes, self)));
      case NOBODY_IS_ASKED -> carriedBy((voters, yes) -> true);
      default -> RoundRule.STANDARD;
    };
  }

  private interface Count {
    boolean carried(Voters voters, Set<String> yes);
  }

  private static RoundRule carriedBy(Count count) {
    return new RoundRule() {
      @Override
      public boolean carried(Voters voters, Set<String> yes) {
        return count.carried(voters, yes);
      }
    };
  }

  private static boolean withSelf(Set<String> voters, Set<String> yes, String self) {
    int stranger = voters.contains(self) ? 0 : 1;
    long count = voters.stream().filter(yes::contains).count() + stranger;
    return 2 * count > voters.size();
  }
}

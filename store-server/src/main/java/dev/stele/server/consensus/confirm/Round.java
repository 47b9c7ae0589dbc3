// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import dev.stele.server.consensus.confirm.TermQuestions.TermAnswer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** The count of one confirm round: who was asked, who said yes. Any thread. */
final class Round {
  private final RoundRule rule;
  private final RoundRule.Start start;
  private final String groupId;

  /** Sorted: a set's own order differs from run to run, and a simulation's seed must not. */
  private final SortedSet<String> asked = new TreeSet<>();

  private final Set<String> yes = new HashSet<>();
  private int outstanding;
  private boolean deposed;

  /** {@code memberId} is this node, which said yes when its term was taken down. */
  Round(RoundRule rule, RoundRule.Start start, String memberId, String groupId) {
    this.rule = rule;
    this.start = start;
    this.groupId = groupId;
    yes.add(memberId);
    asked.addAll(start.voters().current());
    asked.addAll(start.voters().previous());
    asked.remove(memberId);
    outstanding = asked.size();
  }

  /** Where the count stands. */
  enum State {
    OPEN,
    CARRIED,
    /** Somebody is in a later term. */
    DEPOSED,
    /** All have answered or can't be asked, and it is not enough. */
    FAILED
  }

  RoundRule.Start start() {
    return start;
  }

  /** The other voters. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  synchronized State state() {
    if (rule.carried(start.voters(), yes)) {
      return State.CARRIED;
    }
    if (deposed) {
      return State.DEPOSED;
    }
    return outstanding == 0 ? State.FAILED : State.OPEN;
  }

  /**
   * {@code member} was asked and this came back. An answer of another group or from another member
   * (somebody else may listen at an old address) is no answer.
   */
  synchronized State answered(String member, TermAnswer answer) {
    outstanding--;
    if (answer.groupId().equals(groupId) && answer.member().equals(member)) {
      if (answer.term() == start.term()) {
        yes.add(member);
      }
      deposed |= answer.term() > start.term();
    }
    return state();
  }

  /** There will be no answer of one of those who were asked. */
  synchronized State unanswered() {
    outstanding--;
    return state();
  }
}

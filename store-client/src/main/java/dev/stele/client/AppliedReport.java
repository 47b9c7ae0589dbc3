// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.List;

/**
 * Who has applied a revision.
 *
 * @param watchers in the order of their names: those that were expected, or else those that are
 *     known
 * @param unheardNodes ids of nodes whose watchers could not be asked for
 * @param info who answered
 */
public record AppliedReport(
    Outcome outcome, List<Watcher> watchers, List<String> unheardNodes, ResponseInfo info) {
  public AppliedReport {
    watchers = List.copyOf(watchers);
    unheardNodes = List.copyOf(unheardNodes);
  }

  /** Whether enough of them have applied it: a yes that is never a guess. */
  public boolean applied() {
    return outcome == Outcome.APPLIED;
  }

  /** The answer. */
  public enum Outcome {
    /** Enough have applied it. */
    APPLIED,
    /** Not enough have, in time. */
    LAGGING,
    /** One that is needed refused it, and too few are left. */
    REFUSED,
    /** A node could not be asked, so that it can't be told. */
    INCOMPLETE
  }

  /** What a watcher is counted as. */
  public enum State {
    APPLIED,
    LAGGING,
    REFUSED,
    /** No stream of it is open; what it said before does not count. */
    AWAY
  }

  /**
   * A named watcher.
   *
   * @param node where its newest stream is or was; empty when it was never heard of
   * @param incarnation of that stream; 0 when it was never heard of
   * @param applied everything through this revision; 0 when it reported nothing
   * @param refused the earliest revision that it refused and has not overcome; 0: none
   * @param refusal why it refused that one
   * @param connected whether its stream is open
   */
  public record Watcher(
      String name,
      State state,
      String node,
      long incarnation,
      long applied,
      long refused,
      String refusal,
      boolean connected) {}
}

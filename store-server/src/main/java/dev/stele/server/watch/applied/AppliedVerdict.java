// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch.applied;

import java.util.List;

/**
 * How a question stands.
 *
 * @param watchers those that count, in the order of their names
 */
public record AppliedVerdict(Outcome outcome, List<Judged> watchers) {
  public AppliedVerdict {
    watchers = List.copyOf(watchers);
  }

  /** Whether waiting can't make it any other, as far as anyone can tell. */
  public boolean settled() {
    return outcome == Outcome.APPLIED || outcome == Outcome.REFUSED;
  }

  /** The answer. */
  public enum Outcome {
    /** Enough have applied it. */
    APPLIED,
    /** Not enough have. */
    LAGGING,
    /** Too few are left that have not refused it. */
    REFUSED,
    /** A node was not heard, so that it can't be told. */
    INCOMPLETE
  }

  /** A watcher and what it is counted as. */
  public record Judged(Standing standing, State state) {}

  /** What a watcher is counted as. */
  public enum State {
    /** Its stream is open and it has applied the revision. */
    APPLIED,
    /** It refused the revision, or one before it that it has not overcome. */
    REFUSED,
    /** Its stream is open and it has said nothing of the revision yet. */
    LAGGING,
    /** It has no stream, whatever it said before. */
    AWAY
  }
}

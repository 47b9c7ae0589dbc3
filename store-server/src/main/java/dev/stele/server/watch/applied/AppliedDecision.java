// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch.applied;

import dev.stele.server.watch.WatcherName;
import dev.stele.server.watch.applied.AppliedVerdict.Judged;
import dev.stele.server.watch.applied.AppliedVerdict.Outcome;
import dev.stele.server.watch.applied.AppliedVerdict.State;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Decides whether a revision was applied by those who must have. A function of what the nodes said,
 * and of nothing else.
 *
 * <p>A yes is never guessed. While a node is not heard, the newest stream of any name could be
 * there, so the answer is INCOMPLETE whatever the others say. A watcher that is away counts as one
 * that has not applied: nobody knows what it has done since. And where nobody is known, nobody has
 * applied anything.
 */
public final class AppliedDecision {
  private AppliedDecision() {}

  /**
   * The word that counts for each name: that of its newest stream.
   *
   * @param standings what the nodes said of watchers that may count
   * @param others streams that may not; a name whose newest stream is one of them is left out
   */
  public static SortedMap<String, Standing> newest(
      Collection<Standing> standings, Collection<WatcherName> others) {
    SortedMap<String, Standing> newest = new TreeMap<>();
    for (Standing standing : standings) {
      newest.merge(
          standing.name(),
          standing,
          (one, other) -> Standing.BY_NEWNESS.compare(one, other) >= 0 ? one : other);
    }
    for (WatcherName other : others) {
      Standing known = newest.get(other.name());
      if (known != null && known.incarnation() <= other.incarnation()) {
        newest.remove(other.name());
      }
    }
    return newest;
  }

  /**
   * @param newest of each name that is known and may count
   * @param complete whether every node was heard
   */
  public static AppliedVerdict decide(
      AppliedQuestion question, Map<String, Standing> newest, boolean complete) {
    List<Judged> watchers =
        question.expected().isEmpty()
            ? newest.values().stream().map(known -> judged(question, known)).toList()
            : question.expected().stream()
                .map(name -> newest.getOrDefault(name, Standing.unheardOf(name)))
                .map(known -> judged(question, known))
                .toList();
    return new AppliedVerdict(complete ? told(question, watchers) : Outcome.INCOMPLETE, watchers);
  }

  private static Outcome told(AppliedQuestion question, List<Judged> watchers) {
    long needed = needed(question.need(), watchers.size());
    if (count(watchers, State.APPLIED) >= needed) {
      return Outcome.APPLIED;
    }
    long refused = count(watchers, State.REFUSED);
    boolean othersMayCome = question.expected().isEmpty() && question.need() instanceof Need.Count;
    return refused > 0 && watchers.size() - refused < needed && !othersMayCome
        ? Outcome.REFUSED
        : Outcome.LAGGING;
  }

  private static long needed(Need need, int watchers) {
    if (need instanceof Need.Count count) {
      return count.watchers();
    }
    long percent = need instanceof Need.Percent part ? part.percent() : 100;
    return Math.max(1, (watchers * percent + 99) / 100);
  }

  private static long count(List<Judged> watchers, State state) {
    return watchers.stream().filter(watcher -> watcher.state() == state).count();
  }

  private static Judged judged(AppliedQuestion question, Standing standing) {
    return new Judged(standing, state(question.revision(), standing));
  }

  private static State state(long revision, Standing standing) {
    if (!standing.connected()) {
      return State.AWAY;
    }
    if (standing.applied() >= revision) {
      return State.APPLIED;
    }
    return standing.refused() != 0 && standing.refused() <= revision
        ? State.REFUSED
        : State.LAGGING;
  }
}

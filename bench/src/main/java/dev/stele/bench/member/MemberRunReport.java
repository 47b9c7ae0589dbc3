// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.member;

import dev.stele.bench.watch.WatchReport.Spread;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What became of members that said what hardly changed.
 *
 * @param registerSeconds how long it took to register them all
 * @param seconds measured time
 * @param rounds in each of which every member reported once
 * @param lateRounds those that took longer than the second they had
 * @param reports that were answered
 * @param latency of a request with many reports, from before it was sent to its answer
 * @param outcomes of reports, and failures of requests, by name
 * @param lost members whose lease was lost, which none must be
 * @param entries of the log that came meanwhile, whoever wrote them; none must
 * @param revisions that came meanwhile; none must
 */
public record MemberRunReport(
    MemberOptions options,
    double registerSeconds,
    double seconds,
    int rounds,
    int lateRounds,
    long reports,
    Spread latency,
    SortedMap<String, Long> outcomes,
    int lost,
    long entries,
    long revisions) {
  /** Keeps its own map. */
  public MemberRunReport {
    outcomes = Collections.unmodifiableSortedMap(new TreeMap<>(outcomes));
  }

  public double reportsPerSecond() {
    return reports / seconds;
  }

  /** Whether it is as it must be: something was reported, nothing was logged, nobody was lost. */
  public boolean holds() {
    return reports > 0 && entries == 0 && revisions == 0 && lost == 0;
  }
}

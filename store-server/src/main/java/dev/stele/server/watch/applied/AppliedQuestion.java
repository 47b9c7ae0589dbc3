// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch.applied;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Whether a revision was applied.
 *
 * @param revision at least 1
 * @param expected names that count; empty: all that are known
 * @param need of those
 */
public record AppliedQuestion(long revision, SortedSet<String> expected, Need need) {
  /** Names that may be expected. */
  public static final int EXPECTED_MAX = 10_000;

  public AppliedQuestion {
    expected = Collections.unmodifiableSortedSet(new TreeSet<>(expected));
  }
}

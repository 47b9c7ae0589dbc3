// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot.config;

import java.util.Optional;
import java.util.stream.Stream;

/** Finds what somebody probably meant. */
final class Nearest {
  private Nearest() {}

  /** A candidate and its distance from what was written. */
  record Match(String candidate, int distance) {}

  /** The candidate that the fewest edits lead to; the first one of equals. */
  static Optional<Match> of(String written, Stream<String> candidates) {
    return candidates
        .map(candidate -> new Match(candidate, distance(written, candidate)))
        .reduce((best, next) -> next.distance() < best.distance() ? next : best);
  }

  /** Inserted, deleted and replaced characters (Levenshtein; two rows, Wagner and Fischer 1974). */
  static int distance(String from, String to) {
    int[] previous = new int[to.length() + 1];
    int[] current = new int[to.length() + 1];
    for (int column = 0; column <= to.length(); column++) {
      previous[column] = column;
    }
    for (int row = 1; row <= from.length(); row++) {
      current[0] = row;
      for (int column = 1; column <= to.length(); column++) {
        int replaced =
            previous[column - 1] + (from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1);
        int oneMore = Math.min(previous[column], current[column - 1]) + 1;
        current[column] = Math.min(replaced, oneMore);
      }
      int[] swap = previous;
      previous = current;
      current = swap;
    }
    return previous[to.length()];
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import static dev.stele.server.wire.parse.Fields.invalid;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.KeyRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a branch writes: each may be written once. What two deletes could both reach counts
 * as written twice, even if no fact is there.
 */
final class WrittenOnce {
  private final List<Reach> reaches = new ArrayList<>();

  /** One operation writes within {@code range}, which has an end; {@code field} named it. */
  void add(KeyRange range, String field) {
    reaches.add(new Reach(range.from(), range.to().orElseThrow(), field, reaches.size()));
  }

  /** Refuses the later one of two operations that write the same key. */
  void check() {
    List<Reach> byFrom = new ArrayList<>(reaches);
    byFrom.sort(Comparator.comparing(Reach::from));
    @Nullable Reach furthest = null;
    for (Reach reach : byFrom) {
      if (furthest != null && reach.from().compareTo(furthest.to()) < 0) {
        boolean later = reach.order() > furthest.order();
        Reach first = later ? furthest : reach;
        Reach second = later ? reach : furthest;
        throw invalid(
            second.field(),
            "writes what " + first.field() + " wrote; once is allowed in one branch");
      }
      furthest = furthest == null || reach.to().compareTo(furthest.to()) > 0 ? reach : furthest;
    }
  }

  private record Reach(Bytes from, Bytes to, String field, int order) {}
}

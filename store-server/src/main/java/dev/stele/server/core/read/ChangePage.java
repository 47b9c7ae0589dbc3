// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.read;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.view.History;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The changes of one key, newest first, bounded like a page of facts. The last one of all is the
 * put of what stood at the floor; it tells of none before it.
 *
 * @param more whether there are more behind the last of them
 */
public record ChangePage(List<Change> changes, boolean more) {
  /**
   * The first page, which begins with the last change at {@code revision} or before.
   *
   * @param row the key's, at {@code revision} or later
   * @param revision not below {@code floor}
   */
  public static ChangePage first(Row row, History history, long revision, int limit, long floor) {
    return read(Trail.newest(row, history, revision, floor), history, limit, floor);
  }

  /**
   * The page behind one that ended with the change at {@code last}; empty when the floor has passed
   * that meanwhile.
   */
  public static ChangePage behind(Position last, History history, int limit, long floor) {
    if (last.revision() <= floor) {
      return new ChangePage(List.of(), false);
    }
    return read(Trail.before(history.required(last), history, floor), history, limit, floor);
  }

  private static ChangePage read(Optional<Change> from, History history, int limit, long floor) {
    List<Change> changes = new ArrayList<>();
    int most = Math.min(limit, Limits.PAGE_MAX_FACTS);
    long bytes = 0;
    Optional<Change> change = from;
    while (change.isPresent()) {
      long size = sizeBytes(change.get());
      boolean fits = changes.isEmpty() || bytes + size <= Limits.PAGE_MAX_BYTES;
      if (changes.size() == most || !fits) {
        return new ChangePage(List.copyOf(changes), true);
      }
      changes.add(change.get());
      bytes += size;
      change = Trail.before(change.get(), history, floor);
    }
    return new ChangePage(List.copyOf(changes), false);
  }

  private static long sizeBytes(Change change) {
    Bytes body = change instanceof Change.Put put ? put.fact().body() : Bytes.EMPTY;
    return (long) change.key().bytes().length() + body.length();
  }
}

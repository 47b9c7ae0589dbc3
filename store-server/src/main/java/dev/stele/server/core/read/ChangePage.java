// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.read;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.view.History;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The changes of one key, newest first, bounded like a page of facts.
 *
 * @param next where the page behind this one begins; {@link Position#NONE} when there is none
 */
public record ChangePage(List<Change> changes, Position next) {
  /**
   * A page that begins with the change at {@code from}. History ends with what stood at {@code
   * floor}, at a replica that has reclaimed what lies below it and at one that has not.
   */
  public static ChangePage read(History history, Position from, int limit, long floor) {
    List<Change> changes = new ArrayList<>();
    int most = Math.min(limit, Limits.PAGE_MAX_FACTS);
    long bytes = 0;
    Position position = from;
    while (!position.equals(Position.NONE)) {
      Optional<Change> change = history.change(position);
      boolean last = position.revision() <= floor;
      if (change.isEmpty() && !last) {
        throw new IllegalStateException("history has a hole at " + position);
      }
      if (change.isEmpty() || (last && change.get() instanceof Change.Deleted)) {
        return new ChangePage(List.copyOf(changes), Position.NONE);
      }
      long size = sizeBytes(change.get());
      boolean fits = changes.isEmpty() || bytes + size <= Limits.PAGE_MAX_BYTES;
      if (changes.size() == most || !fits) {
        return new ChangePage(List.copyOf(changes), position);
      }
      changes.add(change.get());
      bytes += size;
      position = last ? Position.NONE : change.get().previous();
    }
    return new ChangePage(List.copyOf(changes), Position.NONE);
  }

  private static long sizeBytes(Change change) {
    Bytes body = change instanceof Change.Put put ? put.fact().body() : Bytes.EMPTY;
    return (long) change.key().bytes().length() + body.length();
  }
}

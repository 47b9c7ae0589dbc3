// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.model;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many live facts there are of each kind, and their bytes. Kinds without facts have no entry.
 *
 * @param byKind unmodifiable
 * @param bytes of all keys and bodies
 */
public record Usage(SortedMap<String, Long> byKind, long bytes) {
  public static final Usage NONE = new Usage(Collections.emptySortedMap(), 0);

  /** Takes {@code byKind} over: nobody may write to it afterwards. */
  public Usage {
    byKind = Collections.unmodifiableSortedMap(byKind);
  }

  /** Live facts of {@code kind}. */
  public long facts(String kind) {
    return byKind.getOrDefault(kind, 0L);
  }

  /**
   * With {@code facts} more (or, negative, fewer) of {@code kind}, and {@code moreBytes} more
   * bytes.
   */
  public Usage plus(String kind, long facts, long moreBytes) {
    if (facts == 0) {
      return moreBytes == 0 ? this : new Usage(byKind, bytes + moreBytes);
    }
    SortedMap<String, Long> next = new TreeMap<>(byKind);
    long count = facts(kind) + facts;
    if (count == 0) {
      next.remove(kind);
    } else {
      next.put(kind, count);
    }
    return new Usage(next, bytes + moreBytes);
  }
}

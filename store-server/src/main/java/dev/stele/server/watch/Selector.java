// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import java.util.List;
import java.util.TreeSet;

/**
 * Which keys are watched: those of some kinds, or those of a range.
 *
 * @param kinds sorted, each once; empty: {@code range} says it all
 * @param range every key when {@code kinds} are named
 */
public record Selector(List<String> kinds, KeyRange range) {
  /** Every key. */
  public static final Selector ALL = new Selector(List.of(), KeyRange.ALL);

  public Selector {
    kinds = List.copyOf(new TreeSet<>(kinds));
    if (!kinds.isEmpty() && !range.equals(KeyRange.ALL)) {
      throw new IllegalArgumentException("kinds go without a range");
    }
  }

  public static Selector kinds(List<String> kinds) {
    return new Selector(kinds, KeyRange.ALL);
  }

  public static Selector range(KeyRange range) {
    return new Selector(List.of(), range);
  }

  /** The ranges of keys that it selects; no two of them overlap. */
  public List<KeyRange> ranges() {
    return kinds.isEmpty()
        ? List.of(range)
        : kinds.stream().map(kind -> KeyRange.prefix(Bytes.utf8(kind + "/"))).toList();
  }

  public boolean selects(Key key) {
    return kinds.isEmpty() ? range.contains(key) : kinds.contains(key.kind());
  }
}

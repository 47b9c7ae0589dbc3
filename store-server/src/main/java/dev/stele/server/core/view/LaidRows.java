// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.view;

import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Row;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rows by their keys. Most commands write one row and none scans what it wrote: so the first row
 * costs no map, many cost a hash table's look each, and only who scans brings them in order.
 */
final class LaidRows {
  /** The only row; null when there is none, or {@link #byKey} has it and more. */
  private @Nullable Row only;

  private @Nullable Map<Key, Row> byKey;

  /** The same in order, once somebody scanned. */
  private @Nullable NavigableMap<Key, Row> ordered;

  /** From here on {@code row} stands at its key. */
  void put(Row row) {
    if (ordered != null) {
      ordered.put(row.key(), row);
    }
    if (byKey != null) {
      byKey.put(row.key(), row);
    } else if (only == null || only.key().equals(row.key())) {
      only = row;
    } else {
      byKey = new LinkedHashMap<>();
      byKey.put(only.key(), only);
      byKey.put(row.key(), row);
      only = null;
    }
  }

  /** The row of {@code key}; null when it is not here. */
  @Nullable Row get(Key key) {
    if (byKey != null) {
      return byKey.get(key);
    }
    return only != null && only.key().equals(key) ? only : null;
  }

  /** Those of {@code range}, in order: a view of them, not to be written to. */
  NavigableMap<Key, Row> within(KeyRange range) {
    if (range.isEmpty() || (only == null && byKey == null)) {
      return Collections.emptyNavigableMap();
    }
    // Keys compare by their bytes alone, so bounds need not be valid keys.
    NavigableMap<Key, Row> tail = ordered().tailMap(Key.trusted(range.from()), true);
    return range.to().isPresent() ? tail.headMap(Key.trusted(range.to().get()), false) : tail;
  }

  private NavigableMap<Key, Row> ordered() {
    if (ordered == null) {
      ordered = byKey == null ? new TreeMap<>() : new TreeMap<>(byKey);
      if (only != null) {
        ordered.put(only.key(), only);
      }
    }
    return ordered;
  }
}

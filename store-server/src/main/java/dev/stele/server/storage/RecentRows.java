// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Row;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Rows that commands asked for or wrote lately, bounded in bytes; also that there is none. A
 * command asks for the rows of its keys more than once, and a controller writes the same facts
 * again and again: a row from here costs a tenth of one from RocksDB.
 *
 * <p>For the writing thread only, who tells of all changes: so what is here is what stands.
 */
final class RecentRows {
  /**
   * What an entry takes besides its bytes: map node, key, row, optional, and their array headers,
   * about.
   */
  private static final int ENTRY_OVERHEAD_BYTES = 256;

  private final LinkedHashMap<Key, Optional<Row>> rows = new LinkedHashMap<>(1024, 0.75f, true);
  private final long maxBytes;
  private long bytes;

  RecentRows(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** What stands at {@code key}; asks {@code elsewhere} when that is not known here. */
  Optional<Row> row(Key key, Function<Key, Optional<Row>> elsewhere) {
    Optional<Row> known = rows.get(key);
    if (known != null) {
      return known;
    }
    Optional<Row> found = elsewhere.apply(key);
    put(key, found);
    return found;
  }

  void committed(List<Change> changes) {
    for (Change change : changes) {
      put(change.key(), Optional.of(change.row()));
    }
  }

  private void put(Key key, Optional<Row> row) {
    Optional<Row> before = rows.put(key, row);
    if (before != null) {
      bytes -= sizeBytes(key, before);
    }
    bytes += sizeBytes(key, row);
    Iterator<Map.Entry<Key, Optional<Row>>> eldest = rows.entrySet().iterator();
    while (bytes > maxBytes) {
      Map.Entry<Key, Optional<Row>> entry = eldest.next();
      bytes -= sizeBytes(entry.getKey(), entry.getValue());
      eldest.remove();
    }
  }

  long sizeBytes() {
    return bytes;
  }

  private static long sizeBytes(Key key, Optional<Row> row) {
    long body = row.isPresent() && row.get() instanceof Fact fact ? fact.body().length() : 0;
    return ENTRY_OVERHEAD_BYTES + key.bytes().length() + body;
  }
}

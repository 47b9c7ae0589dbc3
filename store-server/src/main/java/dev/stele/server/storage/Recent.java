// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongBiFunction;

/**
 * Rows that commands asked for or wrote lately, bounded in bytes; also that there is none. A
 * command asks for the rows of its keys more than once, and a controller writes the same facts
 * again and again: a row from here costs a tenth of one from RocksDB.
 *
 * <p>For the writing thread only, who tells of all changes: so what is here is what stands.
 */
final class Recent<K, V> {
  /** What an entry takes besides its bytes: map node, key, row, optional, and array headers. */
  private static final int ENTRY_OVERHEAD_BYTES = 256;

  private final LinkedHashMap<K, Optional<V>> rows = new LinkedHashMap<>(1024, 0.75f, true);
  private final long maxBytes;
  private final ToLongBiFunction<K, Optional<V>> payloadBytes;
  private long bytes;

  /**
   * @param payloadBytes of a key and its row, about
   */
  Recent(long maxBytes, ToLongBiFunction<K, Optional<V>> payloadBytes) {
    this.maxBytes = maxBytes;
    this.payloadBytes = payloadBytes;
  }

  /** What stands at {@code key}; asks {@code elsewhere} when that is not known here. */
  Optional<V> row(K key, Function<K, Optional<V>> elsewhere) {
    Optional<V> known = rows.get(key);
    if (known != null) {
      return known;
    }
    Optional<V> found = elsewhere.apply(key);
    put(key, found);
    return found;
  }

  /** From here on {@code row} stands at {@code key}. */
  void put(K key, Optional<V> row) {
    Optional<V> before = rows.put(key, row);
    if (before != null) {
      bytes -= sizeBytes(key, before);
    }
    bytes += sizeBytes(key, row);
    if (bytes > maxBytes) {
      dropEldest();
    }
  }

  private void dropEldest() {
    Iterator<Map.Entry<K, Optional<V>>> eldest = rows.entrySet().iterator();
    while (bytes > maxBytes) {
      Map.Entry<K, Optional<V>> entry = eldest.next();
      bytes -= sizeBytes(entry.getKey(), entry.getValue());
      eldest.remove();
    }
  }

  long sizeBytes() {
    return bytes;
  }

  private long sizeBytes(K key, Optional<V> row) {
    return ENTRY_OVERHEAD_BYTES + payloadBytes.applyAsLong(key, row);
  }
}

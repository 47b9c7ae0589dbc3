// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one kind that were written since some moment, in memory. One thread writes; any
 * thread reads, as of a stamp that it got after the rows of that stamp were written.
 *
 * <p>Each key has its rows, newest first, each with the stamp of the entry that wrote it; a reader
 * passes over those that are younger than it (as in Reed, "Naming and Synchronization in a
 * Decentralized Computer System", 1978). So neither side ever waits or copies. What no reader can
 * ask for any more is cut off when the key is written again.
 *
 * <p>Nobody needs an order to write, and few to read. So the writer only notes keys that are new
 * here, and whoever wants an order brings them in: a put costs a hash table's look, not a tree's.
 */
final class Layer<K extends Comparable<? super K>, V> {
  private final ConcurrentHashMap<K, Cell<K, V>> cells;
  private final ConcurrentLinkedQueue<Cell<K, V>> unordered = new ConcurrentLinkedQueue<>();
  private final ConcurrentSkipListMap<K, Cell<K, V>> ordered = new ConcurrentSkipListMap<>();

  /**
   * @param expected keys, for which there is room at once
   */
  Layer(int expected) {
    cells = new ConcurrentHashMap<>(expected);
  }

  /**
   * From {@code stamp} on {@code value} stands at {@code key}.
   *
   * @param stamp not below that of any put before
   * @param onlyLatestIsRead nobody reads as of an older stamp than that of the last entry, nor will
   * @return what stood there, null when this layer had nothing
   */
  @Nullable V put(K key, V value, long stamp, boolean onlyLatestIsRead) {
    Cell<K, V> cell = cells.get(key);
    if (cell == null) {
      cell = new Cell<>(key, new Version<>(value, stamp, null));
      cells.put(key, cell);
      unordered.add(cell);
      return null;
    }
    Version<V> head = cell.head;
    // Nobody reads between two puts of one entry.
    Version<V> below = head.stamp == stamp ? head.below : head;
    if (onlyLatestIsRead && below != null) {
      below.below = null;
    }
    cell.head = new Version<>(value, stamp, below);
    return head.value;
  }

  /** What stands at {@code key} as of {@code stamp}; null when that is not in this layer. */
  @Nullable V at(K key, long stamp) {
    Cell<K, V> cell = cells.get(key);
    return cell == null ? null : cell.at(stamp);
  }

  /** All cells in the order of their keys, for reading; some may hold nothing as of a stamp. */
  NavigableMap<K, Cell<K, V>> ordered() {
    if (!unordered.isEmpty()) {
      order();
    }
    return ordered;
  }

  private synchronized void order() {
    for (Cell<K, V> cell = unordered.peek(); cell != null; cell = unordered.peek()) {
      ordered.put(cell.key, cell);
      // Only now, so that whoever finds nothing left to order finds all of it ordered.
      unordered.remove();
    }
  }

  /** All cells in the order of their keys, once nobody writes any more. */
  List<Cell<K, V>> sorted() {
    List<Cell<K, V>> sorted = new ArrayList<>(cells.values());
    sorted.sort(Comparator.comparing(Cell::key));
    return sorted;
  }

  /** How many keys there are. */
  int size() {
    return cells.size();
  }

  boolean isEmpty() {
    return cells.isEmpty();
  }

  /** A key and its rows. */
  static final class Cell<K, V> {
    private final K key;
    private volatile Version<V> head;

    private Cell(K key, Version<V> head) {
      this.key = key;
      this.head = head;
    }

    K key() {
      return key;
    }

    V newest() {
      return head.value;
    }

    /** What stood as of {@code stamp}, null when that is not here. */
    @Nullable V at(long stamp) {
      Version<V> version = head;
      while (version != null && version.stamp > stamp) {
        version = version.below;
      }
      return version == null ? null : version.value;
    }
  }

  /** A row, and those that it took the place of. */
  private static final class Version<V> {
    private final V value;
    private final long stamp;
    private @Nullable Version<V> below;

    Version(V value, long stamp, @Nullable Version<V> below) {
      this.value = value;
      this.stamp = stamp;
      this.below = below;
    }
  }
}

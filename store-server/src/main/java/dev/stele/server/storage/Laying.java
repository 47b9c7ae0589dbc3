// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import java.util.Iterator;
import java.util.NavigableMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lays rows of two layers over those below them, all in the order of their keys; where more than
 * one has a key, the younger stands. Used by one thread.
 */
final class Laying<K extends Comparable<? super K>, V> {
  private final Source<K, V> younger;
  private final Source<K, V> older;
  private final Sink<K, V> sink;
  private boolean wantsMore = true;

  /**
   * @param younger what of the younger layer is asked for
   * @param older what of the older layer is asked for
   * @param stamp as of which both are read
   * @param sink sees each key once
   */
  Laying(
      NavigableMap<K, Layer.Cell<K, V>> younger,
      NavigableMap<K, Layer.Cell<K, V>> older,
      long stamp,
      Sink<K, V> sink) {
    this.younger = new Source<>(younger, stamp);
    this.older = new Source<>(older, stamp);
    this.sink = sink;
  }

  /** The next row below; whether more of them are wanted. */
  boolean below(K key, V value) {
    Source<K, V> next = next();
    while (wantsMore && next != null && next.requireKey().compareTo(key) < 0) {
      show(next);
      next = next();
    }
    if (wantsMore) {
      if (next != null && next.requireKey().compareTo(key) == 0) {
        show(next);
      } else {
        wantsMore = sink.visit(key, value);
      }
    }
    return wantsMore;
  }

  /** There is no more below. */
  void finish() {
    for (Source<K, V> next = next(); wantsMore && next != null; next = next()) {
      show(next);
    }
  }

  /** The source of the next key. */
  private @Nullable Source<K, V> next() {
    if (younger.key == null) {
      return older.key == null ? null : older;
    }
    if (older.key == null) {
      return younger;
    }
    return younger.key.compareTo(older.key) <= 0 ? younger : older;
  }

  private void show(Source<K, V> next) {
    K key = next.requireKey();
    V value = next.requireValue();
    next.advance();
    if (next == younger && older.key != null && older.key.compareTo(key) == 0) {
      older.advance();
    }
    wantsMore = sink.visit(key, value);
  }

  /** Sees rows in the order of their keys. */
  @FunctionalInterface
  interface Sink<K, V> {
    /** Returns whether it wants to see more. */
    boolean visit(K key, V value);
  }

  /** One layer's rows as of a stamp. */
  private static final class Source<K, V> {
    private final Iterator<Layer.Cell<K, V>> cells;
    private final long stamp;
    private @Nullable K key;
    private @Nullable V value;

    Source(NavigableMap<K, Layer.Cell<K, V>> layer, long stamp) {
      this.cells = layer.values().iterator();
      this.stamp = stamp;
      advance();
    }

    void advance() {
      key = null;
      value = null;
      while (value == null && cells.hasNext()) {
        Layer.Cell<K, V> cell = cells.next();
        value = cell.at(stamp);
        key = value == null ? null : cell.key();
      }
    }

    K requireKey() {
      return Objects.requireNonNull(key);
    }

    V requireValue() {
      return Objects.requireNonNull(value);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.janitor;

import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Position;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The drains that are counted, by key, and by when they are to be ended. One thread. */
final class Drains {
  /** Drains that are counted at a time: some 30 MB. */
  static final int MAX = 100_000;

  private static final Comparator<Drain> BY_LOOK =
      (one, other) -> {
        long ahead = one.lookNanos() - other.lookNanos();
        return ahead != 0 ? Long.signum(ahead) : Long.compare(one.sequence(), other.sequence());
      };

  private final NavigableMap<Key, Drain> byKey = new TreeMap<>();
  private final TreeSet<Drain> order = new TreeSet<>(BY_LOOK);
  private long sequence;

  int size() {
    return byKey.size();
  }

  /** Whether another one can be counted. */
  boolean hasRoom() {
    return byKey.size() < MAX;
  }

  /** What is counted of {@code key}. */
  Optional<Drain> find(Key key) {
    return Optional.ofNullable(byKey.get(key));
  }

  /** Whether {@code drain} is still one. */
  boolean contains(Drain drain) {
    return byKey.get(drain.key()) == drain;
  }

  /** Counts one; there must be room, and none of this key. */
  void add(Key key, long epoch, Position since, long dueNanos) {
    Drain drain = new Drain(key, epoch, since, sequence++, dueNanos);
    byKey.put(key, drain);
    order.add(drain);
  }

  void remove(Drain drain) {
    byKey.remove(drain.key(), drain);
    order.remove(drain);
  }

  /** Has {@code drain}, which {@link #pollDue} took out, looked at again. */
  void again(Drain drain, long nanos) {
    drain.retryAt(nanos);
    order.add(drain);
  }

  /** The next one whose time is over; it is given once. */
  Optional<Drain> pollDue(long now) {
    if (order.isEmpty() || order.first().lookNanos() - now > 0) {
      return Optional.empty();
    }
    return Optional.ofNullable(order.pollFirst());
  }

  /** Those behind {@code after}, if it is there, up to and with {@code last}, if that is there. */
  List<Drain> within(Optional<Key> after, Optional<Key> last) {
    NavigableMap<Key, Drain> part = byKey;
    if (after.isPresent()) {
      part = part.tailMap(after.get(), false);
    }
    if (last.isPresent()) {
      part = part.headMap(last.get(), true);
    }
    return new ArrayList<>(part.values());
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.model.LeaseRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The leases that are held, by name, and in the order in which they are to be looked at.
 *
 * <p>A renewal moves a deadline and not the lease's place in that order: a lease is looked at when
 * its deadline at the last look has come, and gets its new place then. So a renewal costs nothing
 * here, and a scan costs as much as what is due at most once a TTL. One thread changes them.
 */
final class HeldLeases {
  private static final Comparator<Held> BY_LOOK =
      (one, other) -> {
        long ahead = one.lookAt() - other.lookAt();
        return ahead != 0 ? Long.signum(ahead) : Long.compare(one.sequence(), other.sequence());
      };

  private final Map<String, Held> byName = new ConcurrentHashMap<>();
  private final TreeSet<Held> order = new TreeSet<>(BY_LOOK);

  /** Who holds {@code name}; any thread. */
  Optional<Held> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The holding that {@code lease} names; any thread. */
  Optional<Held> find(LeaseRef lease) {
    return named(lease.name()).filter(held -> held.lease().token() == lease.token());
  }

  /** Whether {@code held} is still one. */
  boolean contains(Held held) {
    return byName.get(held.lease().name()) == held;
  }

  boolean isHeld(String name) {
    return byName.containsKey(name);
  }

  /** Adds a holding in the place of an earlier one of its name, which {@link #remove} took out. */
  void add(Held held, long lookAt) {
    byName.put(held.lease().name(), held);
    look(held, lookAt);
  }

  void remove(Held held) {
    byName.remove(held.lease().name(), held);
    order.remove(held);
  }

  /** Has {@code held} looked at again; it is not waiting for a look. */
  void look(Held held, long at) {
    held.lookAt(at);
    order.add(held);
  }

  /** Has {@code held} looked at by {@code at}, if it waits for a later look. */
  void lookBy(Held held, long at) {
    if (held.lookAt() - at > 0 && order.remove(held)) {
      look(held, at);
    }
  }

  /** The next one whose look has come; it is looked at once. */
  Optional<Held> pollDue(long now) {
    if (order.isEmpty() || order.first().lookAt() - now > 0) {
      return Optional.empty();
    }
    return Optional.ofNullable(order.pollFirst());
  }

  /** All of them at this moment. */
  List<Held> all() {
    return new ArrayList<>(byName.values());
  }

  /** Any thread. */
  int size() {
    return byName.size();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.lease;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * Leases by the moment at which something is to be done for them: one entry each, so that ten
 * thousand of them need one timer. Not thread-safe.
 */
final class Agenda {
  private final long originNanos;
  private final TreeSet<Held> byTime =
      new TreeSet<>(Comparator.comparingLong(Held::wakeNanos).thenComparingLong(Held::number));

  /**
   * An empty one.
   *
   * @param originNanos moments are kept as distances from it: a monotonic clock may run over
   */
  Agenda(long originNanos) {
    this.originNanos = originNanos;
  }

  /** Has {@code lease} come up at {@code atNanos}, and not when it was to before. */
  void put(Held lease, long atNanos) {
    byTime.remove(lease);
    lease.wakeAt(atNanos - originNanos);
    byTime.add(lease);
  }

  void remove(Held lease) {
    byTime.remove(lease);
  }

  boolean isEmpty() {
    return byTime.isEmpty();
  }

  /** When the first comes up; there must be one. */
  long firstNanos() {
    return byTime.first().wakeNanos() + originNanos;
  }

  /** All that come up by {@code untilNanos}, the first first. They stay on the agenda. */
  List<Held> upTo(long untilNanos) {
    List<Held> found = new ArrayList<>();
    long until = untilNanos - originNanos;
    for (Held lease : byTime) {
      if (lease.wakeNanos() - until > 0) {
        break;
      }
      found.add(lease);
    }
    return found;
  }
}

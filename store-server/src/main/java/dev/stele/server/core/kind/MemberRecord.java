// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.kind;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A node of the controlled world: what a fact of kind {@code member} says. The core understands it,
 * because the end of a lease changes it.
 *
 * @param address {@code host:port}
 * @param incarnation grows each time the member starts anew
 * @param capacity unmodifiable
 * @param labels unmodifiable
 */
public record MemberRecord(
    String address,
    long incarnation,
    SortedMap<String, Long> capacity,
    Health health,
    SortedMap<String, String> labels) {
  public MemberRecord {
    capacity = Collections.unmodifiableSortedMap(new TreeMap<>(capacity));
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }

  /** The same in another life. */
  public MemberRecord withIncarnation(long next) {
    return new MemberRecord(address, next, capacity, health, labels);
  }

  /** The same, lost. */
  public MemberRecord lost() {
    return new MemberRecord(address, incarnation, capacity, Health.LOST, labels);
  }

  /** How a member fares. */
  public enum Health {
    UNKNOWN(0),
    HEALTHY(1),
    DEGRADED(2),
    DRAINING(3),
    LOST(4);

    private final int number;

    Health(int number) {
      this.number = number;
    }

    /** Stands for it in what is stored; never used again for another. */
    public int number() {
      return number;
    }

    /** The one of {@code number}; empty when there is none, or none yet. */
    public static Optional<Health> of(int number) {
      for (Health health : values()) {
        if (health.number == number) {
          return Optional.of(health);
        }
      }
      return Optional.empty();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.kind;

import java.util.Map;
import java.util.Objects;

/**
 * A node of the controlled world.
 *
 * @param address {@code host:port}
 * @param incarnation grows each time the member starts anew; unsigned 64 bits
 * @param capacity for instance {@code cpuMillis}, {@code memoryBytes}, {@code slots}; unsigned 64
 *     bits each
 * @param health as the member, or who watches it, says
 * @param labels for selection by people and controllers
 */
public record Member(
    String address,
    long incarnation,
    Map<String, Long> capacity,
    Health health,
    Map<String, String> labels) {
  public Member {
    Objects.requireNonNull(address, "address");
    capacity = Map.copyOf(capacity);
    Objects.requireNonNull(health, "health");
    labels = Map.copyOf(labels);
  }

  /** A healthy member without capacity or labels. */
  public static Member of(String address, long incarnation) {
    return new Member(address, incarnation, Map.of(), Health.HEALTHY, Map.of());
  }

  /** How a member is; UNKNOWN is what nobody has said yet. */
  public enum Health {
    UNKNOWN,
    HEALTHY,
    DEGRADED,
    DRAINING,
    LOST,
    /** A newer release knows what. It cannot be written. */
    UNRECOGNIZED
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.lease;

import dev.stele.server.core.model.Key;
import java.util.List;

/**
 * What becomes of that which the store keeps beside the facts of leases.
 *
 * @param sides one for each lease
 * @param bindings one for each lease and key
 */
public record LeaseChanges(List<Side> sides, List<Binding> bindings) {
  /** Nothing. */
  public static final LeaseChanges NONE = new LeaseChanges(List.of(), List.of());

  public LeaseChanges {
    sides = List.copyOf(sides);
    bindings = List.copyOf(bindings);
  }

  /** Whether this is {@link #NONE}. */
  public boolean isEmpty() {
    return sides.isEmpty() && bindings.isEmpty();
  }

  /**
   * What stands beside the lease {@code name} from here on.
   *
   * @param after {@link LeaseSide#NONE}: nothing
   */
  public record Side(String name, LeaseSide after) {}

  /**
   * Whether the fact {@code key} is bound to the lease {@code name} from here on. Follows from the
   * facts, and is kept so that those of a lease are found.
   */
  public record Binding(String name, Key key, boolean bound) {}
}

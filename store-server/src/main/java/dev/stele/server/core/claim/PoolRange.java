// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.claim;

import dev.stele.server.core.model.Limits;
import java.util.Optional;
import java.util.OptionalLong;

/** Where the items of a pool come from, in order. */
public sealed interface PoolRange permits ListedItems, NumberRange, AddressRange, SubnetRange {
  /** Items that the range has, at most {@link Limits#RANGE_MAX_ITEMS}; 0 when there is no range. */
  long items();

  /** The item at {@code index}, 0 to {@link #items} - 1: a segment of a key. */
  String item(long index);

  /** Where {@code item} stands; empty when it is none of the range, or not written as it is. */
  OptionalLong index(String item);

  /** What is wrong with it; empty when nothing is. */
  Optional<Violation> violation();

  /**
   * @param field of the range's message in the body of a pool, for instance {@code numbers.last}
   * @param message to be read behind the field's name
   */
  record Violation(String field, String message) {}
}

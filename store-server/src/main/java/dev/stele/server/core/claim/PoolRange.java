// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.claim;

import dev.stele.server.core.model.Limits;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongFunction;

/**
 * Where the items of a pool come from, in order. What it says of items counts only where {@link
 * #violation} has nothing to say.
 */
public sealed interface PoolRange permits ListedItems, NumberRange, AddressRange, SubnetRange {
  /** Items that the range has, at most {@link Limits#RANGE_MAX_ITEMS}; 0 when there is no range. */
  long items();

  /**
   * The item at {@code index}, 0 to {@link #items} - 1: a segment of a key, of at most {@link
   * Limits#RANGE_ITEM_MAX_BYTES} ASCII characters.
   *
   * @throws IndexOutOfBoundsException when there is none
   */
  String item(long index);

  /** Where {@code item} stands; empty when it is none of the range, or not written as it is. */
  OptionalLong index(String item);

  /** What is wrong with it; empty when nothing is. */
  Optional<Violation> violation();

  /** {@code index}, when it is one of {@code items}. */
  static long within(long index, long items) {
    if (index < 0 || index >= items) {
      throw new IndexOutOfBoundsException(index);
    }
    return index;
  }

  /** What is wrong with the bounds of a range, both at least 0. */
  static Optional<Violation> boundsViolation(
      String field, long first, long last, LongFunction<String> text) {
    if (last < first) {
      return Violation.of(
          field, "is %s, before the first, %s".formatted(text.apply(last), text.apply(first)));
    }
    // Not by the count of items: with the greatest bounds there are more than a long can say.
    return last - first >= Limits.RANGE_MAX_ITEMS
        ? Violation.of(
            field,
            "is %s, more than %d items from %s on"
                .formatted(text.apply(last), Limits.RANGE_MAX_ITEMS, text.apply(first)))
        : Optional.empty();
  }

  /** Says that {@code items} are too many. */
  static String tooMany(long items) {
    return "would make %d items, at most %d are allowed".formatted(items, Limits.RANGE_MAX_ITEMS);
  }

  /**
   * @param field of the range's message in the body of a pool, for instance {@code numbers.last}
   * @param message to be read behind the field's name
   */
  record Violation(String field, String message) {
    static Optional<Violation> of(String field, String message) {
      return Optional.of(new Violation(field, message));
    }
  }
}

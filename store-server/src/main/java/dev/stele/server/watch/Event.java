// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A change with what it is encoded as, once somebody wants it. Any thread: two that want it first
 * at the same moment both encode it, and either result does.
 */
final class Event {
  private final Change change;
  private final @Nullable Weight weight;
  private volatile @Nullable Bytes alone;
  private volatile @Nullable Bytes withPrevious;

  /**
   * @param weight told of what is kept; null when the event is for one reader only
   */
  Event(Change change, @Nullable Weight weight) {
    this.change = change;
    this.weight = weight;
  }

  Change change() {
    return change;
  }

  Bytes alone(EventEncoder encoder) {
    Bytes known = alone;
    if (known == null) {
      known = encoder.event(change);
      alone = known;
      count(known);
    }
    return known;
  }

  Bytes withPrevious(EventEncoder encoder, Previous previous) {
    Bytes known = withPrevious;
    if (known == null) {
      known = encoder.event(change, previous.of(change));
      withPrevious = known;
      count(known);
    }
    return known;
  }

  private void count(Bytes kept) {
    if (weight != null) {
      weight.add(kept.length());
    }
  }

  /** Finds what stood before a change. */
  @FunctionalInterface
  interface Previous {
    Optional<Fact> of(Change change);
  }
}

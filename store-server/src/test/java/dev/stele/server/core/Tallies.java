// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core;

import dev.stele.server.core.claim.PoolTally;
import dev.stele.server.core.model.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** All that a tally says of the claims of {@link Commands}, to be compared. */
public record Tallies(
    String range,
    List<Key> idle,
    List<Key> unlisted,
    List<Optional<Key>> behindEach,
    long claims,
    long owned,
    List<Long> ownedBy) {
  private static final List<String> OWNERS = List.of("a", "b", "o", "");

  /** What {@code tally} says. */
  public static Tallies of(PoolTally tally) {
    List<Optional<Key>> behindEach = new ArrayList<>();
    for (Key key : Commands.POOL_CLAIMS) {
      behindEach.add(tally.nextIdle(Optional.of(key)));
      behindEach.add(tally.nextUnlisted(Optional.of(key)));
    }
    return new Tallies(
        tally.range().toString(),
        all(tally::nextIdle),
        all(tally::nextUnlisted),
        behindEach,
        tally.claims(),
        tally.owned(),
        OWNERS.stream().map(tally::ownedBy).toList());
  }

  private static List<Key> all(UnaryOperator<Optional<Key>> next) {
    List<Key> all = new ArrayList<>();
    Optional<Key> key = next.apply(Optional.empty());
    while (key.isPresent()) {
      all.add(key.get());
      key = next.apply(key);
    }
    return all;
  }
}

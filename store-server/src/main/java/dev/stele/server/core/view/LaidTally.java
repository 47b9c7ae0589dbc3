// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.view;

import dev.stele.server.core.claim.ItemOrder;
import dev.stele.server.core.claim.PoolRange;
import dev.stele.server.core.claim.PoolTally;
import dev.stele.server.core.claim.Pools;
import dev.stele.server.core.kind.ClaimRecord;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Row;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * What the claims of one pool come to with changes laid over a tally that stays as it is. As many
 * claims as are laid cost anything, however many there are below: who takes one after the other in
 * one entry goes over each of them once.
 */
final class LaidTally implements PoolTally {
  private final PoolTally base;
  private final Set<Key> covered = new LinkedHashSet<>();
  private final LaidKeys idle;
  private final LaidKeys unlisted;
  private final SortedMap<String, Long> ownedMore = new TreeMap<>();
  private long claimsMore;
  private long allOwnedMore;

  LaidTally(PoolTally base) {
    this.base = base;
    Comparator<Key> order = ItemOrder.of(base.range());
    idle = new LaidKeys(order, base::nextIdle);
    unlisted = new LaidKeys(order, base::nextUnlisted);
  }

  /** Lays {@code after}, of a claim of the pool, over what stood at its key before. */
  void lay(Optional<Row> before, Row after) {
    Key key = after.key();
    covered.add(key);
    before.flatMap(LaidTally::claim).ifPresent(claim -> count(claim, -1));
    Optional<ClaimRecord> claim = claim(after);
    claim.ifPresent(now -> count(now, 1));
    idle.set(key, claim.isPresent() && claim.get().state() == ClaimRecord.State.IDLE);
    unlisted.set(key, claim.isEmpty() && base.range().index(Pools.itemOf(key)).isPresent());
  }

  private static Optional<ClaimRecord> claim(Row row) {
    return row instanceof Fact fact ? Optional.of(Pools.claim(fact)) : Optional.empty();
  }

  private void count(ClaimRecord claim, long more) {
    claimsMore += more;
    if (claim.isOwned()) {
      allOwnedMore += more;
      ownedMore.merge(claim.owner(), more, Long::sum);
    }
  }

  @Override
  public PoolRange range() {
    return base.range();
  }

  @Override
  public Optional<Key> nextIdle(Optional<Key> after) {
    return idle.next(after);
  }

  @Override
  public Optional<Key> nextUnlisted(Optional<Key> after) {
    return unlisted.next(after);
  }

  @Override
  public long claims() {
    return base.claims() + claimsMore;
  }

  @Override
  public long owned() {
    return base.owned() + allOwnedMore;
  }

  @Override
  public long ownedBy(String owner) {
    return base.ownedBy(owner) + ownedMore.getOrDefault(owner, 0L);
  }

  /** Keys that the base has in order, with those that are covered as they are laid. */
  private final class LaidKeys {
    private final Comparator<Key> order;
    private final UnaryOperator<Optional<Key>> below;
    private final NavigableSet<Key> laid;

    /**
     * All of the base's keys up to this one, but for itself, are covered, and stay so: nobody has
     * to go over them again. Counts once somebody has asked.
     */
    private Optional<Key> first = Optional.empty();

    private boolean asked;

    LaidKeys(Comparator<Key> order, UnaryOperator<Optional<Key>> below) {
      this.order = order;
      this.below = below;
      laid = new TreeSet<>(order);
    }

    void set(Key key, boolean isOne) {
      if (isOne) {
        laid.add(key);
      } else {
        laid.remove(key);
      }
    }

    Optional<Key> next(Optional<Key> after) {
      Optional<Key> uncovered = uncovered(after);
      Key own = after.isPresent() ? laid.higher(after.get()) : laid.isEmpty() ? null : laid.first();
      if (own == null || (uncovered.isPresent() && order.compare(uncovered.get(), own) < 0)) {
        return uncovered;
      }
      return Optional.of(own);
    }

    private Optional<Key> uncovered(Optional<Key> after) {
      first = skip(asked ? first : below.apply(Optional.empty()));
      asked = true;
      if (first.isEmpty() || after.isEmpty() || order.compare(after.get(), first.get()) < 0) {
        return first;
      }
      return skip(below.apply(after));
    }

    private Optional<Key> skip(Optional<Key> from) {
      Optional<Key> key = from;
      while (key.isPresent() && covered.contains(key.get())) {
        key = below.apply(key);
      }
      return key;
    }
  }
}

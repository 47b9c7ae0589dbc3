// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.claim;

import dev.stele.server.core.kind.ClaimRecord;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.view.View;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A tally that knows each claim of its pool, and so needs to be told of changes only, not of what
 * stood before them. About 150 bytes a claim, 190 while it is idle. Used by one thread.
 */
public final class KeptTally implements PoolTally {
  /** Stand for owners where there is none. */
  private static final Owner IDLE = new Owner();

  private static final Owner RETIRED = new Owner();

  private final String pool;
  private final PoolRange range;
  private final Map<Key, Owner> claims = new LinkedHashMap<>();
  private final Map<String, Owner> owners = new TreeMap<>();
  private final NavigableSet<Key> idle;

  /** Where items of the range have claims. */
  private final BitSet listed = new BitSet();

  private long owned;

  /** Of a pool without a claim. */
  public KeptTally(String pool, PoolRange range) {
    this.pool = pool;
    this.range = range;
    idle = new TreeSet<>(ItemOrder.of(range));
  }

  /** What the claims of {@code pool} come to in {@code view}: goes over all of them. */
  public static KeptTally of(View view, String pool) {
    KeptTally tally = new KeptTally(pool, Pools.range(view, pool));
    view.scan(
        Pools.claims(pool),
        row -> {
          if (Pools.poolOf(row.key()).equals(Optional.of(pool))) {
            tally.set(row);
          }
          return true;
        });
    return tally;
  }

  /** From here on {@code row} stands at its key, which is that of a claim of the pool. */
  public void set(Row row) {
    Key key = row.key();
    Owner before = claims.get(key);
    if (before != null) {
      leave(before, key);
    }
    if (row instanceof Fact fact) {
      join(Pools.claim(fact), key, before == null);
    } else if (claims.remove(key) != null) {
      index(key).ifPresent(index -> listed.clear((int) index));
    }
  }

  private void leave(Owner before, Key key) {
    if (before == IDLE) {
      idle.remove(key);
    } else if (before != RETIRED) {
      owned--;
      before.claims--;
      if (before.claims == 0) {
        owners.remove(before.name);
      }
    }
  }

  private void join(ClaimRecord claim, Key key, boolean isNew) {
    Owner after =
        switch (claim.state()) {
          case IDLE -> IDLE;
          case RETIRED -> RETIRED;
          case OWNED, DRAINING -> owners.computeIfAbsent(claim.owner(), name -> new Owner(name));
        };
    claims.put(key, after);
    if (after == IDLE) {
      idle.add(key);
    } else if (after != RETIRED) {
      owned++;
      after.claims++;
    }
    if (isNew) {
      index(key).ifPresent(index -> listed.set((int) index));
    }
  }

  private OptionalLong index(Key key) {
    return range.index(Pools.itemOf(key));
  }

  @Override
  public PoolRange range() {
    return range;
  }

  @Override
  public Optional<Key> nextIdle(Optional<Key> after) {
    if (after.isPresent()) {
      return Optional.ofNullable(idle.higher(after.get()));
    }
    return idle.isEmpty() ? Optional.empty() : Optional.of(idle.first());
  }

  @Override
  public Optional<Key> nextUnlisted(Optional<Key> after) {
    int from = after.isPresent() ? (int) index(after.get()).orElse(range.items()) + 1 : 0;
    int next = listed.nextClearBit(from);
    return next < range.items()
        ? Optional.of(Pools.claim(pool, range.item(next)))
        : Optional.empty();
  }

  @Override
  public long claims() {
    return claims.size();
  }

  @Override
  public long owned() {
    return owned;
  }

  @Override
  public long ownedBy(String owner) {
    Owner known = owners.get(owner);
    return known == null ? 0 : known.claims;
  }

  /** Whoever owns claims, and how many. */
  private static final class Owner {
    private final String name;
    private long claims;

    Owner() {
      this("");
    }

    Owner(String name) {
      this.name = name;
    }
  }
}

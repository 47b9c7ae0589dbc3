// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.view;

import dev.stele.server.core.claim.KeptTally;
import dev.stele.server.core.claim.PoolRange;
import dev.stele.server.core.claim.PoolTally;
import dev.stele.server.core.claim.Pools;
import dev.stele.server.core.lease.LeaseChanges;
import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.session.SessionChange;
import dev.stele.server.core.session.SessionId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** A view with changes laid over another one that stays as it is. Used by one thread. */
public final class Overlay implements View {
  private final View base;

  private final LaidRows rows = new LaidRows();

  // Each command has an overlay of its own, and most touch one row: maps are made when needed.
  private Map<SessionId, SessionChange> sessions = Collections.emptyMap();
  private SortedMap<String, LeaseSide> sides = Collections.emptySortedMap();

  /** By lease: whether a key is bound to it. */
  private SortedMap<String, SortedMap<Key, Boolean>> bindings = Collections.emptySortedMap();

  /** By pool, those that somebody asked for. */
  private Map<String, LaidTally> tallies = Collections.emptyMap();

  private StoreMeta meta;

  public Overlay(View base) {
    this.base = base;
    this.meta = base.meta();
  }

  /** Lays the row that {@code change} leaves over what was there. */
  public void lay(Change change) {
    // All puts come by here: who asked for no pool pays for none.
    if (!tallies.isEmpty()) {
      tally(change.row());
    }
    rows.put(change.row());
  }

  /** Has the tallies follow {@code row}, which is about to stand. */
  private void tally(Row row) {
    Key key = row.key();
    if (key.kind().equals(KindNames.CLAIM)) {
      Optional<LaidTally> tally = Pools.poolOf(key).map(tallies::get);
      tally.ifPresent(known -> known.lay(row(key), row));
    } else if (key.kind().equals(KindNames.POOL)) {
      LaidTally tally = tallies.get(key.name());
      if (tally != null && !tally.range().equals(Pools.range(row))) {
        tallies.remove(key.name());
      }
    }
  }

  /** Lays a decided command over what was there. */
  public void lay(
      List<Change> changes,
      List<SessionChange> sessionChanges,
      LeaseChanges leases,
      StoreMeta newMeta) {
    // By index: these lists have one element or none, for each command of each entry.
    for (int i = 0; i < changes.size(); i++) {
      lay(changes.get(i));
    }
    for (int i = 0; i < sessionChanges.size(); i++) {
      lay(sessionChanges.get(i));
    }
    if (!leases.isEmpty()) {
      leases.sides().forEach(this::lay);
      leases.bindings().forEach(this::lay);
    }
    meta = newMeta;
  }

  private void lay(SessionChange change) {
    if (sessions.isEmpty()) {
      sessions = new LinkedHashMap<>();
    }
    sessions.put(change.id(), change);
  }

  /** Lays what stands beside a lease over what was there. */
  public void lay(LeaseChanges.Side side) {
    if (sides.isEmpty()) {
      sides = new TreeMap<>();
    }
    sides.put(side.name(), side.after());
  }

  /** Lays a binding, or its end, over what was there. */
  public void lay(LeaseChanges.Binding binding) {
    if (bindings.isEmpty()) {
      bindings = new TreeMap<>();
    }
    bindings
        .computeIfAbsent(binding.name(), name -> new TreeMap<>())
        .put(binding.key(), binding.bound());
  }

  /** What was laid over the base beside the facts of leases, in order. */
  public LeaseChanges leaseChanges() {
    if (sides.isEmpty() && bindings.isEmpty()) {
      return LeaseChanges.NONE;
    }
    List<LeaseChanges.Side> laidSides = new ArrayList<>();
    sides.forEach((name, after) -> laidSides.add(new LeaseChanges.Side(name, after)));
    List<LeaseChanges.Binding> laidBindings = new ArrayList<>();
    bindings.forEach(
        (name, keys) ->
            keys.forEach(
                (key, bound) -> laidBindings.add(new LeaseChanges.Binding(name, key, bound))));
    return new LeaseChanges(laidSides, laidBindings);
  }

  /**
   * What the sessions that were laid over the base are now, one row each, in the order in which
   * they were first laid.
   */
  public List<SessionChange> sessionChanges() {
    return new ArrayList<>(sessions.values());
  }

  /** Whether this overlay, not its base, holds the row of {@code key}. */
  public boolean covers(Key key) {
    return rows.get(key) != null;
  }

  public void setMeta(StoreMeta newMeta) {
    meta = newMeta;
  }

  @Override
  public StoreMeta meta() {
    return meta;
  }

  @Override
  public Optional<Row> row(Key key) {
    Row laid = rows.get(key);
    return laid != null ? Optional.of(laid) : base.row(key);
  }

  @Override
  public Optional<Session> session(SessionId id) {
    SessionChange laid = sessions.get(id);
    return laid != null ? laid.after() : base.session(id);
  }

  @Override
  public LeaseSide leaseSide(String name) {
    LeaseSide laid = sides.get(name);
    return laid != null ? laid : base.leaseSide(name);
  }

  @Override
  public void scanBound(String name, Consumer<Key> visitor) {
    SortedMap<Key, Boolean> laid = bindings.get(name);
    if (laid == null) {
      base.scanBound(name, visitor);
      return;
    }
    NavigableSet<Key> keys = new TreeSet<>();
    base.scanBound(name, keys::add);
    laid.forEach(
        (key, bound) -> {
          if (bound) {
            keys.add(key);
          } else {
            keys.remove(key);
          }
        });
    keys.forEach(visitor);
  }

  @Override
  public PoolTally pool(String pool) {
    LaidTally known = tallies.get(pool);
    if (known != null) {
      return known;
    }
    if (tallies.isEmpty()) {
      tallies = new TreeMap<>();
    }
    LaidTally tally = newTally(pool);
    tallies.put(pool, tally);
    return tally;
  }

  private LaidTally newTally(String pool) {
    PoolTally below = base.pool(pool);
    PoolRange range = Pools.range(this, pool);
    if (below.range().equals(range)) {
      LaidTally tally = new LaidTally(below);
      rows.within(Pools.claims(pool)).forEach((key, row) -> lay(tally, pool, base.row(key), row));
      return tally;
    }
    // Ranges change while there are no claims, so what there is was mostly laid here.
    LaidTally tally = new LaidTally(new KeptTally(pool, range));
    scan(
        Pools.claims(pool),
        row -> {
          lay(tally, pool, Optional.empty(), row);
          return true;
        });
    return tally;
  }

  private static void lay(LaidTally tally, String pool, Optional<Row> before, Row row) {
    if (Pools.poolOf(row.key()).equals(Optional.of(pool))) {
      tally.lay(before, row);
    }
  }

  @Override
  public void scan(KeyRange range, RowVisitor visitor) {
    NavigableMap<Key, Row> laid = rows.within(range);
    if (laid.isEmpty()) {
      base.scan(range, visitor);
      return;
    }
    Merge merge = new Merge(new TreeMap<>(laid), visitor);
    base.scan(range, merge);
    merge.finish();
  }

  /**
   * Merges the base's rows with those laid over them; where both have a key, the laid one stands.
   */
  private static final class Merge implements RowVisitor {
    private final NavigableMap<Key, Row> laid;
    private final RowVisitor visitor;
    private boolean wantsMore = true;

    Merge(NavigableMap<Key, Row> laid, RowVisitor visitor) {
      this.laid = laid;
      this.visitor = visitor;
    }

    @Override
    public boolean visit(Row row) {
      while (wantsMore && !laid.isEmpty() && laid.firstKey().compareTo(row.key()) < 0) {
        wantsMore = visitor.visit(laid.pollFirstEntry().getValue());
      }
      if (wantsMore) {
        Row covering = laid.remove(row.key());
        wantsMore = visitor.visit(covering != null ? covering : row);
      }
      return wantsMore;
    }

    void finish() {
      while (wantsMore && !laid.isEmpty()) {
        wantsMore = visitor.visit(laid.pollFirstEntry().getValue());
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.lease.LeaseChanges;
import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.model.Slack;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.session.SessionChange;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.view.View;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.StateStore;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/**
 * The state in maps: the twin that {@code RocksStateStore} is compared with, and a store without a
 * disk for other tests.
 *
 * <p>Rows are copied on the first write after someone took them; history only grows but for
 * reclaiming, which leaves the old one to the states that have it, so states share it and look no
 * further than their own revision. What may go of history goes at once: nobody may miss it. {@link
 * #crash} shows what a lost process leaves behind.
 */
public final class MapStateStore implements StateStore {
  private State current;
  private State durable;
  private boolean rowsAreShared = true;
  private int openSnapshots;
  private boolean closed;

  /** An empty store. */
  public MapStateStore() {
    this(
        new State(
            LogPosition.NONE,
            StoreMeta.EMPTY,
            new TreeMap<>(),
            new TreeMap<>(),
            new TreeMap<>(),
            new TreeMap<>(),
            new ConcurrentSkipListMap<>(),
            Position.NONE));
  }

  private MapStateStore(State state) {
    this.current = state;
    this.durable = state;
  }

  /**
   * Ends this store as a killed process would, open snapshots or not.
   *
   * @return a store that holds what was durable
   */
  public synchronized MapStateStore crash() {
    requireOpen();
    closed = true;
    notifyAll();
    NavigableMap<Position, Change> history =
        durable.history().headMap(Position.endOf(durable.meta().revision()), true);
    return new MapStateStore(durable.withHistory(new ConcurrentSkipListMap<>(history)));
  }

  @Override
  public synchronized View latest() {
    requireOpen();
    return new LatestView();
  }

  @Override
  public synchronized Snapshot snapshot() {
    requireOpen();
    rowsAreShared = true;
    openSnapshots++;
    return new MapSnapshot(current);
  }

  @Override
  public synchronized StoreMeta meta() {
    requireOpen();
    return current.meta();
  }

  @Override
  public synchronized LogPosition applied() {
    requireOpen();
    return current.applied();
  }

  @Override
  public synchronized LogPosition durable() {
    requireOpen();
    return durable.applied();
  }

  @Override
  public synchronized void commit(LogPosition entry, Effects effects) {
    requireOpen();
    LogPosition applied = current.applied();
    if (entry.index() <= applied.index() || entry.term() < applied.term()) {
      throw new IllegalArgumentException(entry + " is not beyond " + applied);
    }
    NavigableMap<Key, Row> rows = current.rows();
    NavigableMap<SessionId, Session> sessions = current.sessions();
    NavigableMap<String, LeaseSide> sides = current.sides();
    NavigableMap<String, NavigableSet<Key>> bound = current.bound();
    boolean writes =
        !(effects.changes().isEmpty()
            && effects.sessions().isEmpty()
            && effects.leases().isEmpty());
    if (rowsAreShared && writes) {
      rows = new TreeMap<>(rows);
      sessions = new TreeMap<>(sessions);
      sides = new TreeMap<>(sides);
      bound = copy(bound);
      rowsAreShared = false;
    }
    for (Change change : effects.changes()) {
      rows.put(change.key(), change.row());
      current.history().put(change.at(), change);
    }
    for (SessionChange change : effects.sessions()) {
      if (change.after().isPresent()) {
        sessions.put(change.id(), change.after().get());
      } else {
        sessions.remove(change.id());
      }
    }
    for (LeaseChanges.Side side : effects.leases().sides()) {
      if (side.after().equals(LeaseSide.NONE)) {
        sides.remove(side.name());
      } else {
        sides.put(side.name(), side.after());
      }
    }
    for (LeaseChanges.Binding binding : effects.leases().bindings()) {
      NavigableSet<Key> keys = bound.computeIfAbsent(binding.name(), name -> new TreeSet<>());
      if (binding.bound()) {
        keys.add(binding.key());
      } else {
        keys.remove(binding.key());
      }
    }
    current =
        new State(
            entry,
            effects.meta(),
            rows,
            sessions,
            sides,
            bound,
            current.history(),
            current.reclaimed());
  }

  private static NavigableMap<String, NavigableSet<Key>> copy(
      NavigableMap<String, NavigableSet<Key>> bound) {
    NavigableMap<String, NavigableSet<Key>> copy = new TreeMap<>();
    bound.forEach((name, keys) -> copy.put(name, new TreeSet<>(keys)));
    return copy;
  }

  @Override
  public synchronized LogPosition flush() {
    requireOpen();
    rowsAreShared = true;
    durable = current;
    return durable.applied();
  }

  @Override
  public synchronized boolean reclaim(long through, int maxDeletes) {
    requireOpen();
    if (through > current.meta().floor() || maxDeletes < 1) {
      throw new IllegalArgumentException(through + " or " + maxDeletes);
    }
    if (current.reclaimed().compareTo(Position.endOf(through)) >= 0) {
      return false;
    }
    List<Change.Deleted> next =
        current.history().tailMap(current.reclaimed(), false).values().stream()
            .takeWhile(change -> change.at().revision() <= through)
            .filter(Change.Deleted.class::isInstance)
            .map(Change.Deleted.class::cast)
            .limit(maxDeletes)
            .toList();
    NavigableMap<Key, Row> rows = new TreeMap<>(current.rows());
    next.forEach(deleted -> rows.remove(deleted.key(), deleted.row()));
    boolean more = next.size() == maxDeletes;
    Position reclaimed = more ? next.get(maxDeletes - 1).at() : Position.endOf(through);
    Position unneeded = Position.behind(Slack.unneeded(reclaimed.revision()));
    rowsAreShared = false;
    current =
        new State(
            current.applied(),
            current.meta(),
            rows,
            new TreeMap<>(current.sessions()),
            new TreeMap<>(current.sides()),
            copy(current.bound()),
            new ConcurrentSkipListMap<>(current.history().tailMap(unneeded, true)),
            reclaimed);
    return more;
  }

  @Override
  public synchronized long reclaimed() {
    requireOpen();
    return current.reclaimed().revision();
  }

  @Override
  public synchronized long sizeBytes() {
    requireOpen();
    return current.meta().usage().bytes();
  }

  @Override
  public synchronized void close() {
    closed = true;
    boolean interrupted = false;
    while (openSnapshots > 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
  }

  private synchronized State current() {
    requireOpen();
    return current;
  }

  private synchronized void snapshotClosed() {
    openSnapshots--;
    notifyAll();
  }

  /** What stands after an entry. Nobody writes to its maps once they are shared. */
  private record State(
      LogPosition applied,
      StoreMeta meta,
      NavigableMap<Key, Row> rows,
      NavigableMap<SessionId, Session> sessions,
      NavigableMap<String, LeaseSide> sides,
      NavigableMap<String, NavigableSet<Key>> bound,
      NavigableMap<Position, Change> history,
      Position reclaimed) {
    State withHistory(NavigableMap<Position, Change> other) {
      return new State(applied, meta, rows, sessions, sides, bound, other, reclaimed);
    }

    LeaseSide leaseSide(String name) {
      return sides.getOrDefault(name, LeaseSide.NONE);
    }

    void scanBound(String name, Consumer<Key> visitor) {
      bound.getOrDefault(name, Collections.emptyNavigableSet()).forEach(visitor);
    }

    void scan(KeyRange range, View.RowVisitor visitor) {
      if (range.isEmpty()) {
        return;
      }
      NavigableMap<Key, Row> tail = rows.tailMap(Key.trusted(range.from()), true);
      NavigableMap<Key, Row> within =
          range.to().isPresent() ? tail.headMap(Key.trusted(range.to().get()), false) : tail;
      for (Row row : within.values()) {
        if (!visitor.visit(row)) {
          return;
        }
      }
    }
  }

  private final class LatestView implements View {
    @Override
    public StoreMeta meta() {
      return current().meta();
    }

    @Override
    public Optional<Row> row(Key key) {
      return Optional.ofNullable(current().rows().get(key));
    }

    @Override
    public Optional<Session> session(SessionId id) {
      return Optional.ofNullable(current().sessions().get(id));
    }

    @Override
    public LeaseSide leaseSide(String name) {
      return current().leaseSide(name);
    }

    @Override
    public void scanBound(String name, Consumer<Key> visitor) {
      current().scanBound(name, visitor);
    }

    @Override
    public void scan(KeyRange range, RowVisitor visitor) {
      current().scan(range, visitor);
    }
  }

  private final class MapSnapshot implements Snapshot {
    private final State state;
    private boolean released;

    MapSnapshot(State state) {
      this.state = state;
    }

    private synchronized State state() {
      if (released) {
        throw new IllegalStateException("the snapshot is closed");
      }
      return state;
    }

    @Override
    public LogPosition applied() {
      return state().applied();
    }

    @Override
    public StoreMeta meta() {
      return state().meta();
    }

    @Override
    public long reclaimed() {
      return state().reclaimed().revision();
    }

    @Override
    public Optional<Row> row(Key key) {
      return Optional.ofNullable(state().rows().get(key));
    }

    @Override
    public Optional<Session> session(SessionId id) {
      return Optional.ofNullable(state().sessions().get(id));
    }

    @Override
    public LeaseSide leaseSide(String name) {
      return state().leaseSide(name);
    }

    @Override
    public void scanBound(String name, Consumer<Key> visitor) {
      state().scanBound(name, visitor);
    }

    @Override
    public List<Session> sessions(Optional<SessionId> after, int limit) {
      NavigableMap<SessionId, Session> sessions = state().sessions();
      return after.map(id -> sessions.tailMap(id, false)).orElse(sessions).values().stream()
          .limit(limit)
          .toList();
    }

    @Override
    public void scan(KeyRange range, RowVisitor visitor) {
      state().scan(range, visitor);
    }

    @Override
    public Optional<Change> change(Position position) {
      return position.revision() > state().meta().revision()
          ? Optional.empty()
          : Optional.ofNullable(state().history().get(position));
    }

    @Override
    public void scanChanges(Position from, ChangeVisitor visitor) {
      Position end = Position.endOf(state().meta().revision());
      Position kept = Position.behind(state().reclaimed().revision());
      Position first = from.compareTo(kept) < 0 ? kept : from;
      for (Change change : state().history().tailMap(first, true).values()) {
        if (change.at().compareTo(end) > 0 || !visitor.visit(change)) {
          return;
        }
      }
    }

    @Override
    public void close() {
      synchronized (this) {
        if (released) {
          return;
        }
        released = true;
      }
      snapshotClosed();
    }
  }
}

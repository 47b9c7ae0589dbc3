// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.session.Session;
import dev.stele.server.core.session.SessionChange;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.view.View;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.StateStore;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The state in maps: the twin that {@code RocksStateStore} is compared with, and a store without a
 * disk for other tests.
 *
 * <p>Rows are copied on the first write after someone took them; history only grows, so all states
 * share it and look no further than their own revision. {@link #crash} shows what a lost process
 * leaves behind.
 */
public final class MapStateStore implements StateStore {
  private final NavigableMap<Position, Change> history;
  private State current;
  private State durable;
  private boolean rowsAreShared = true;
  private int openSnapshots;
  private boolean closed;

  /** An empty store. */
  public MapStateStore() {
    this(
        new State(LogPosition.NONE, StoreMeta.EMPTY, new TreeMap<>(), new TreeMap<>()),
        new TreeMap<>());
  }

  private MapStateStore(State state, NavigableMap<Position, Change> history) {
    this.current = state;
    this.durable = state;
    this.history = new ConcurrentSkipListMap<>(history);
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
    return new MapStateStore(durable, history.headMap(endOf(durable.meta().revision()), true));
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
    if (rowsAreShared && !(effects.changes().isEmpty() && effects.sessions().isEmpty())) {
      rows = new TreeMap<>(rows);
      sessions = new TreeMap<>(sessions);
      rowsAreShared = false;
    }
    for (Change change : effects.changes()) {
      rows.put(change.key(), change.row());
      history.put(change.at(), change);
    }
    for (SessionChange change : effects.sessions()) {
      if (change.after().isPresent()) {
        sessions.put(change.id(), change.after().get());
      } else {
        sessions.remove(change.id());
      }
    }
    current = new State(entry, effects.meta(), rows, sessions);
  }

  @Override
  public synchronized LogPosition flush() {
    requireOpen();
    rowsAreShared = true;
    durable = current;
    return durable.applied();
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

  private static Position endOf(long revision) {
    return new Position(revision, Integer.MAX_VALUE);
  }

  /** What stands after an entry. Nobody writes to its maps once they are shared. */
  private record State(
      LogPosition applied,
      StoreMeta meta,
      NavigableMap<Key, Row> rows,
      NavigableMap<SessionId, Session> sessions) {
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
      state();
      return 0;
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
          : Optional.ofNullable(history.get(position));
    }

    @Override
    public void scanChanges(Position from, ChangeVisitor visitor) {
      Position end = endOf(state().meta().revision());
      for (Change change : history.tailMap(from, true).values()) {
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

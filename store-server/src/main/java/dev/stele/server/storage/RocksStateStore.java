// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
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
import dev.stele.server.port.StoreFault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The state in RocksDB: one atomic batch for each entry, no write-ahead log (the Raft log is that),
 * and flushes of all families together.
 *
 * <p>Readers never wait for the writing thread: it pins a snapshot behind each entry, and they
 * share the last one.
 */
public final class RocksStateStore implements StateStore {
  private static final String NAME = "the store";

  private final Database database;
  private final EntryBatch batch;
  private final Recent<Key, Row> recentRows;
  private final Recent<SessionId, Session> recentSessions;
  private final View latest = new LatestView();
  private final CountDownLatch unused = new CountDownLatch(1);

  /** Calls under way and snapshots that are open. */
  private final Uses uses = new Uses(unused::countDown);

  private final Object flushing = new Object();

  /** Held while rows are written and the snapshot of them is pinned. */
  private final ReentrantLock writing = new ReentrantLock();

  private final Reclaiming reclaiming;
  private final Object closing = new Object();
  private boolean released;
  private volatile Pinned current;
  private volatile LogPosition durable;
  private volatile CommitObserver observer = CommitObserver.NONE;
  private volatile Runnable floorListener = () -> {};

  private RocksStateStore(
      Database database,
      StorageSettings settings,
      MetaCodec.Standing standing,
      Position reclaimed) {
    this.database = database;
    recentRows = new Recent<>(settings.rowCacheBytes(), RocksStateStore::rowBytes);
    recentSessions = new Recent<>(settings.rowCacheBytes(), RocksStateStore::sessionBytes);
    batch = new EntryBatch(database::id);
    reclaiming = new Reclaiming(database);
    current = new Pinned(database, standing.applied(), standing.meta(), reclaimed);
    durable = standing.applied();
  }

  /**
   * Opens what {@code directory} holds, or an empty store there. What is applied is then what is
   * durable.
   *
   * @throws StoreFault when it can't be used: damaged, of a newer format, or held by another
   *     process
   */
  public static RocksStateStore open(Path directory, StorageSettings settings) {
    Database database = Database.open(directory, settings);
    try {
      return new RocksStateStore(
          database, settings, MetaRows.standing(database), MetaRows.reclaimed(database));
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  private static long rowBytes(Key key, Optional<Row> row) {
    long body = row.isPresent() && row.get() instanceof Fact fact ? fact.body().length() : 0;
    return key.bytes().length() + body;
  }

  private static long sessionBytes(SessionId id, Optional<Session> session) {
    return SessionId.BYTES + session.map(Session::sizeBytes).orElse(0L);
  }

  @Override
  public View latest() {
    requireOpen();
    return latest;
  }

  @Override
  public Snapshot snapshot() {
    uses.beginOrThrow(NAME);
    Pinned pinned = usePinned();
    return new RocksSnapshot(
        pinned,
        () -> {
          pinned.uses().done();
          uses.done();
        });
  }

  /** What stands, in use by the caller. */
  private Pinned usePinned() {
    while (true) {
      Pinned pinned = current;
      // Fails when the next one took its place in between.
      if (pinned.uses().begin()) {
        return pinned;
      }
    }
  }

  @Override
  public StoreMeta meta() {
    requireOpen();
    return current.meta();
  }

  @Override
  public LogPosition applied() {
    requireOpen();
    return current.applied();
  }

  @Override
  public LogPosition durable() {
    requireOpen();
    return durable;
  }

  @Override
  public void commit(LogPosition entry, Effects effects) {
    uses.beginOrThrow(NAME);
    try {
      requireBeyond(current.applied(), entry);
      byte[] rows = batch.encode(entry, effects);
      long floor = write(rows, entry, effects.meta());
      for (Change change : effects.changes()) {
        recentRows.put(change.key(), Optional.of(change.row()));
      }
      for (SessionChange change : effects.sessions()) {
        recentSessions.put(change.id(), change.after());
      }
      observer.committed(effects.changes().size(), rows.length);
      if (effects.meta().floor() != floor) {
        floorListener.run();
      }
    } finally {
      uses.done();
    }
  }

  /** Writes and pins what stands then; returns the floor before. */
  private long write(byte[] rows, LogPosition entry, StoreMeta meta) {
    writing.lock();
    try {
      Pinned before = current;
      database.write(rows);
      current = new Pinned(database, entry, meta, before.reclaimed());
      before.uses().end();
      return before.meta().floor();
    } finally {
      writing.unlock();
    }
  }

  private static void requireBeyond(LogPosition applied, LogPosition entry) {
    if (entry.index() <= applied.index() || entry.term() < applied.term()) {
      throw new IllegalArgumentException(entry + " is not beyond " + applied);
    }
  }

  @Override
  public LogPosition flush() {
    uses.beginOrThrow(NAME);
    try {
      synchronized (flushing) {
        observer.flushing();
        LogPosition applied = current.applied();
        database.flush();
        durable = applied;
        return applied;
      }
    } finally {
      uses.done();
    }
  }

  @Override
  public boolean reclaim(long through, int maxChanges) {
    uses.beginOrThrow(NAME);
    try {
      synchronized (reclaiming) {
        List<Change> changes = nextToReclaim(through, maxChanges);
        if (!changes.isEmpty()) {
          takeAway(changes);
        }
        return changes.size() == maxChanges;
      }
    } finally {
      uses.done();
    }
  }

  private List<Change> nextToReclaim(long through, int maxChanges) {
    Pinned pinned = usePinned();
    try {
      if (through > pinned.meta().floor() || maxChanges < 1) {
        throw new IllegalArgumentException(
            "through %d in steps of %d, and the floor is %d"
                .formatted(through, maxChanges, pinned.meta().floor()));
      }
      return Reclaiming.next(pinned, through, maxChanges);
    } finally {
      pinned.uses().done();
    }
  }

  /** No commit comes in between the look at a tombstone and its end. */
  private void takeAway(List<Change> changes) {
    writing.lock();
    try {
      Pinned before = current;
      reclaiming.write(changes);
      Position last = changes.get(changes.size() - 1).at();
      // Pinned anew, so that an idle store does not keep what was reclaimed.
      current = new Pinned(database, before.applied(), before.meta(), last);
      before.uses().end();
    } finally {
      writing.unlock();
    }
  }

  @Override
  public long reclaimed() {
    requireOpen();
    return current.reclaimed().revision();
  }

  @Override
  public long sizeBytes() {
    uses.beginOrThrow(NAME);
    try {
      return database.sizeBytes();
    } finally {
      uses.done();
    }
  }

  @Override
  public void close() {
    uses.end();
    synchronized (closing) {
      awaitUnused();
      if (!released) {
        released = true;
        current.uses().end();
        database.close();
      }
    }
  }

  /** Not to be cut short: RocksDB ends the process when it is closed under a reader. */
  private void awaitUnused() {
    boolean interrupted = false;
    while (true) {
      try {
        unused.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Who is told of commits and flushes from here on. */
  void observe(CommitObserver newObserver) {
    observer = newObserver;
  }

  /** Who is told, by the writing thread, that the floor was raised; quick, never throws. */
  void onFloor(Runnable listener) {
    floorListener = listener;
  }

  private void requireOpen() {
    if (uses.ended()) {
      throw new IllegalStateException(NAME + " is closed");
    }
  }

  /** The last entry's snapshot is the latest state: who reads here is who would change it. */
  private final class LatestView implements View {
    @Override
    public StoreMeta meta() {
      requireOpen();
      return current.meta();
    }

    @Override
    public Optional<Row> row(Key key) {
      uses.beginOrThrow(NAME);
      try {
        return recentRows.row(key, missing -> ask(view -> view.row(missing)));
      } finally {
        uses.done();
      }
    }

    @Override
    public Optional<Session> session(SessionId id) {
      uses.beginOrThrow(NAME);
      try {
        return recentSessions.row(id, missing -> ask(view -> view.session(missing)));
      } finally {
        uses.done();
      }
    }

    @Override
    public void scan(KeyRange range, RowVisitor visitor) {
      uses.beginOrThrow(NAME);
      try {
        ask(
            view -> {
              view.scan(range, visitor);
              return true;
            });
      } finally {
        uses.done();
      }
    }

    @Override
    public LeaseSide leaseSide(String name) {
      uses.beginOrThrow(NAME);
      try {
        return ask(view -> view.leaseSide(name));
      } finally {
        uses.done();
      }
    }

    @Override
    public void scanBound(String name, Consumer<Key> visitor) {
      uses.beginOrThrow(NAME);
      try {
        ask(
            view -> {
              view.scanBound(name, visitor);
              return true;
            });
      } finally {
        uses.done();
      }
    }

    /** Reclaiming may put another snapshot in this one's place meanwhile. */
    private <T> T ask(Function<RocksView, T> question) {
      Pinned pinned = usePinned();
      try {
        return question.apply(pinned.view());
      } finally {
        pinned.uses().done();
      }
    }
  }
}

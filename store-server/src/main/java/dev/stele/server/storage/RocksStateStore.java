// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
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
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksIterator;

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
  private final Object closing = new Object();
  private boolean released;
  private volatile Pinned current;
  private volatile LogPosition durable;
  private volatile CommitObserver observer = CommitObserver.NONE;

  private RocksStateStore(
      Database database, StorageSettings settings, MetaCodec.Standing standing) {
    this.database = database;
    recentRows = new Recent<>(settings.rowCacheBytes(), RocksStateStore::rowBytes);
    recentSessions = new Recent<>(settings.rowCacheBytes(), RocksStateStore::sessionBytes);
    batch = new EntryBatch(database::id);
    current = new Pinned(database, standing.applied(), standing.meta());
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
      return new RocksStateStore(database, settings, standing(database));
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  private static MetaCodec.Standing standing(Database database) {
    try (ReadOptions options = new ReadOptions()) {
      byte[] row = database.get(Family.META, options, MetaCodec.key());
      if (row == null) {
        requireEmpty(database, options);
        return new MetaCodec.Standing(LogPosition.NONE, StoreMeta.EMPTY);
      }
      requireFormat(database, MetaCodec.format(row));
      return MetaCodec.read(row);
    } catch (MalformedException e) {
      throw new StoreFault(
          "damaged row of meta in " + database.directory() + ": " + e.getMessage(), e);
    }
  }

  private static void requireFormat(Database database, int format) {
    if (format != MetaCodec.FORMAT) {
      throw new StoreFault(
          "cannot open %s: its format is %d, this version reads %d: %s wrote it, run that one"
              .formatted(
                  database.directory(),
                  format,
                  MetaCodec.FORMAT,
                  format > MetaCodec.FORMAT
                      ? "a newer version"
                      : "a build from before the first release"));
    }
  }

  private static long rowBytes(Key key, Optional<Row> row) {
    long body = row.isPresent() && row.get() instanceof Fact fact ? fact.body().length() : 0;
    return key.bytes().length() + body;
  }

  private static long sessionBytes(SessionId id, Optional<Session> session) {
    return SessionId.BYTES + session.map(Session::sizeBytes).orElse(0L);
  }

  private static void requireEmpty(Database database, ReadOptions options) {
    for (Family family : List.of(Family.FACTS, Family.HISTORY, Family.SESSIONS)) {
      try (RocksIterator iterator = database.iterator(family, options)) {
        iterator.seekToFirst();
        database.check(family, iterator);
        if (iterator.isValid()) {
          throw new StoreFault(
              database.directory() + " holds " + family.label() + " but no meta: it is damaged");
        }
      }
    }
  }

  @Override
  public View latest() {
    requireOpen();
    return latest;
  }

  @Override
  public Snapshot snapshot() {
    uses.beginOrThrow(NAME);
    while (true) {
      Pinned pinned = current;
      // Fails when the next entry took its place in between.
      if (pinned.uses().begin()) {
        return new RocksSnapshot(
            pinned,
            () -> {
              pinned.uses().done();
              uses.done();
            });
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
      Pinned before = current;
      requireBeyond(before.applied(), entry);
      byte[] rows = batch.encode(entry, effects);
      database.write(rows);
      current = new Pinned(database, entry, effects.meta());
      before.uses().end();
      for (Change change : effects.changes()) {
        recentRows.put(change.key(), Optional.of(change.row()));
      }
      for (SessionChange change : effects.sessions()) {
        recentSessions.put(change.id(), change.after());
      }
      observer.committed(effects.changes().size(), rows.length);
    } finally {
      uses.done();
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
        return recentRows.row(key, current.view()::row);
      } finally {
        uses.done();
      }
    }

    @Override
    public Optional<Session> session(SessionId id) {
      uses.beginOrThrow(NAME);
      try {
        return recentSessions.row(id, current.view()::session);
      } finally {
        uses.done();
      }
    }

    @Override
    public void scan(KeyRange range, RowVisitor visitor) {
      uses.beginOrThrow(NAME);
      try {
        current.view().scan(range, visitor);
      } finally {
        uses.done();
      }
    }
  }
}

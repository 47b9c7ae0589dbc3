// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.view.View;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.StateStore;
import dev.stele.server.port.StoreFault;
import dev.stele.server.storage.StorageSettings.Writing;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The state in memory and in RocksDB. An entry touches memory only: it is laid into the active
 * {@link Generation}. A flush seals that one, begins another, writes each row that the sealed one
 * leaves into RocksDB, once, in order, as one atomic batch without write-ahead log, and then brings
 * all families to the disk together.
 *
 * <p><b>Reading.</b> A state is what RocksDB held at some entry (its snapshot), a generation on its
 * way there, the active one, and the stamp of the entry up to which that one counts ({@link
 * Pinned}). It is published behind each entry; readers take it and wait for nobody, nor anybody for
 * them: rows in memory keep those that they replace for as long as somebody may ask ({@link
 * Layer}).
 *
 * <p><b>Crashes.</b> RocksDB only ever holds whole entries up to one, with that one's meta: a
 * generation is one batch, and batches reach its files whole. So it may flush by itself whenever it
 * likes. What is lost is replayed from the Raft log, which is this store's write-ahead log.
 *
 * <p><b>Memory.</b> Beyond a share of the heap the thread that applies writes the generation into
 * RocksDB itself, and so goes as fast as the disk, not beyond.
 *
 * <p>Locks are taken in the order flushing, settling, writing; only the last, under which nobody
 * touches the disk, is taken by each entry.
 */
public final class RocksStateStore implements StateStore {
  static final String NAME = "the store";

  /** Most of the heap that generations take: an eighth, one of them being filled. */
  private static final int HEAP_SHARE = 8;

  private static final int GENERATIONS = 2;

  private final Database database;
  private final EntryBatch batch;
  private final Writing writes;
  private final long unsettledBytesMax;
  private final Latest latest;
  private final CountDownLatch unused = new CountDownLatch(1);

  /** Calls under way and snapshots that are open. */
  private final Uses uses = new Uses(unused::countDown);

  private final Object flushing = new Object();

  /** Held by whoever changes what RocksDB holds. */
  private final Object settling = new Object();

  /** Held while {@link #current} is replaced. */
  private final ReentrantLock writing = new ReentrantLock();

  private final AtomicInteger unreleased = new AtomicInteger();
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
    writes = settings.writing();
    unsettledBytesMax =
        Math.min(
            GENERATIONS * settings.flushBytes(), Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    batch = new EntryBatch(database::id);
    reclaiming = new Reclaiming(database);
    Settled settled = new Settled(database, standing.applied(), standing.meta().floor(), reclaimed);
    current =
        new Pinned(
            standing.applied(),
            standing.meta(),
            settled,
            Generation.NONE,
            new Generation(),
            unreleased);
    durable = standing.applied();
    latest = new Latest(settings.rowCacheBytes(), uses, this::current, this::usePinned);
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

  private Pinned current() {
    requireOpen();
    return current;
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
      Pinned before = current;
      requireBeyond(before.applied(), entry);
      long bytes =
          writes == Writing.AT_FLUSHES ? lay(entry, effects) : writeThrough(entry, effects);
      latest.committed(effects);
      observer.committed(effects.changes().size(), bytes);
      if (effects.meta().floor() != before.meta().floor()) {
        floorListener.run();
      }
    } finally {
      uses.done();
    }
  }

  /** Into the active generation; returns how many bytes more that takes. */
  private long lay(LogPosition entry, Effects effects) {
    if (current.unsettledBytes() >= unsettledBytesMax) {
      makeRoom();
    }
    writing.lock();
    try {
      Pinned before = current;
      boolean onlyLatestIsRead = unreleased.get() == 1;
      long bytes = before.active().lay(effects, entry.index(), onlyLatestIsRead);
      replace(entry, effects.meta(), before.settled(), before.sealed(), before.active());
      return bytes;
    } finally {
      writing.unlock();
    }
  }

  /** A flush that is under way is waited for, and may have made the room. */
  private void makeRoom() {
    synchronized (settling) {
      if (current.unsettledBytes() >= unsettledBytesMax) {
        settle();
      }
    }
  }

  private long writeThrough(LogPosition entry, Effects effects) {
    synchronized (settling) {
      byte[] rows = batch.encode(entry, effects);
      database.write(rows);
      Pinned before = current;
      Settled settled =
          new Settled(database, entry, effects.meta().floor(), before.settled().reclaimed());
      writing.lock();
      try {
        replace(entry, effects.meta(), settled, Generation.NONE, before.active());
      } finally {
        writing.unlock();
      }
      before.settled().uses().end();
      return rows.length;
    }
  }

  /** Under the lock of {@link #writing}. */
  private void replace(
      LogPosition applied, StoreMeta meta, Settled settled, Generation sealed, Generation active) {
    Pinned before = current;
    current = new Pinned(applied, meta, settled, sealed, active, unreleased);
    before.uses().end();
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
        LogPosition applied;
        synchronized (settling) {
          settle();
          applied = current.settled().applied();
        }
        database.flush();
        durable = applied;
        return applied;
      }
    } finally {
      uses.done();
    }
  }

  /** Tells RocksDB of all that is applied; under the lock of {@link #settling}. */
  private void settle() {
    if (current.sealed() != Generation.NONE) {
      // It was sealed before, and could not be written.
      writeSealed();
    }
    if (!current.applied().equals(current.settled().applied())) {
      seal();
      writeSealed();
    }
  }

  private void seal() {
    writing.lock();
    try {
      Pinned before = current;
      before.active().seal(before.applied(), before.meta());
      replace(before.applied(), before.meta(), before.settled(), before.active(), new Generation());
    } finally {
      writing.unlock();
    }
  }

  private void writeSealed() {
    Generation sealed = current.sealed();
    database.write(batch.encode(sealed));
    settle(
        new Settled(
            database,
            sealed.sealedAt(),
            sealed.sealedMeta().floor(),
            current.settled().reclaimed()),
        Generation.NONE);
  }

  /** From here on {@code settled} lies below what is in memory. */
  private void settle(Settled settled, Generation sealed) {
    Settled before = current.settled();
    writing.lock();
    try {
      Pinned pinned = current;
      replace(pinned.applied(), pinned.meta(), settled, sealed, pinned.active());
    } finally {
      writing.unlock();
    }
    before.uses().end();
  }

  @Override
  public boolean reclaim(long through, int maxChanges) {
    uses.beginOrThrow(NAME);
    try {
      requireReclaimable(current.meta().floor(), through, maxChanges);
      synchronized (settling) {
        if (through > current.settled().floor()) {
          // RocksDB flushes when it likes: what goes must not be ahead of the floor that it holds.
          settle();
        }
        Settled settled = current.settled();
        List<Change> changes = Reclaiming.next(settled, through, maxChanges);
        if (!changes.isEmpty()) {
          reclaiming.write(changes);
          Position last = changes.get(changes.size() - 1).at();
          // Pinned anew, so that an idle store does not keep what was reclaimed.
          settle(new Settled(database, settled.applied(), settled.floor(), last), current.sealed());
        }
        return changes.size() == maxChanges;
      }
    } finally {
      uses.done();
    }
  }

  private static void requireReclaimable(long floor, long through, int maxChanges) {
    if (through > floor || maxChanges < 1) {
      throw new IllegalArgumentException(
          "through %d in steps of %d, and the floor is %d".formatted(through, maxChanges, floor));
    }
  }

  @Override
  public long reclaimed() {
    requireOpen();
    return current.settled().reclaimed().revision();
  }

  @Override
  public long sizeBytes() {
    uses.beginOrThrow(NAME);
    try {
      return database.sizeBytes() + current.unsettledBytes();
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
        current.settled().uses().end();
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

  /** Most that generations may take of the heap before commits wait for RocksDB, about. */
  long unsettledBytesMax() {
    return unsettledBytesMax;
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
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.view.View;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.StateStore;
import dev.stele.server.port.StoreFault;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * The state in RocksDB, and what it has not been told yet in memory: see {@link Generations}. No
 * write-ahead log (the Raft log is that), and flushes of all families together.
 *
 * <p>Readers never wait for the writing thread, nor it for them: they share the state after the
 * last entry.
 */
public final class RocksStateStore implements StateStore {
  static final String NAME = "the store";

  /** A generation takes such a part of the write buffers at most: half of what a family may. */
  private static final int BUFFERS_SHARE = 18;

  /** And such a part of the heap. */
  private static final int HEAP_SHARE = 64;

  /** So many generations may wait for RocksDB before who applies does. */
  private static final int GENERATIONS_MAX = 8;

  private final Database database;
  private final Generations generations;
  private final long generationBytes;
  private final Latest latest;
  private final CountDownLatch unused = new CountDownLatch(1);

  /** Calls under way and snapshots that are open. */
  private final Uses uses = new Uses(unused::countDown);

  private final Object flushing = new Object();
  private final Object closing = new Object();
  private boolean released;
  private volatile LogPosition durable;
  private volatile CommitObserver observer = CommitObserver.NONE;
  private volatile Runnable floorListener = () -> {};

  private RocksStateStore(
      Database database,
      StorageSettings settings,
      MetaCodec.Standing standing,
      Position reclaimed) {
    this.database = database;
    generationBytes =
        Math.min(
            settings.writeBufferBytes() / BUFFERS_SHARE,
            Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    generations = new Generations(database, standing, reclaimed, GENERATIONS_MAX * generationBytes);
    durable = standing.applied();
    latest = new Latest(settings.rowCacheBytes(), uses, generations);
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
    Pinned pinned = generations.use();
    return new RocksSnapshot(
        pinned,
        () -> {
          pinned.uses().done();
          uses.done();
        });
  }

  @Override
  public StoreMeta meta() {
    requireOpen();
    return generations.current().meta();
  }

  @Override
  public LogPosition applied() {
    requireOpen();
    return generations.current().applied();
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
      Pinned before = generations.current();
      requireBeyond(before.applied(), entry);
      long bytes = generations.lay(entry, effects);
      latest.committed(effects);
      observer.committed(effects.changes().size(), bytes);
      if (effects.meta().floor() != before.meta().floor()) {
        floorListener.run();
      }
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
        LogPosition applied = generations.settle();
        // Before the flush: what it does not bring to the disk does not count.
        long reclaimed = generations.current().settled().reclaimed().revision();
        database.flush();
        durable = applied;
        generations.dropFiles(reclaimed);
        return applied;
      }
    } finally {
      uses.done();
    }
  }

  /** Tells RocksDB of what is in memory, and does not wait for the disk. Any thread. */
  void settle() {
    uses.beginOrThrow(NAME);
    try {
      observer.settling();
      generations.settle();
    } finally {
      uses.done();
    }
  }

  @Override
  public boolean reclaim(long through, int maxDeletes) {
    uses.beginOrThrow(NAME);
    try {
      return generations.reclaim(through, maxDeletes);
    } finally {
      uses.done();
    }
  }

  @Override
  public long reclaimed() {
    requireOpen();
    return generations.current().settled().reclaimed().revision();
  }

  @Override
  public long sizeBytes() {
    uses.beginOrThrow(NAME);
    try {
      return database.sizeBytes() + generations.current().unsettledBytes();
    } finally {
      uses.done();
    }
  }

  /** Bytes of heap with what RocksDB has not been told yet, about. Any thread. */
  public long unsettledBytes() {
    return generations.current().unsettledBytes();
  }

  /** Entries that waited, since the start, because RocksDB did not keep up. Any thread. */
  public long waits() {
    return generations.waits();
  }

  @Override
  public void close() {
    uses.end();
    synchronized (closing) {
      awaitUnused();
      if (!released) {
        released = true;
        generations.release();
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

  /** Bytes of heap that are enough to settle, about. */
  long generationBytes() {
    return generationBytes;
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

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.model.Tombstone;
import dev.stele.server.port.LogPosition;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The state as what RocksDB holds with generations laid over it, and how entries get from the one
 * into the other. An entry touches memory only: it is laid into the active {@link Generation}.
 * Settling seals that one, begins another, and writes each row that the sealed one leaves into
 * RocksDB: once, in order, as one atomic batch.
 *
 * <p><b>Reading.</b> A state is RocksDB's snapshot of some entry, a generation on its way there,
 * the active one, and the stamp of the entry up to which that one counts ({@link Pinned}). It is
 * published behind each entry. Readers take it and wait for nobody, nor anybody for them: rows in
 * memory keep those that they replace for as long as somebody may ask ({@link Layer}).
 *
 * <p><b>Crashes.</b> RocksDB only ever holds whole entries up to one, with that one's meta: a
 * generation is one batch, batches get into its files whole, and all families together. So it may
 * flush by itself whenever it likes.
 *
 * <p><b>Memory.</b> Whoever watches the backlog settles in time. When it does not keep up, the
 * thread that applies settles beyond a bound, and so goes as fast as RocksDB takes it.
 *
 * <p>Settling and reclaiming exclude each other; an entry takes only the lock under which the state
 * is replaced, and nobody touches RocksDB under that.
 */
final class Generations {
  private final Database database;
  private final GenerationBatch batch;
  private final Reclaiming reclaiming;
  private final OpenStates open = new OpenStates();
  private final HistoryFiles files;
  private final long unsettledBytesMax;

  /** Held by whoever changes what RocksDB holds. */
  private final Object settling = new Object();

  /** Held while {@link #current} is replaced. */
  private final ReentrantLock replacing = new ReentrantLock();

  private final AtomicInteger unreleased = new AtomicInteger();
  private final LongAdder waits = new LongAdder();
  private volatile Pinned current;

  /**
   * @param standing what RocksDB holds
   * @param reclaimed how far reclaiming has got
   * @param unsettledBytesMax most of the heap that generations may take, about; one entry may go
   *     beyond it
   */
  Generations(
      Database database, MetaCodec.Standing standing, Position reclaimed, long unsettledBytesMax) {
    this.database = database;
    this.unsettledBytesMax = unsettledBytesMax;
    batch = new GenerationBatch(database::id);
    reclaiming = new Reclaiming(database);
    files = new HistoryFiles(database, open);
    StoreMeta meta = standing.meta();
    Settled settled = new Settled(database, standing.applied(), meta.floor(), reclaimed, open);
    current =
        new Pinned(
            standing.applied(), meta, settled, Generation.NONE, Generation.NONE.next(), unreleased);
  }

  /** What stands. */
  Pinned current() {
    return current;
  }

  /** What stands, in use by the caller. */
  Pinned use() {
    while (true) {
      Pinned pinned = current;
      // Fails when the next one took its place in between.
      if (pinned.uses().begin()) {
        return pinned;
      }
    }
  }

  /**
   * Lays an entry over what stands; by one thread.
   *
   * @return bytes of heap that this took, about
   */
  long lay(LogPosition entry, Effects effects) {
    if (current.unsettledBytes() >= unsettledBytesMax) {
      makeRoom();
    }
    replacing.lock();
    try {
      Pinned before = current;
      boolean onlyLatestIsRead = unreleased.get() == 1;
      long bytes = before.active().lay(effects, entry.index(), onlyLatestIsRead);
      replace(entry, effects.meta(), before.settled(), before.sealed(), before.active());
      return bytes;
    } finally {
      replacing.unlock();
    }
  }

  /** Settling that is under way is waited for, and may have made the room. */
  private void makeRoom() {
    waits.increment();
    synchronized (settling) {
      if (current.unsettledBytes() >= unsettledBytesMax) {
        settleAll();
      }
    }
  }

  /**
   * Tells RocksDB of everything that stood when it was called.
   *
   * @return the last entry whose rows it holds then
   */
  LogPosition settle() {
    synchronized (settling) {
      settleAll();
      return current.settled().applied();
    }
  }

  private void settleAll() {
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
    replacing.lock();
    try {
      Pinned before = current;
      Generation sealed = before.active();
      sealed.seal(before.applied(), before.meta());
      replace(before.applied(), before.meta(), before.settled(), sealed, sealed.next());
    } finally {
      replacing.unlock();
    }
  }

  private void writeSealed() {
    Generation sealed = current.sealed();
    database.write(batch.encode(sealed));
    Position reclaimed = current.settled().reclaimed();
    long floor = sealed.sealedMeta().floor();
    put(new Settled(database, sealed.sealedAt(), floor, reclaimed, open), Generation.NONE);
  }

  /** From here on {@code settled} lies below what is in memory. */
  private void put(Settled settled, Generation sealed) {
    Settled before = current.settled();
    replacing.lock();
    try {
      Pinned pinned = current;
      replace(pinned.applied(), pinned.meta(), settled, sealed, pinned.active());
    } finally {
      replacing.unlock();
    }
    before.uses().end();
  }

  /** Under the lock of those who replace. */
  private void replace(
      LogPosition applied, StoreMeta meta, Settled settled, Generation sealed, Generation active) {
    Pinned before = current;
    current = new Pinned(applied, meta, settled, sealed, active, unreleased);
    before.uses().end();
  }

  /**
   * Takes a step of reclaiming: see {@link dev.stele.server.port.StateStore#reclaim}. All that it
   * goes over is settled: what is below the floor that RocksDB holds is in RocksDB.
   */
  boolean reclaim(long through, int maxDeletes) {
    long floor = current.meta().floor();
    if (through > floor || maxDeletes < 1) {
      throw new IllegalArgumentException(
          "through %d in steps of %d, and the floor is %d".formatted(through, maxDeletes, floor));
    }
    synchronized (settling) {
      if (through > current.settled().floor()) {
        // Never ahead of the floor that RocksDB holds, because it flushes when it likes.
        settleAll();
      }
      Settled settled = current.settled();
      if (settled.reclaimed().compareTo(Position.endOf(through)) >= 0) {
        return false;
      }
      List<Tombstone> deletes = Reclaiming.next(settled, through, maxDeletes);
      boolean more = deletes.size() == maxDeletes;
      Position reclaimed = more ? deletes.get(maxDeletes - 1).modified() : Position.endOf(through);
      reclaiming.write(deletes, reclaimed);
      // Pinned anew, so that an idle store does not keep what was reclaimed.
      put(
          new Settled(database, settled.applied(), settled.floor(), reclaimed, open),
          current.sealed());
      return more;
    }
  }

  /**
   * Drops the files of history that nobody needs; by one thread at a time.
   *
   * @param durablyReclaimed the revision through which history is reclaimed as the disk has it
   */
  void dropFiles(long durablyReclaimed) {
    files.drop(durablyReclaimed);
  }

  /** Entries that found the memory full. */
  long waits() {
    return waits.sum();
  }

  /** Lets go of what stands, once nobody uses it. */
  void release() {
    current.uses().end();
    current.settled().uses().end();
  }
}

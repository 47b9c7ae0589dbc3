// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.port.StoreFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * RocksDB with its families, and every native handle that lives as long. Any thread; whoever calls
 * sees to it that nothing runs when {@link #close} is called, because RocksDB does not.
 *
 * <p>What RocksDB throws becomes a {@link StoreFault} that says what was being done, and where.
 */
final class Database implements AutoCloseable {
  private final Path directory;
  private final Deque<AbstractNativeReference> owned = new ArrayDeque<>();
  private final Map<Family, ColumnFamilyHandle> families = new EnumMap<>(Family.class);
  private final WriteOptions writeOptions;
  private final FlushOptions flushOptions;
  private final RocksDB rocks;

  private Database(Path directory, StorageSettings settings) throws RocksDBException {
    this.directory = directory;
    writeOptions = own(new WriteOptions().setDisableWAL(true));
    flushOptions = own(new FlushOptions().setWaitForFlush(true));
    DBOptions options = own(Tuning.database(settings));
    Cache cache = own(Tuning.blockCache(settings));
    BloomFilter bloom = own(Tuning.bloom());
    List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
    // RocksDB always has this one; nothing is in it.
    descriptors.add(
        new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, own(new ColumnFamilyOptions())));
    for (Family family : Family.values()) {
      ColumnFamilyOptions familyOptions = own(Tuning.family(family, settings, cache, bloom));
      descriptors.add(new ColumnFamilyDescriptor(family.nameBytes(), familyOptions));
    }
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try {
      rocks = own(RocksDB.open(options, directory.toString(), descriptors, handles));
    } catch (RocksDBException e) {
      releaseOwned();
      throw e;
    }
    handles.forEach(this::own);
    Family[] inOrder = Family.values();
    for (int i = 0; i < inOrder.length; i++) {
      families.put(inOrder[i], handles.get(1 + i));
    }
  }

  /**
   * Opens {@code directory}, made when it is not there.
   *
   * @throws StoreFault when it can't be used: damaged, held by another process, or written by a
   *     version with more families
   */
  static Database open(Path directory, StorageSettings settings) {
    RocksDB.loadLibrary();
    try {
      Files.createDirectories(directory);
      refuseStrangeFamilies(directory);
      return new Database(directory, settings);
    } catch (IOException e) {
      throw new StoreFault("cannot make " + directory, e);
    } catch (RocksDBException e) {
      throw fault("open", directory, e);
    }
  }

  private static void refuseStrangeFamilies(Path directory) throws RocksDBException {
    if (Files.notExists(directory.resolve("CURRENT"))) {
      return;
    }
    TreeSet<String> strange = new TreeSet<>();
    try (Options options = new Options()) {
      for (byte[] name : RocksDB.listColumnFamilies(options, directory.toString())) {
        strange.add(new String(name, StandardCharsets.UTF_8));
      }
    }
    strange.remove(new String(RocksDB.DEFAULT_COLUMN_FAMILY, StandardCharsets.UTF_8));
    Arrays.stream(Family.values()).map(Family::label).forEach(strange::remove);
    if (!strange.isEmpty()) {
      throw new StoreFault(
          "cannot open %s: it holds families that this version does not know, %s: a newer version wrote it, run that one"
              .formatted(directory, strange));
    }
  }

  Path directory() {
    return directory;
  }

  /** RocksDB's number of {@code family}. */
  int id(Family family) {
    return handle(family).getID();
  }

  byte @Nullable [] get(Family family, ReadOptions options, byte[] key) {
    try {
      return rocks.get(handle(family), options, key);
    } catch (RocksDBException e) {
      throw fault("read " + family.label() + " of", directory, e);
    }
  }

  /** The caller closes it, and asks {@link #check} why it ended. */
  RocksIterator iterator(Family family, ReadOptions options) {
    return rocks.newIterator(handle(family), options);
  }

  /** Throws when {@code iterator} ended for any reason but the end of what there is. */
  void check(Family family, RocksIterator iterator) {
    try {
      iterator.status();
    } catch (RocksDBException e) {
      throw fault("scan " + family.label() + " of", directory, e);
    }
  }

  /** Writes a batch in RocksDB's own form: see {@link RowBatch}. */
  void write(byte[] serializedBatch) {
    try (WriteBatch batch = new WriteBatch(serializedBatch)) {
      rocks.write(writeOptions, batch);
    } catch (RocksDBException e) {
      throw fault("write to", directory, e);
    }
  }

  /** Brings what was written before this call to the disk, all families at once. Blocks. */
  void flush() {
    try {
      rocks.flush(flushOptions, List.copyOf(families.values()));
    } catch (RocksDBException e) {
      throw fault("flush", directory, e);
    }
  }

  /**
   * Takes away the files whose rows are all from {@code from} on and before {@code to}, at once.
   */
  void dropFiles(Family family, byte[] from, byte[] to) {
    try {
      rocks.deleteFilesInRanges(handle(family), List.of(from, to), false);
    } catch (RocksDBException e) {
      throw fault("drop files of " + family.label() + " of", directory, e);
    }
  }

  Snapshot pin() {
    return rocks.getSnapshot();
  }

  void unpin(Snapshot snapshot) {
    rocks.releaseSnapshot(snapshot);
  }

  long sizeBytes() {
    try {
      return rocks.getAggregatedLongProperty("rocksdb.total-sst-files-size")
          + rocks.getAggregatedLongProperty("rocksdb.cur-size-all-mem-tables");
    } catch (RocksDBException e) {
      throw fault("measure", directory, e);
    }
  }

  /** Flushes nothing. */
  @Override
  public void close() {
    releaseOwned();
  }

  private ColumnFamilyHandle handle(Family family) {
    return families.get(family);
  }

  private <T extends AbstractNativeReference> T own(T reference) {
    owned.push(reference);
    return reference;
  }

  private void releaseOwned() {
    while (!owned.isEmpty()) {
      owned.pop().close();
    }
  }

  private static StoreFault fault(String doing, Path directory, RocksDBException e) {
    String status =
        e.getStatus() == null
            ? ""
            : " (%s, %s)".formatted(e.getStatus().getCode(), e.getStatus().getSubCode());
    return new StoreFault("cannot " + doing + " " + directory + ": " + e.getMessage() + status, e);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.PerfContext;
import org.rocksdb.PerfLevel;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

final class TuningTest {
  /** So many that the file's filter, in one piece, is larger than a shard of the cache. */
  private static final int ROWS = 600_000;

  private static final int READS = 500;

  /** A prime: rows come in an order that leaves one large file when RocksDB merges them. */
  private static final long STRIDE = 7_919;

  static {
    RocksDB.loadLibrary();
  }

  @TempDir private Path directory;

  @Test
  void readsOfALargeFileFindItsIndexAndItsFilterInTheCache() throws RocksDBException {
    StorageSettings settings = StorageSettings.defaults();
    try (Cache cache = Tuning.blockCache(settings);
        BloomFilter bloom = Tuning.bloom();
        ColumnFamilyOptions facts = Tuning.family(Family.FACTS, settings, cache, bloom);
        DBOptions options = Tuning.database(settings)) {
      List<ColumnFamilyHandle> handles = new ArrayList<>();
      List<ColumnFamilyDescriptor> families =
          List.of(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, facts));
      try (RocksDB rocks = RocksDB.open(options, directory.toString(), families, handles)) {
        write(rocks);
        read(rocks);
        assertThat(metadataBlocksRead(rocks)).isLessThan(READS / 100);
        handles.forEach(ColumnFamilyHandle::close);
      }
    }
  }

  private static void write(RocksDB rocks) throws RocksDBException {
    try (WriteOptions options = new WriteOptions().setDisableWAL(true)) {
      for (int from = 0; from < ROWS; from += 1_000) {
        try (WriteBatch batch = new WriteBatch()) {
          for (int i = from; i < from + 1_000; i++) {
            int row = (int) (i * STRIDE % ROWS);
            batch.put(key(row), key(row));
          }
          rocks.write(options, batch);
        }
      }
    }
    rocks.compactRange();
  }

  private static void read(RocksDB rocks) throws RocksDBException {
    for (int i = 0; i < READS; i++) {
      int row = i * (ROWS / READS);
      assertThat(rocks.get(key(row))).isEqualTo(key(row));
    }
  }

  /** How often an index or a filter had to be read from the file for a second time. */
  private static long metadataBlocksRead(RocksDB rocks) throws RocksDBException {
    rocks.setPerfLevel(PerfLevel.ENABLE_COUNT);
    try (PerfContext perf = rocks.getPerfContext()) {
      perf.reset();
      read(rocks);
      return perf.getIndexBlockReadCount() + perf.getFilterBlockReadCount();
    } finally {
      rocks.setPerfLevel(PerfLevel.DISABLE);
    }
  }

  private static byte[] key(int row) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(row).array();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.IndexType;
import org.rocksdb.LRUCache;

/** RocksDB's options, each with its reason. The caller closes what is made here. */
final class Tuning {
  /** Full or filling buffers of one family; a third takes writes while two wait for a slow disk. */
  private static final int BUFFERS_PER_FAMILY = 3;

  /**
   * Facts, history and sessions; the meta row is rewritten with each entry and needs next to
   * nothing, and what stands beside leases less than the history of the same writes.
   */
  private static final int FAMILIES_THAT_GROW = 3;

  private static final int OPEN_FILES = 512;
  private static final int INFO_LOG_FILES = 3;
  private static final long INFO_LOG_BYTES = 4L << 20;
  private static final long BYTES_PER_SYNC = 1L << 20;
  private static final double BLOOM_BITS_PER_KEY = 10;
  private static final int INDEX_PART_BYTES = 4096;
  private static final Duration BOTTOMMOST_DELAY = Duration.ofDays(1);

  private Tuning() {}

  static DBOptions database(StorageSettings settings) {
    return new DBOptions()
        .setCreateIfMissing(true)
        .setCreateMissingColumnFamilies(true)
        .setParanoidChecks(true)
        // Without a WAL all families must reach the disk together, or an entry is torn by a crash.
        .setAtomicFlush(true)
        // What the Raft log holds need not delay a stop; a crash and a stop leave the same behind.
        .setAvoidFlushDuringShutdown(true)
        // One thread writes.
        .setAllowConcurrentMemtableWrite(false)
        // A failed flush stops the node; RocksDB is not to go on behind its back.
        .setMaxBgErrorResumeCount(0)
        .setMaxBackgroundJobs(settings.backgroundJobs())
        .setMaxOpenFiles(OPEN_FILES)
        // Hands files to the disk as they are written: a burst at the end would hold up the Raft
        // log's fsyncs.
        .setBytesPerSync(BYTES_PER_SYNC)
        .setKeepLogFileNum(INFO_LOG_FILES)
        .setMaxLogFileSize(INFO_LOG_BYTES)
        .setStatsDumpPeriodSec(0)
        .setStatsPersistPeriodSec(0);
  }

  static ColumnFamilyOptions family(
      Family family, StorageSettings settings, Cache cache, BloomFilter bloom) {
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            // Indexes and filters count against the cache, so that memory does not grow with the
            // data.
            .setCacheIndexAndFilterBlocks(true)
            .setCacheIndexAndFilterBlocksWithHighPriority(true)
            .setPinL0FilterAndIndexBlocksInCache(true)
            // In small parts: in one piece those of a large file do not fit into a shard of the
            // cache,
            // and each read of a fact reads and unpacks them anew.
            .setIndexType(IndexType.kTwoLevelIndexSearch)
            .setMetadataBlockSize(INDEX_PART_BYTES)
            .setPinTopLevelIndexAndFilter(true);
    if (family == Family.FACTS) {
      // Most puts of a new key, and compares on absence, ask for what is not there.
      table.setFilterPolicy(bloom).setPartitionFilters(true);
    }
    return withBottommostDelay()
        .setTableFormatConfig(table)
        .setWriteBufferSize(settings.writeBufferBytes() / (BUFFERS_PER_FAMILY * FAMILIES_THAT_GROW))
        .setMaxWriteBufferNumber(BUFFERS_PER_FAMILY)
        .setCompressionType(
            switch (settings.compression()) {
              case NONE -> CompressionType.NO_COMPRESSION;
              case LZ4 -> CompressionType.LZ4_COMPRESSION;
            });
  }

  /**
   * Once no snapshot is older than a file of the last level, RocksDB rewrites the file for nothing
   * but to drop the sequence numbers of its rows. Here that is each file of history, which is to go
   * unread; so such a file first has to be old. The Java library has no setter for it.
   */
  private static ColumnFamilyOptions withBottommostDelay() {
    Properties delay = new Properties();
    delay.setProperty(
        "bottommost_file_compaction_delay", Long.toString(BOTTOMMOST_DELAY.toSeconds()));
    return Objects.requireNonNull(
        ColumnFamilyOptions.getColumnFamilyOptionsFromProps(delay), "RocksDB knows the option");
  }

  static Cache blockCache(StorageSettings settings) {
    return new LRUCache(settings.blockCacheBytes());
  }

  static BloomFilter bloom() {
    return new BloomFilter(BLOOM_BITS_PER_KEY);
  }
}

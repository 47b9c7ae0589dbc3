// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

/**
 * What an operator can set about the store. The defaults suit a node that shares two cores with
 * others.
 *
 * @param writeBufferBytes most that changes take in memory before they are on disk, 6 MiB to 4 GiB;
 *     beyond it commits wait for the disk
 * @param blockCacheBytes for blocks, indexes and filters of all files together, 1 MiB to 64 GiB
 * @param rowCacheBytes of heap for rows that commands read and write often, 0 to 1 GiB
 * @param compression of blocks on disk
 * @param backgroundJobs threads that flush and compact, 2 to 16
 * @param flushCommands unflushed changes (an entry without any counts as one) that begin a flush, 1
 *     to 10,000,000; this and the next two bound what a start after a crash has to replay
 * @param flushBytes unflushed bytes of rows that begin a flush, 64 KiB to 4 GiB
 * @param flushIntervalMillis age of the oldest unflushed change that begins a flush, 1 to 3,600,000
 */
public record StorageSettings(
    long writeBufferBytes,
    long blockCacheBytes,
    long rowCacheBytes,
    Compression compression,
    int backgroundJobs,
    int flushCommands,
    long flushBytes,
    long flushIntervalMillis) {
  private static final long KIB = 1L << 10;
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;

  /**
   * Checks each setting.
   *
   * @throws IllegalArgumentException naming the setting, its value, and what is allowed
   */
  public StorageSettings {
    require("writeBufferBytes", writeBufferBytes, 6 * MIB, 4 * GIB);
    require("blockCacheBytes", blockCacheBytes, MIB, 64 * GIB);
    require("rowCacheBytes", rowCacheBytes, 0, GIB);
    require("backgroundJobs", backgroundJobs, 2, 16);
    require("flushCommands", flushCommands, 1, 10_000_000);
    require("flushBytes", flushBytes, 64 * KIB, 4 * GIB);
    require("flushIntervalMillis", flushIntervalMillis, 1, 3_600_000);
  }

  /** What stands where the configuration says nothing. */
  public static StorageSettings defaults() {
    return new StorageSettings(
        96 * MIB, 32 * MIB, 8 * MIB, Compression.LZ4, 2, 100_000, 32 * MIB, 10_000);
  }

  private static void require(String setting, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s is %d, %d to %d are allowed".formatted(setting, value, least, most));
    }
  }

  /** How blocks are packed on disk. */
  public enum Compression {
    NONE,
    LZ4
  }
}

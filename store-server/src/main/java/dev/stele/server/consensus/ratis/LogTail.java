// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import dev.stele.server.consensus.ratis.SegmentFile.Stated;
import dev.stele.server.consensus.ratis.SegmentFile.Whole;
import java.io.IOException;
import java.util.Optional;

/**
 * Tells a record that was being written when the machine or the process died from one that was
 * whole once.
 *
 * <p>Records are written over zeros and synced before they are acknowledged. So what was never
 * acknowledged may lack any of its disk sectors, which read as the zeros before it, or everything
 * from some byte on; and nothing that was acknowledged can follow it. A record that was whole once
 * lacks nothing: bits that changed in it leave no empty sector behind. Only where something is
 * missing like that, and nothing whole follows, may the record be cut off.
 *
 * <p>What can't be told apart: a record that a disk has lost sectors of, or the whole end of,
 * although it had synced them.
 */
final class LogTail {
  /** Disks write at least this much as one. */
  static final int SECTOR_BYTES = 512;

  /** How far ahead of the last whole entry one may be that was lost with what is before it. */
  private static final long MAX_INDEXES_AHEAD = 1 << 20;

  private final SegmentFile file;
  private final long from;
  private final long contentEnd;
  private final long nextIndex;

  /**
   * @param from where the record begins that is not whole
   * @param nextIndex the index that it should have
   */
  LogTail(SegmentFile file, long from, long nextIndex) throws IOException {
    this.file = file;
    this.from = from;
    this.nextIndex = nextIndex;
    this.contentEnd = file.contentEnd(from);
  }

  /** Whether there is nothing but zeros, as behind the last record of a log that is whole. */
  boolean isEmpty() {
    return contentEnd == from;
  }

  /** How many bytes there are that are no zeros, or are before such ones. */
  long length() {
    return contentEnd - from;
  }

  /** Why this may be a record that was whole once; empty when it never was. */
  Optional<String> damage() throws IOException {
    Optional<Long> whole = wholeBehind();
    if (whole.isPresent()) {
      return Optional.of("a whole record follows at offset " + whole.get());
    }
    if (file.at(from) == 0) {
      long sectorEnd = sectorAfter(from);
      return contentEnd > sectorEnd && file.zeros(from, sectorEnd)
          ? Optional.empty()
          : Optional.of("the record begins with zeros, and its sector goes on without");
    }
    Optional<Stated> stated = file.stated(from);
    if (wholeButForItsLength()) {
      return Optional.of("the length of the record is wrong, and all else is right");
    }
    if (stated.isEmpty()) {
      return endsWithinLength()
          ? Optional.empty()
          : Optional.of("no record has the length that this one states");
    }
    return damage(stated.get().end());
  }

  private Optional<String> damage(long end) throws IOException {
    if (contentEnd > end) {
      return Optional.of("the checksum is wrong, and more follows");
    }
    if (end > file.size() || endsBefore(end) || lacksSector(end)) {
      return Optional.empty();
    }
    return Optional.of("all of the record was written, and its checksum is wrong");
  }

  /** Only zeros, or the end of the file, behind what may be the first bytes of a length. */
  private boolean endsWithinLength() throws IOException {
    for (long at = from; at < contentEnd; at++) {
      if (file.at(at) >= 0) {
        return false;
      }
    }
    return contentEnd - from < SegmentFile.CHECKSUM_BYTES;
  }

  private Optional<Long> wholeBehind() throws IOException {
    for (long at = from + 1; at < contentEnd; at++) {
      Optional<Whole> whole = file.whole(at);
      if (whole.isPresent()
          && whole.get().index() >= nextIndex
          && whole.get().index() - nextIndex < MAX_INDEXES_AHEAD) {
        return Optional.of(at);
      }
    }
    return Optional.empty();
  }

  /** The checksum's own last bytes may be zeros. */
  private boolean wholeButForItsLength() throws IOException {
    long last = Math.min(file.size(), contentEnd + SegmentFile.CHECKSUM_BYTES - 1);
    for (long end = contentEnd; end <= last; end++) {
      if (file.wholeButForItsLength(from, end)) {
        return true;
      }
    }
    return false;
  }

  /** Whether everything from some byte of the record on is missing. */
  private boolean endsBefore(long end) throws IOException {
    long checksumAt = end - SegmentFile.CHECKSUM_BYTES;
    if (contentEnd <= checksumAt) {
      return true;
    }
    if (contentEnd == end) {
      return false;
    }
    // As far as the checksum goes it must be right; one that ends with zeros is none that was cut.
    int missingBits = (int) (end - contentEnd) * Byte.SIZE;
    return file.checksum(from, checksumAt) >>> missingBits
        == file.checksumIn(checksumAt) >>> missingBits;
  }

  private boolean lacksSector(long end) throws IOException {
    for (long sector = sectorAfter(from); sector + SECTOR_BYTES <= end; sector += SECTOR_BYTES) {
      if (file.zeros(sector, sector + SECTOR_BYTES)) {
        return true;
      }
    }
    return false;
  }

  private static long sectorAfter(long offset) {
    return (offset / SECTOR_BYTES + 1) * SECTOR_BYTES;
  }
}

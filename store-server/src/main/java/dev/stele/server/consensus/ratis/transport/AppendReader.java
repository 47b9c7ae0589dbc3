// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.raftlog.RaftLogIOException;

/**
 * Reads what goes into one append. Entries that may not be in memory any more are read by a thread
 * that may block first: after that Ratis has them in memory.
 */
final class AppendReader {
  /** Entries at the end of the log that are taken to be in memory. */
  private static final int RECENT_ENTRIES = 256;

  /** Entries of one append; their bytes are bounded too. */
  private static final int MAX_ENTRIES = 256;

  /** The same as Ratis's own bound on an entry. */
  private static final long MAX_BYTES = 4L << 20;

  private final RaftLog log;
  private volatile long readBackTo = -1;

  AppendReader(RaftLog log) {
    this.log = log;
  }

  /** Whether the entries from {@code next} on can be read without waiting for the disk. */
  boolean isInMemory(long next) {
    return log.getNextIndex() - next <= RECENT_ENTRIES || next < readBackTo;
  }

  /** Has the log read into memory what is needed next; blocks. */
  void readBack(long next) throws RaftLogIOException {
    if (isInMemory(next)) {
      return;
    }
    long to = Math.min(log.getNextIndex(), next + RECENT_ENTRIES);
    for (long index = next; index < to; index++) {
      if (log.get(index) == null) {
        return;
      }
    }
    readBackTo = to;
  }

  /** The entries of one append; none when the first one is not in the log. */
  List<LogEntryProto> from(long next) throws RaftLogIOException {
    List<LogEntryProto> entries = new ArrayList<>();
    long end = Math.min(log.getNextIndex(), next + MAX_ENTRIES);
    long bytes = 0;
    for (long index = next; index < end; index++) {
      LogEntryProto entry = log.get(index);
      bytes += entry == null ? 0 : entry.getSerializedSize();
      if (entry == null || (bytes > MAX_BYTES && !entries.isEmpty())) {
        break;
      }
      entries.add(entry);
    }
    return entries;
  }
}

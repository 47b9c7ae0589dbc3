// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.raftlog.segmented.LogSegment;
import org.apache.ratis.server.raftlog.segmented.LogSegmentPath;
import org.apache.ratis.server.raftlog.segmented.SegmentedRaftLogOutputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.SizeInBytes;

/** Files of a log as Ratis writes them, in the folder of a Raft group. */
public final class LogFiles {
  /** Zeros that are ready for the next records. */
  static final int PREPARED_BYTES = 16 << 10;

  private final Path current;
  private final Random random = new Random(7);

  LogFiles(Path group) throws IOException {
    current = Files.createDirectories(group.resolve("current"));
    Files.writeString(current.resolve("raft-meta"), "term=1\nvotedFor=n1\n");
  }

  Path current() {
    return current;
  }

  /** Where the records of {@code file} begin, and where the last one ends. */
  record Written(Path file, List<Integer> offsets) {
    int offset(int record) {
      return offsets.get(record);
    }

    int end() {
      return offsets.get(offsets.size() - 1);
    }

    byte[] bytes() {
      try {
        return Files.readAllBytes(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  Written open(long first, int... entryBytes) throws IOException {
    return write("log_inprogress_" + first, first, entryBytes);
  }

  Written closed(long first, int... entryBytes) throws IOException {
    long last = first + entryBytes.length - 1;
    Written written = write("log_" + first + "-" + last, first, entryBytes);
    Files.write(written.file(), Arrays.copyOf(written.bytes(), written.end()));
    return written;
  }

  private Written write(String name, long first, int... entryBytes) throws IOException {
    Path file = current.resolve(name);
    List<Integer> offsets = new ArrayList<>();
    offsets.add(SegmentFile.HEADER_BYTES);
    byte[] kept;
    try (SegmentedRaftLogOutputStream out =
        new SegmentedRaftLogOutputStream(
            file.toFile(), false, 8 << 20, PREPARED_BYTES, ByteBuffer.allocateDirect(8 << 20))) {
      for (int i = 0; i < entryBytes.length; i++) {
        LogEntryProto entry = entry(first + i, entryBytes[i]);
        out.write(entry);
        offsets.add(offsets.get(i) + record(entry));
      }
      out.flush();
      // Closing cuts the zeros off; a process that dies does not close.
      kept = Files.readAllBytes(file);
    }
    Files.write(file, kept);
    return new Written(file, offsets);
  }

  private LogEntryProto entry(long index, int bytes) {
    byte[] data = new byte[bytes];
    random.nextBytes(data);
    return LogEntryProto.newBuilder()
        .setTerm(1)
        .setIndex(index)
        .setStateMachineLogEntry(
            StateMachineLogEntryProto.newBuilder()
                .setLogData(UnsafeByteOperations.unsafeWrap(data)))
        .build();
  }

  private static int record(LogEntryProto entry) {
    int length = entry.getSerializedSize();
    return (length < 1 << 7 ? 1 : length < 1 << 14 ? 2 : 3) + length + SegmentFile.CHECKSUM_BYTES;
  }

  /** How many entries Ratis reads, by itself and in the way that we set it up. */
  static int readByRatis(Path file) throws IOException {
    return LogSegment.readSegmentFile(
        file.toFile(),
        LogSegmentPath.matchLogSegment(file).getStartEnd(),
        SizeInBytes.valueOf("4MB"),
        CorruptionPolicy.EXCEPTION,
        null,
        entry -> {});
  }

  /** Writes the first {@code bytes} of a next record behind the last one, and zeros behind it. */
  public static void tear(Path file, int bytes) throws IOException {
    byte[] log = Files.readAllBytes(file);
    int end = log.length;
    while (log[end - 1] == 0) {
      end--;
    }
    // The checksum may end with zeros.
    int records = readByRatis(file);
    Files.write(file, Arrays.copyOf(log, end));
    while (readByRatis(file) < records) {
      end++;
      Files.write(file, Arrays.copyOf(log, end));
    }
    byte[] torn = Arrays.copyOf(Arrays.copyOf(log, end), end + PREPARED_BYTES);
    // A length of 300 and the beginning of an entry.
    byte[] start = new byte[bytes];
    new Random(bytes).nextBytes(start);
    byte[] head = {(byte) 0xac, 2, 1 << 3, 1, 2 << 3};
    System.arraycopy(head, 0, start, 0, Math.min(head.length, bytes));
    System.arraycopy(start, 0, torn, end, bytes);
    Files.write(file, torn);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import dev.stele.server.consensus.ratis.SegmentFile.Whole;
import dev.stele.server.port.LogPosition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks through the log before Ratis opens it, and mends what a crash at a bad moment leaves: a
 * last record that was not written to its end, and a purge that was not done to its end. Whatever
 * else is wrong is refused; Ratis would pass over some of it in silence, such as a closed file that
 * is too short, or a length so wrong that the file seems to end within the record.
 *
 * <p>Cutting off the last record drops nothing that this node acknowledged: it acknowledges an
 * entry once it has synced it, and applies an entry no earlier, so that a log is also damaged when
 * it ends before what the store has applied. {@link LogTail} says when a record was never whole.
 */
final class LogCheck {
  private static final Logger LOG = LoggerFactory.getLogger(LogCheck.class);
  private static final Pattern CLOSED = Pattern.compile("log_(\\d+)-(\\d+)");
  private static final Pattern OPEN = Pattern.compile("log_inprogress_(\\d+)");
  private static final Pattern GROUP = Pattern.compile("\\p{XDigit}+(-\\p{XDigit}+){4}");
  private static final String VOTES = "raft-meta";

  private final String node;
  private final Path raft;
  private final String group;
  private final Path current;
  private final LogPosition durable;

  /**
   * @param raft folder of all that Ratis keeps, which may be empty
   * @param group id of the Raft group
   * @param durable how far the store is on the disk
   */
  LogCheck(String node, Path raft, String group, LogPosition durable) {
    this.node = node;
    this.raft = raft;
    this.group = group;
    this.current = raft.resolve(group).resolve("current");
    this.durable = durable;
  }

  /**
   * Blocks on the disk while it reads the whole log.
   *
   * @throws DamagedLogException when the log may lack something that this node acknowledged
   */
  void run() throws IOException {
    refuseOtherGroups();
    List<Segment> segments = segments();
    if (!Files.exists(current.resolve(VOTES))) {
      if (durable.index() >= 0 || !segments.isEmpty()) {
        throw DamagedLogException.in(current, "the file of this node's votes is missing");
      }
      return;
    }
    List<Segment> read = new ArrayList<>();
    for (Segment segment : segments) {
      read(segment).ifPresent(read::add);
    }
    read = finishPurge(read);
    fitsStore(read);
  }

  /** Ratis would open them all, and apply all of them to the one store. */
  private void refuseOtherGroups() throws IOException {
    if (!Files.exists(raft)) {
      return;
    }
    try (Stream<Path> folders = Files.list(raft)) {
      Optional<Path> other =
          folders
              .filter(Files::isDirectory)
              .filter(folder -> GROUP.matcher(folder.getFileName().toString()).matches())
              .filter(folder -> !folder.getFileName().toString().equals(group))
              .findFirst();
      if (other.isPresent()) {
        throw DamagedLogException.in(raft, other.get() + " is the log of another cluster");
      }
    }
  }

  /**
   * One file of the log.
   *
   * @param last index of its last entry, as far as it is known
   */
  private record Segment(Path path, long first, long last, boolean open) {}

  private List<Segment> segments() throws IOException {
    if (!Files.exists(current)) {
      return List.of();
    }
    List<Segment> segments = new ArrayList<>();
    try (Stream<Path> files = Files.list(current)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        Matcher closed = CLOSED.matcher(name);
        Matcher open = OPEN.matcher(name);
        if (closed.matches()) {
          segments.add(
              new Segment(
                  file, Long.parseLong(closed.group(1)), Long.parseLong(closed.group(2)), false));
        } else if (open.matches()) {
          long first = Long.parseLong(open.group(1));
          segments.add(new Segment(file, first, first - 1, true));
        }
      }
    }
    segments.sort(Comparator.comparingLong(Segment::first).thenComparing(Segment::open));
    return segments;
  }

  /** The segment with its true last entry; empty when it holds none. */
  private Optional<Segment> read(Segment segment) throws IOException {
    try (SegmentFile file = SegmentFile.open(segment.path())) {
      if (!file.hasHeader()) {
        return withoutHeader(segment, file);
      }
      long offset = SegmentFile.HEADER_BYTES;
      long next = segment.first();
      while (offset < file.size() && (segment.open() || next <= segment.last())) {
        Optional<Whole> whole = file.whole(offset);
        if (whole.isEmpty()) {
          break;
        }
        if (whole.get().index() != next) {
          throw DamagedLogException.at(
              segment.path(),
              offset,
              "entry " + whole.get().index() + " stands where " + next + " should");
        }
        offset = whole.get().end();
        next++;
      }
      if (segment.open()) {
        mend(file, offset, next);
      } else if (next <= segment.last()) {
        throw DamagedLogException.at(
            segment.path(), offset, "entry " + next + " is not whole, in a file that was closed");
      }
      return next == segment.first()
          ? Optional.empty()
          : Optional.of(new Segment(segment.path(), segment.first(), next - 1, segment.open()));
    }
  }

  /** The header is synced before the first record is written; Ratis removes such a file. */
  private static Optional<Segment> withoutHeader(Segment segment, SegmentFile file)
      throws IOException {
    if (!segment.open() || file.contentEnd(0) >= SegmentFile.HEADER_BYTES) {
      throw DamagedLogException.at(segment.path(), 0, "the file does not begin as one of a log");
    }
    return Optional.empty();
  }

  private void mend(SegmentFile file, long offset, long index) throws IOException {
    LogTail tail = new LogTail(file, offset, index);
    if (tail.isEmpty()) {
      return;
    }
    if (index <= durable.index()) {
      throw DamagedLogException.at(
          file.path(), offset, "entry " + index + " is not whole, and the store has applied it");
    }
    Optional<String> damage = tail.damage();
    if (damage.isPresent()) {
      throw DamagedLogException.at(
          file.path(), offset, "entry " + index + " is not whole; " + damage.get());
    }
    LOG.atWarn()
        .addKeyValue("node", node)
        .addKeyValue("file", file.path())
        .addKeyValue("offset", offset)
        .addKeyValue("bytes", tail.length())
        .addKeyValue("index", index)
        .log("the last record of the log was not written to its end: it is cut off");
    file.cut(offset);
  }

  /**
   * Ratis purges the files of one purge from the last to the first. Those before a gap are of no
   * use to anyone, and if the store has what was in the gap, then a purge it was.
   */
  private List<Segment> finishPurge(List<Segment> segments) throws IOException {
    List<Segment> kept = segments;
    for (int i = 1; i < segments.size(); i++) {
      Segment before = segments.get(i - 1);
      Segment after = segments.get(i);
      if (after.first() == before.last() + 1) {
        continue;
      }
      if (after.first() <= before.last() || after.first() - 1 > durable.index()) {
        throw DamagedLogException.in(
            current,
            "entry "
                + before.last()
                + " is followed by entry "
                + after.first()
                + " in "
                + after.path().getFileName());
      }
      kept = segments.subList(i, segments.size());
    }
    for (Segment leftOver : segments.subList(0, segments.size() - kept.size())) {
      LOG.atWarn()
          .addKeyValue("node", node)
          .addKeyValue("file", leftOver.path())
          .log("a purge of the log was not done to its end: this file is removed");
      Files.delete(leftOver.path());
    }
    return kept;
  }

  private void fitsStore(List<Segment> segments) throws DamagedLogException {
    if (segments.isEmpty()) {
      if (durable.index() >= 0) {
        throw DamagedLogException.in(
            current, "it is empty, and the store has applied entry " + durable.index());
      }
      return;
    }
    long first = segments.get(0).first();
    long last = segments.get(segments.size() - 1).last();
    if (first > durable.index() + 1) {
      throw DamagedLogException.in(
          current,
          "it begins with entry " + first + ", and the store has not applied those before");
    }
    if (last < durable.index()) {
      throw DamagedLogException.in(
          current,
          "it ends with entry " + last + ", and the store has applied entry " + durable.index());
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis;

import dev.stele.server.port.LogPosition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.CommitInfoProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Purges the log, in whole files, of what is durable in the store and in nobody's need.
 *
 * <p>Ratis could do it after a snapshot, but leaves two ways to lose what a voter needs, and a node
 * that needs purged entries is lost as long as there is no snapshot to fetch:
 *
 * <ul>
 *   <li>A follower that has not yet heard how far some voter is leaves that voter out. Here nothing
 *       is purged until all are known.
 *   <li>When the slowest voter stands exactly at the end of a file, that file goes, and with it the
 *       entry that its next append must be compared with. Here the entry that it stands at stays.
 * </ul>
 *
 * <p>It also does not purge while the last entry is durable already, which is how an idle store
 * stands. One thread.
 */
final class LogRetention {
  private static final Logger LOG = LoggerFactory.getLogger(LogRetention.class);
  private static final Pattern CLOSED_FILE = Pattern.compile("log_(\\d+)-(\\d+)");

  private final RaftServer.Division division;
  private long considered = -1;

  LogRetention(RaftServer.Division division) {
    this.division = division;
  }

  /** Purges what may go now that the store is durable up to {@code durable}. */
  void purge(LogPosition durable) {
    long lowest = Math.min(durable.index(), slowestCommit());
    long last = lowest - 1;
    if (last <= considered) {
      return;
    }
    considered = last;
    if (!hasClosedFileUpTo(last)) {
      return;
    }
    LOG.atInfo()
        .addKeyValue("node", division.getId())
        .addKeyValue("upTo", last)
        .addKeyValue("durable", durable.index())
        .log("purging the log");
    // A failed purge is logged by Ratis; the next one takes its files too.
    CompletableFuture<Long> unused = division.getRaftLog().purge(last);
  }

  /** The commit index of the slowest member, as far as it is known here; -1 when one is not. */
  private long slowestCommit() {
    Map<RaftPeerId, Long> commits = new HashMap<>();
    for (CommitInfoProto info : division.getCommitInfos()) {
      commits.put(RaftPeerId.valueOf(info.getServer().getId()), info.getCommitIndex());
    }
    RaftConfiguration configuration = division.getRaftConf();
    return Stream.concat(
            configuration.getAllPeers().stream(),
            configuration.getAllPeers(RaftPeerRole.LISTENER).stream())
        .map(RaftPeer::getId)
        .mapToLong(id -> commits.getOrDefault(id, -1L))
        .min()
        .orElse(-1);
  }

  private boolean hasClosedFileUpTo(long index) {
    Path current = division.getRaftStorage().getStorageDir().getCurrentDir().toPath();
    try (Stream<Path> files = Files.list(current)) {
      return files.anyMatch(file -> endsUpTo(file, index));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean endsUpTo(Path file, long index) {
    Matcher closed = CLOSED_FILE.matcher(file.getFileName().toString());
    return closed.matches() && Long.parseLong(closed.group(2)) <= index;
  }
}

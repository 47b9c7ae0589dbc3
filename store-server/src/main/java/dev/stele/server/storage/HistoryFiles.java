// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.core.encoding.Output;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Slack;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes history away by the file. Positions only grow, so files of history follow one another and
 * RocksDB moves them to its last level as they are; one that lies below what anybody needs goes
 * unread.
 *
 * <p>What is dropped is gone at once, and stays gone: neither RocksDB's snapshots nor a crash bring
 * it back. So both the disk and each open state must say that they don't need it.
 *
 * <p>Used by one thread at a time.
 */
final class HistoryFiles {
  /** It looks for files when it may drop so many revisions more than the last time. */
  static final long STRIDE_REVISIONS = Slack.REVISIONS / 4;

  private static final Logger LOG = LoggerFactory.getLogger(HistoryFiles.class);

  private final Database database;
  private final OpenStates open;
  private long dropped;

  HistoryFiles(Database database, OpenStates open) {
    this.database = database;
    this.open = open;
  }

  /**
   * Drops the files that nobody needs. One that is not wholly below what is needed stays until it
   * is; one that is still in level 0 until RocksDB has moved it.
   *
   * @param durablyReclaimed the revision through which history is reclaimed, as a store says that
   *     is opened behind a crash
   */
  void drop(long durablyReclaimed) {
    long through = Slack.unneeded(Math.min(durablyReclaimed, open.leastReclaimed()));
    if (!isWorthwhile(through - dropped)) {
      return;
    }
    Output end = new Output(12);
    ChangeCodec.writeKey(Position.behind(through), end);
    database.dropFiles(Family.HISTORY, new byte[0], end.toBytes());
    dropped = through;
    LOG.atDebug().addKeyValue("through", through).log("dropped files of history");
  }

  private static boolean isWorthwhile(long revisions) {
    return revisions >= STRIDE_REVISIONS;
  }
}

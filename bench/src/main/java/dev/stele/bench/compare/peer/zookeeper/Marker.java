// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.zookeeper;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * Writes behind everything that was acknowledged, to have a zxid to wait for: no read tells one
 * that is sure to be behind it. Its session is opened early, so that {@link #mark} costs one write.
 */
final class Marker implements AutoCloseable {
  private static final int TRIES = 50;
  private static final long PAUSE_MILLIS = 100;

  private @Nullable Session session;

  synchronized void connect(List<InetSocketAddress> servers) {
    close();
    session = new Session(new LeaderFirst(servers, 0));
  }

  /** The zxid of the write. */
  synchronized long mark() throws IOException, InterruptedException {
    Session open = session;
    if (open == null) {
      throw new IOException("no server was killed");
    }
    for (int attempt = 1; ; attempt++) {
      try {
        Stat stat = new Stat();
        open.zooKeeper()
            .create(
                "/mark-",
                new byte[0],
                ZooDefs.Ids.OPEN_ACL_UNSAFE,
                CreateMode.PERSISTENT_SEQUENTIAL,
                stat);
        return stat.getCzxid();
      } catch (KeeperException e) {
        if (attempt == TRIES) {
          throw new IOException("can't write a mark", e);
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  @Override
  public synchronized void close() {
    if (session != null) {
      session.close();
      session = null;
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.compare.peer.zookeeper;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;

/** A connection: a session of the library, and the next one when it has expired. Thread-safe. */
final class Session implements Watcher, AutoCloseable {
  private static final int TIMEOUT_MILLIS = 20_000;
  private static final long CLOSE_MILLIS = 3_000;

  /** The library asks for host and port though the provider knows them. */
  private static final String UNUSED = "127.0.0.1:1";

  private final LeaderFirst servers;
  private volatile ZooKeeper zooKeeper;
  private volatile boolean closed;

  Session(LeaderFirst servers) {
    this.servers = servers;
    this.zooKeeper = open();
  }

  private ZooKeeper open() {
    try {
      return new ZooKeeper(UNUSED, TIMEOUT_MILLIS, this, false, servers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ZooKeeper zooKeeper() {
    return zooKeeper;
  }

  @Override
  public void process(WatchedEvent event) {
    if (event.getState() == Event.KeeperState.Expired && !closed) {
      zooKeeper = open();
    }
  }

  /** Ends it; not waiting for servers that don't answer. */
  @Override
  public void close() {
    closed = true;
    Thread closing = new Thread(this::closeNow, "close-zookeeper");
    closing.setDaemon(true);
    closing.start();
    try {
      closing.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeNow() {
    try {
      zooKeeper.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

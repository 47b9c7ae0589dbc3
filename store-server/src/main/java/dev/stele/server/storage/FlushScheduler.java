// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.port.FaultPolicy;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.Ticker;
import dev.stele.server.storage.Backlog.Due;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flushes a store in the background, so that a start after a crash has little to replay: after so
 * many changes, so many bytes, or so long ({@link StorageSettings}). In between it moves what
 * entries left in memory to RocksDB, whenever that is a generation.
 *
 * <p>Close it before the store. Closing waits for a flush that is under way and begins no other.
 */
public final class FlushScheduler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FlushScheduler.class);

  private final RocksStateStore store;
  private final Backlog backlog;
  private final FaultPolicy faults;
  private final Consumer<LogPosition> durableListener;
  private final Thread thread;

  private FlushScheduler(
      RocksStateStore store,
      Backlog backlog,
      FaultPolicy faults,
      Consumer<LogPosition> durableListener) {
    this.store = store;
    this.backlog = backlog;
    this.faults = faults;
    this.durableListener = durableListener;
    thread = new Thread(this::run, "stele-flush");
    thread.setDaemon(true);
  }

  /**
   * Starts the thread. What was committed before does not count: start it before the first commit.
   *
   * @param settings the flush settings
   * @param faults told when a flush fails, or the listener; no flush follows
   * @param durableListener told of each position that a flush of this scheduler made durable, in
   *     order, on its thread
   */
  public static FlushScheduler start(
      RocksStateStore store,
      StorageSettings settings,
      Ticker ticker,
      FaultPolicy faults,
      Consumer<LogPosition> durableListener) {
    Backlog backlog = new Backlog(settings, store.generationBytes(), ticker);
    FlushScheduler scheduler = new FlushScheduler(store, backlog, faults, durableListener);
    store.observe(backlog);
    scheduler.thread.start();
    return scheduler;
  }

  private void run() {
    try {
      for (Due due = backlog.awaitDue(); due != Due.NOTHING_MORE; due = backlog.awaitDue()) {
        if (due == Due.FLUSH) {
          flush();
        } else {
          store.settle();
        }
      }
    } catch (Throwable e) {
      faults.fatal("the background flush failed", e);
    }
  }

  private void flush() {
    LogPosition durable = store.flush();
    LOG.atDebug()
        .addKeyValue("term", durable.term())
        .addKeyValue("index", durable.index())
        .log("flushed");
    durableListener.accept(durable);
  }

  @Override
  public void close() {
    store.observe(CommitObserver.NONE);
    backlog.stop();
    if (Thread.currentThread() == thread) {
      // The fault policy stops the node from here.
      return;
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      // The store's own close waits for a flush that is under way.
      Thread.currentThread().interrupt();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

import dev.stele.server.port.FaultPolicy;
import dev.stele.server.port.ReclaimHolds;
import dev.stele.server.port.StateStore;
import dev.stele.server.port.Ticker;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reclaims what lies below the floor in the background, in small steps with rests between them, so
 * that writes hardly notice. Goes on where it was when the node starts again.
 *
 * <p>Close it before the store. Closing waits for a step that is under way and begins no other.
 */
public final class Reclaimer implements AutoCloseable {
  /** Deletes that one step goes over; settling waits for a step at most. */
  static final int STEP_DELETES = 256;

  /** It rests so many times as long as the step before took: a quarter of one thread's time. */
  static final int REST_FACTOR = 3;

  /** How soon it looks again while somebody holds it back. */
  static final Duration HELD_PAUSE = Duration.ofMillis(500);

  private static final Logger LOG = LoggerFactory.getLogger(Reclaimer.class);

  private final StateStore store;
  private final ReclaimHolds holds;
  private final Ticker ticker;
  private final FaultPolicy faults;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean floorRose;
  private boolean stopped;

  private Reclaimer(StateStore store, ReclaimHolds holds, Ticker ticker, FaultPolicy faults) {
    this.store = store;
    this.holds = holds;
    this.ticker = ticker;
    this.faults = faults;
    thread = new Thread(this::run, "stele-reclaim");
    thread.setDaemon(true);
  }

  /**
   * Starts the thread.
   *
   * @param holds who still reads what could go
   * @param faults told when a step fails; no step follows
   */
  public static Reclaimer start(
      RocksStateStore store, ReclaimHolds holds, Ticker ticker, FaultPolicy faults) {
    Reclaimer reclaimer = new Reclaimer(store, holds, ticker, faults);
    store.onFloor(reclaimer::floorRose);
    reclaimer.thread.start();
    return reclaimer;
  }

  private void run() {
    try {
      boolean held = reclaim();
      while (awaitWork(held)) {
        held = reclaim();
      }
    } catch (Throwable e) {
      faults.fatal("reclaiming history failed", e);
    }
  }

  /** Goes as far as it may; whether somebody holds it back from the floor. */
  private boolean reclaim() throws InterruptedException {
    long from = store.reclaimed();
    boolean more = true;
    while (more && !stopped()) {
      long began = ticker.nanos();
      more = store.reclaim(Math.min(store.meta().floor(), holds.limit()), STEP_DELETES);
      rest(REST_FACTOR * (ticker.nanos() - began));
    }
    if (store.reclaimed() > from) {
      LOG.atDebug()
          .addKeyValue("from", from)
          .addKeyValue("through", store.reclaimed())
          .log("reclaimed history");
    }
    return holds.limit() < store.meta().floor();
  }

  private void floorRose() {
    lock.lock();
    try {
      floorRose = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** False when there is to be no more work. */
  private boolean awaitWork(boolean held) throws InterruptedException {
    lock.lock();
    try {
      long nanos = HELD_PAUSE.toNanos();
      while (!stopped && !floorRose && nanos > 0) {
        if (held) {
          nanos = changed.awaitNanos(nanos);
        } else {
          changed.await();
        }
      }
      floorRose = false;
      return !stopped;
    } finally {
      lock.unlock();
    }
  }

  private void rest(long restNanos) throws InterruptedException {
    lock.lock();
    try {
      for (long nanos = restNanos; !stopped && nanos > 0; ) {
        nanos = changed.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean stopped() {
    lock.lock();
    try {
      return stopped;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      stopped = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (Thread.currentThread() == thread) {
      // The fault policy stops the node from here.
      return;
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      // The store's own close waits for a step that is under way.
      Thread.currentThread().interrupt();
    }
  }
}

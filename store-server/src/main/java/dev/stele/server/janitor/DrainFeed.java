// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.janitor;

import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.KindNames;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.ChangeListener;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Where a {@link Janitor} hears of what becomes of claims: the thread that applies puts it there
 * and goes on. It is there before anything is applied; while nobody counts drains, which is
 * everywhere but at the leader, nothing is kept.
 *
 * <p>It keeps {@link #MAX_CHANGES} at most. Beyond that it notes that some were missed, and the
 * claims are gone over again: nothing is lost by it, and nobody waits.
 */
public final class DrainFeed implements ChangeListener {
  /** Changes of claims that wait for the janitor. */
  static final int MAX_CHANGES = 16_384;

  private final Queue<Change> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicBoolean missed = new AtomicBoolean();
  private volatile boolean open;

  @Override
  public void committed(List<Change> changes, StoreMeta meta) {
    if (!open) {
      return;
    }
    for (Change change : changes) {
      if (change.key().kind().equals(KindNames.CLAIM)) {
        add(change);
      }
    }
  }

  private void add(Change change) {
    if (count.incrementAndGet() <= MAX_CHANGES) {
      waiting.add(change);
    } else {
      count.decrementAndGet();
      missed.set(true);
    }
  }

  /** Keeps what comes from here on. What a snapshot that is taken after this lacks comes. */
  void open() {
    open = true;
  }

  /** Keeps nothing any more, and forgets what it has. */
  void close() {
    open = false;
    drainTo(change -> {});
    missed.set(false);
  }

  /**
   * Tells {@code claims} what has come until now, in order. Returns whether some had come that were
   * not kept: what is read after this includes those.
   */
  boolean drainTo(Consumer<Change> claims) {
    // What comes meanwhile is for the next time: this ends.
    boolean some = missed.getAndSet(false);
    int most = count.get();
    for (int i = 0; i < most; i++) {
      Change next = waiting.poll();
      if (next == null) {
        break;
      }
      count.decrementAndGet();
      claims.accept(next);
    }
    return some;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.watch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands things over one at a time, in order, on an executor. Whoever posts sees to it that not too
 * much waits; states, of which any number may come, are kept to the latest of a row. Thread-safe.
 */
public final class Mailbox {
  /** So many in a row, then others have their turn on the executor. */
  private static final int TURN = 64;

  private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);

  private final Executor executor;
  private final Consumer<Throwable> onFailure;
  private final Deque<Item> items = new ArrayDeque<>();
  private boolean running;
  private boolean failed;
  private boolean closed;

  /** {@code replaceable} by another such that follows at once. */
  private record Item(Runnable work, boolean replaceable) {}

  /** {@code onFailure} gets what an item throws; nothing more is handed over by then. */
  public Mailbox(Executor executor, Consumer<Throwable> onFailure) {
    this.executor = executor;
    this.onFailure = onFailure;
  }

  public void post(Runnable work) {
    post(new Item(work, false));
  }

  /** What changes nothing for who has not seen it before the next of its sort. */
  public void postReplaceable(Runnable work) {
    post(new Item(work, true));
  }

  private void post(Item item) {
    synchronized (this) {
      if (closed || failed) {
        return;
      }
      Item last = items.peekLast();
      if (item.replaceable && last != null && last.replaceable) {
        items.removeLast();
      }
      items.addLast(item);
    }
    run();
  }

  /** The last item of all. */
  void postLast(Runnable work, boolean dropOthers) {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      if (dropOthers) {
        items.clear();
      }
      items.addLast(new Item(work, false));
    }
    run();
  }

  private void run() {
    synchronized (this) {
      if (running || items.isEmpty()) {
        return;
      }
      running = true;
    }
    try {
      executor.execute(this::turn);
    } catch (RejectedExecutionException e) {
      // The executor is gone, its owner may not be: better here than never.
      LOG.atWarn().setCause(e).log("watch executor refuses, handing over on this thread");
      turn();
    }
  }

  private void turn() {
    for (int i = 0; i < TURN; i++) {
      Item item = next();
      if (item == null) {
        return;
      }
      try {
        item.work.run();
      } catch (RuntimeException | Error e) {
        failed(e);
      }
    }
    synchronized (this) {
      running = false;
    }
    run();
  }

  private synchronized @Nullable Item next() {
    Item item = items.pollFirst();
    if (item == null) {
      running = false;
    }
    return item;
  }

  private void failed(Throwable failure) {
    synchronized (this) {
      failed = true;
      if (!closed) {
        items.clear();
      }
    }
    onFailure.accept(failure);
  }
}

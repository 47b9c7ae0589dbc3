// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.lease;

import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Work that lasts no longer than a lease. Thread-safe. */
final class LeaseTask<T> extends CompletableFuture<T> implements Runnable {
  private final Callable<T> work;
  private @Nullable Thread runner;
  private @Nullable String loss;

  LeaseTask(Callable<T> work) {
    this.work = work;
  }

  @Override
  public void run() {
    synchronized (this) {
      if (isDone()) {
        return;
      }
      runner = Thread.currentThread();
    }
    T result = null;
    Throwable failure = null;
    try {
      result = work.call();
    } catch (Throwable thrown) {
      failure = thrown;
    }
    String ended;
    synchronized (this) {
      runner = null;
      ended = loss;
      // The thread goes on to other work, which this interrupt was not meant for.
      Thread.interrupted();
    }
    if (ended != null) {
      endAsCancelled(ended);
    } else if (failure != null) {
      completeExceptionally(failure);
    } else {
      complete(result);
    }
  }

  /** The lease is lost: interrupts the work, at once. */
  synchronized void lost(String why) {
    loss = why;
    interrupt();
  }

  private synchronized void interrupt() {
    if (runner != null) {
      runner.interrupt();
    }
  }

  /** Ends the future as cancelled, with the reason. */
  void endAsCancelled(String why) {
    completeExceptionally(new CancellationException(why));
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    if (cancelled) {
      interrupt();
    }
    return cancelled;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import dev.stele.server.port.Ticker;
import java.util.ArrayList;
import java.util.List;

/**
 * One call under way.
 *
 * <p>Thread-safe: it is cancelled by the event loop while others work on it.
 */
public final class Call {
  private final Caller caller;
  private final byte[] request;
  private final long deadlineNanos;
  private final Ticker ticker;
  private final List<Runnable> onCancel = new ArrayList<>(1);
  private boolean cancelled;

  /**
   * @param request as it came; the call takes the array over
   * @param deadlineNanos on {@code ticker}
   */
  public Call(Caller caller, byte[] request, long deadlineNanos, Ticker ticker) {
    this.caller = caller;
    this.request = request;
    this.deadlineNanos = deadlineNanos;
    this.ticker = ticker;
  }

  public Caller caller() {
    return caller;
  }

  /** The request as it came; not to be written to. */
  public byte[] request() {
    return request;
  }

  /** When it must have ended, on the node's ticker. */
  public long deadlineNanos() {
    return deadlineNanos;
  }

  /** Nanoseconds until the deadline; zero or less once it passed. */
  public long remainingNanos() {
    return deadlineNanos - ticker.nanos();
  }

  /** Whether nobody waits for the answer any more. */
  public synchronized boolean cancelled() {
    return cancelled;
  }

  /** Runs {@code action} when the caller goes away, at once if it went. */
  public void onCancel(Runnable action) {
    synchronized (this) {
      if (!cancelled) {
        onCancel.add(action);
        return;
      }
    }
    action.run();
  }

  void cancel() {
    List<Runnable> actions;
    synchronized (this) {
      cancelled = true;
      actions = List.copyOf(onCancel);
      onCancel.clear();
    }
    actions.forEach(Runnable::run);
  }
}

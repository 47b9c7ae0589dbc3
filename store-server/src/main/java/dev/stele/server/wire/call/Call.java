// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import dev.stele.proto.v1.RequestHeader;
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
  private final Asked asked;
  private final long deadlineNanos;
  private final Ticker ticker;
  private final List<Runnable> onCancel = new ArrayList<>(1);
  private boolean cancelled;

  /** What it asks for, as far as that is not in the request that its handler gets. */
  public interface Asked {
    /** The request in full, as a call of its own sends it; not to be written to. */
    byte[] request();

    /** How long the request is, about. */
    long bytes();

    /** The header that counts, where the request says {@code own}. */
    RequestHeader header(RequestHeader own);
  }

  /** All of it is in the request. */
  private static final class Whole implements Asked {
    private final byte[] request;

    Whole(byte[] request) {
      this.request = request;
    }

    @Override
    public byte[] request() {
      return request;
    }

    @Override
    public long bytes() {
      return request.length;
    }

    @Override
    public RequestHeader header(RequestHeader own) {
      return own;
    }
  }

  /**
   * @param request as it came; the call takes the array over
   * @param deadlineNanos on {@code ticker}
   */
  public Call(Caller caller, byte[] request, long deadlineNanos, Ticker ticker) {
    this(caller, new Whole(request), deadlineNanos, ticker);
  }

  /**
   * @param deadlineNanos on {@code ticker}
   */
  public Call(Caller caller, Asked asked, long deadlineNanos, Ticker ticker) {
    this.caller = caller;
    this.asked = asked;
    this.deadlineNanos = deadlineNanos;
    this.ticker = ticker;
  }

  public Caller caller() {
    return caller;
  }

  /** The request as it came; not to be written to. Only for who passes it on: it may cost. */
  public byte[] request() {
    return asked.request();
  }

  /** How long the request is, about, in bytes. */
  public long requestBytes() {
    return asked.bytes();
  }

  /** The header that counts, where the request itself says {@code own}. */
  public RequestHeader header(RequestHeader own) {
    return asked.header(own);
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

  /** Nobody waits for the answer any more. */
  public void cancel() {
    List<Runnable> actions;
    synchronized (this) {
      cancelled = true;
      actions = List.copyOf(onCancel);
      onCancel.clear();
    }
    actions.forEach(Runnable::run);
  }
}

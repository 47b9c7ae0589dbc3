// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import io.grpc.Context;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What one call holds: its place among those under way, and the bytes of its request from the first
 * on, which come in long before there is a request. gRPC tells it of every byte and, for certain,
 * of the end, when the caller has also taken the reply.
 *
 * <p>Thread-safe; gRPC calls it on the call's event loop.
 */
public final class CallMeter extends ServerStreamTracer {
  /** Set for every call before anything else. */
  public static final Context.Key<CallMeter> KEY = Context.key("stele-call-meter");

  private Context.@Nullable CancellableContext context;
  private @Nullable Quota quota;
  private Quota.@Nullable Share share;
  private Runnable overrun = () -> {};
  private Runnable end = () -> {};
  private @Nullable Line line;
  private boolean mayBorrow;
  private long held;
  private long borrowed;
  private boolean ended;
  private volatile long expiresNanos;
  private volatile boolean expires;

  @Override
  public synchronized Context filterContext(Context outer) {
    Context.CancellableContext inner = outer.withValue(KEY, this).withCancellation();
    context = inner;
    return inner;
  }

  /**
   * Notes the connection that the call came on.
   *
   * @param isStream whether what comes in belongs to many, so that it may take more than there is
   *     room for, up to {@link Quota#LOAN_BYTES} of the connection's streams
   */
  public synchronized void cameOn(Line connection, boolean isStream) {
    line = connection;
    mayBorrow = isStream;
  }

  /** The connection that the call came on. */
  synchronized Line line() {
    if (line == null) {
      throw new IllegalStateException("a call of which nobody noted where it came in");
    }
    return line;
  }

  /** Room for the calls that come on this stream, where this one has its own. */
  synchronized Places places() {
    return quota == null || share == null ? Places.UNBOUNDED : new Places(quota, share);
  }

  /**
   * Begins to count the call; false when the quota has no place for it.
   *
   * @param onOverrun runs, once at most, when its request becomes longer than there is room for
   * @param onEnd runs when the call has ended
   */
  public synchronized boolean begin(
      Quota from, Quota.Share sharing, Runnable onOverrun, Runnable onEnd) {
    if (ended || !from.begin(sharing)) {
      return false;
    }
    quota = from;
    share = sharing;
    overrun = onOverrun;
    end = onEnd;
    return true;
  }

  @Override
  public void inboundWireSize(long bytes) {
    hold(bytes);
  }

  /** Counts {@code bytes} more; false, and tells of the overrun, when there is no room for them. */
  boolean hold(long bytes) {
    Runnable tell;
    synchronized (this) {
      if (quota == null || ended) {
        return true;
      }
      if (quota.take(held, bytes)) {
        held += bytes;
        return true;
      }
      if (mayBorrow && share != null && quota.borrow(share, bytes)) {
        borrowed += bytes;
        return true;
      }
      tell = overrun;
      overrun = () -> {};
    }
    tell.run();
    return false;
  }

  /** Bytes of its request that are held. */
  synchronized long held() {
    return held + borrowed;
  }

  /**
   * Gives the bytes of a stream's request back, which was dealt with. What has come of the next one
   * by then is not counted; gRPC's flow control bounds it.
   */
  synchronized void giveBack() {
    if (quota != null && share != null && !ended) {
      giveBack(quota, share);
    }
  }

  private void giveBack(Quota from, Quota.Share sharing) {
    from.giveBack(held);
    from.repay(sharing, borrowed);
    held = 0;
    borrowed = 0;
  }

  /** Until when it must have got further; it is ended otherwise. On the node's ticker. */
  public void expireAt(long nanos) {
    expiresNanos = nanos;
    expires = true;
  }

  /** It may take any time from now on. */
  void expireNever() {
    expires = false;
  }

  /** Ends the call if its time is over. */
  public void expire(long nowNanos) {
    if (expires && nowNanos - expiresNanos >= 0) {
      cut("the caller took too long to send its request or to take the reply");
    }
  }

  /** Ends the call without an answer. */
  public void cut(String why) {
    Context.CancellableContext cancellable;
    synchronized (this) {
      cancellable = context;
    }
    if (cancellable != null) {
      // This cause makes gRPC reset the stream.
      cancellable.cancel(new TimeoutException(why));
    }
  }

  @Override
  public void streamClosed(Status status) {
    Context.CancellableContext cancellable;
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      cancellable = context;
      if (quota != null && share != null) {
        giveBack(quota, share);
        quota.end(share);
      }
    }
    end.run();
    if (cancellable != null) {
      cancellable.cancel(null);
    }
  }
}

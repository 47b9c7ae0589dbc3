// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.lease;

import dev.stele.client.LeaseOptions;
import dev.stele.client.error.LeaseHeldException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.UnavailableException;
import dev.stele.client.internal.call.Backoff;
import dev.stele.client.internal.time.Timekeeper;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One acquisition, in as many requests as its wait needs: each is a write of its own, that waits at
 * the leader for a slice of the time and tells how long this caller has waited before, which keeps
 * its place in the order. So a wait outlasts the longest call and leaders that come and go, and a
 * leader that died with it is found out about.
 *
 * <p>No two requests are under way together. The next one follows only where nothing happened: the
 * lease was held, or nobody could serve it. A request of unknown outcome ends it, as unknown.
 */
final class GrantCall extends CompletableFuture<Grant> {
  /** The longest that one request waits at a node. */
  static final long SLICE_NANOS = TimeUnit.SECONDS.toNanos(45);

  /** What a request that waits has beyond its slice, at most. */
  static final long MAX_GRACE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final LeaseCalls calls;
  private final Timekeeper timekeeper;
  private final BooleanSupplier closed;
  private final String name;
  private final String holder;
  private final LeaseOptions options;
  private final long graceNanos;
  private final long beganNanos;
  private int early;
  private volatile @Nullable CompletableFuture<Grant> underWay;

  /**
   * @param closed whether the client is
   * @param requestNanos how long a request has that does not wait
   */
  GrantCall(
      LeaseCalls calls,
      Timekeeper timekeeper,
      BooleanSupplier closed,
      String name,
      String holder,
      LeaseOptions options,
      long requestNanos) {
    this.calls = calls;
    this.timekeeper = timekeeper;
    this.closed = closed;
    this.name = name;
    this.holder = holder;
    this.options = options;
    this.graceNanos = Math.min(requestNanos, MAX_GRACE_NANOS);
    this.beganNanos = timekeeper.nanoTime();
  }

  /** What is left of the wait. */
  long leftNanos() {
    return options.longestWait().toNanos() - (timekeeper.nanoTime() - beganNanos);
  }

  /** Sends the next request. */
  @SuppressWarnings("FutureReturnValueIgnored") // what comes of it goes into this
  void next() {
    if (isDone()) {
      return;
    }
    if (closed.getAsBoolean()) {
      completeExceptionally(
          new UnavailableException(Reason.NO_QUORUM, "the client is closed", null, null));
      return;
    }
    Sent sent = new Sent(timekeeper);
    long slice = Math.min(Math.max(0, leftNanos()), SLICE_NANOS);
    long until = timekeeper.nanoTime() + slice;
    CompletableFuture<Grant> request =
        options.longestWait().isZero()
            ? calls.acquire(name, holder, options, sent)
            : calls.acquire(name, holder, options, sent, beganNanos, until, slice + graceNanos);
    underWay = request;
    if (isCancelled()) {
      request.cancel(true);
    }
    request.whenComplete((grant, failure) -> ended(until, grant, failure));
  }

  private void ended(long untilNanos, @Nullable Grant grant, @Nullable Throwable failure) {
    if (grant != null) {
      complete(grant);
    } else if (goesOn(failure)) {
      // A node that does not wait, or has just been overtaken, must not be asked in a loop.
      boolean tooSoon = untilNanos - timekeeper.nanoTime() > 0;
      early = tooSoon ? early + 1 : 0;
      if (tooSoon) {
        timekeeper.schedule(Backoff.delayNanos(early, timekeeper.random()), this::next);
      } else {
        next();
      }
    } else if (failure != null) {
      completeExceptionally(failure);
    }
  }

  private boolean goesOn(@Nullable Throwable failure) {
    boolean nothingHappened =
        failure instanceof LeaseHeldException || failure instanceof UnavailableException;
    return nothingHappened && leftNanos() > 0 && !closed.getAsBoolean();
  }

  /** Also stops the request under way: a lease that is granted all the same ends with its TTL. */
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    CompletableFuture<Grant> request = underWay;
    if (cancelled && request != null) {
      request.cancel(true);
    }
    return cancelled;
  }
}

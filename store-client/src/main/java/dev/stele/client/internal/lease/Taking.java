// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.lease;

import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseRef;
import dev.stele.client.error.OutcomeUnknownException;
import dev.stele.client.error.SteleException;
import dev.stele.client.internal.time.Timekeeper;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * From an acquisition, or a token, to a handle.
 *
 * <p><b>From when a grant counts.</b> The leader counts the TTL of a grant from when it was
 * decided, and the answer does not tell how long ago that was: it may have been decided right after
 * the request was sent, and the answer been late. So it counts from before the sending of the try
 * that led to it. Of a try that waited at the leader that may be long ago, longer than the TTL. If
 * too little is left by that count, the lease is renewed once, before anybody is told that it is
 * held: then it counts from before that renewal was sent, as always.
 */
final class Taking extends CompletableFuture<LeaseHandle> {
  /** Renewals until one leaves enough of the TTL. */
  static final int MAX_RENEWALS = 3;

  /** Enough is this part of the TTL. */
  private static final int ENOUGH_PART = 3;

  private final DefaultLeases leases;
  private final LeaseCalls calls;
  private final Timekeeper timekeeper;
  private volatile @Nullable CompletableFuture<?> underWay;
  private int renewals;

  Taking(DefaultLeases leases, LeaseCalls calls, Timekeeper timekeeper) {
    this.leases = leases;
    this.calls = calls;
    this.timekeeper = timekeeper;
  }

  /** Takes what this call is granted. */
  @SuppressWarnings("FutureReturnValueIgnored") // what comes of it goes into this
  Taking from(CompletableFuture<Grant> call) {
    underWay = call;
    call.whenComplete(
        (grant, failure) -> {
          if (failure != null) {
            completeExceptionally(failure);
          } else if (isDone()) {
            giveBack(grant.lease());
          } else if (isEnough(grant.ttlMillis(), grant.sinceNanos())) {
            hold(grant.lease(), grant.ttlMillis(), grant.sinceNanos());
          } else {
            renew(grant.lease(), true);
          }
        });
    return this;
  }

  /** Takes what is held under a token. */
  Taking from(LeaseRef lease) {
    renew(lease, false);
    return this;
  }

  private boolean isEnough(long ttlMillis, long sinceNanos) {
    long leftNanos = sinceNanos + Tenure.safeNanos(ttlMillis) - timekeeper.nanoTime();
    return leftNanos >= TimeUnit.MILLISECONDS.toNanos(ttlMillis) / ENOUGH_PART;
  }

  /**
   * @param ours whether this acquired it, so that a failure leaves it behind
   */
  @SuppressWarnings("FutureReturnValueIgnored") // what comes of it goes into this
  private void renew(LeaseRef lease, boolean ours) {
    renewals++;
    Sent sent = new Sent(timekeeper);
    CompletableFuture<Long> renewal = calls.renew(lease, sent);
    underWay = renewal;
    if (isCancelled()) {
      renewal.cancel(true);
    }
    renewal.whenComplete(
        (ttlMillis, failure) -> {
          if (isDone()) {
            if (ours) {
              giveBack(lease);
            }
          } else if (failure != null) {
            completeExceptionally(ours ? leftBehind(lease, failure) : failure);
          } else if (isEnough(ttlMillis, sent.lastNanos()) || renewals == MAX_RENEWALS) {
            hold(lease, ttlMillis, sent.lastNanos());
          } else {
            renew(lease, ours);
          }
        });
  }

  private static Throwable leftBehind(LeaseRef lease, Throwable failure) {
    if (failure instanceof SteleException reason && !reason.mayHaveHappened()) {
      String message =
          "acquired "
              + lease.name()
              + " with token "
              + lease.token()
              + ", and then could not renew it: "
              + reason.reason()
              + ": ";
      return new OutcomeUnknownException(message + reason.getMessage(), reason);
    }
    return failure;
  }

  private void hold(LeaseRef lease, long ttlMillis, long sinceNanos) {
    Held held = leases.hold(lease, ttlMillis, sinceNanos);
    if (!complete(held)) {
      held.close();
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the TTL ends it if this does not
  private void giveBack(LeaseRef lease) {
    calls.release(lease);
  }

  /** Also leaves the queue. A lease that is granted all the same is given back. */
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    CompletableFuture<?> request = underWay;
    if (cancelled && request != null) {
      request.cancel(true);
    }
    return cancelled;
  }
}

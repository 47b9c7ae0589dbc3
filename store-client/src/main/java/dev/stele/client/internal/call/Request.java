// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.call;

import dev.stele.client.error.CorruptException;
import dev.stele.client.error.OutcomeUnknownException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.SteleException;
import dev.stele.client.error.UnavailableException;
import dev.stele.client.error.WrongEpochException;
import dev.stele.client.internal.failure.Failure;
import dev.stele.client.internal.link.EndpointLink;
import dev.stele.client.internal.link.Endpoints;
import dev.stele.proto.v1.ResponseHeader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request over all its attempts, which follow one another: no two are ever under way. A write
 * is tried again only after an attempt of which it is certain that nothing happened.
 */
final class Request<Q, A, R> extends CompletableFuture<R> {
  /**
   * The most that a further attempt needs, or a tenth of the request's time. With less it would
   * only put "out of time" in the place of what the last one was told.
   */
  private static final long MIN_RETRY_MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final int MIN_RETRY_PART = 10;

  private static final Logger LOG = LoggerFactory.getLogger(Request.class);

  private final Caller caller;
  private final Outgoing<Q, A, R> outgoing;
  private final long deadlineNanos;
  private final long minRetryNanos;
  private final long seenBefore;
  private int attempts;
  private int hops;
  private int waits;
  private @Nullable EndpointLink failedAt;
  private @Nullable SteleException lastFailure;
  private volatile @Nullable Attempt<Q, A, R> underWay;

  Request(Caller caller, Outgoing<Q, A, R> outgoing, long deadlineNanos) {
    this.caller = caller;
    this.outgoing = outgoing;
    this.deadlineNanos = deadlineNanos;
    long givenNanos = deadlineNanos - caller.timekeeper().nanoTime();
    this.minRetryNanos = Math.min(givenNanos / MIN_RETRY_PART, MIN_RETRY_MAX_NANOS);
    this.seenBefore = outgoing.monotonic() ? caller.history().known().revision() : 0;
  }

  Outgoing<Q, A, R> outgoing() {
    return outgoing;
  }

  /** Makes the next attempt, where it has the best prospects. */
  void attempt() {
    if (isDone()) {
      return;
    }
    if (caller.isClosed()) {
      fail(lastFailure != null ? lastFailure : unavailable("the client is closed"));
      return;
    }
    long now = caller.timekeeper().nanoTime();
    long leftNanos = deadlineNanos - now;
    if (lastFailure != null && leftNanos < minRetryNanos) {
      fail(lastFailure);
      return;
    }
    if (leftNanos <= 0) {
      fail(unavailable("the request's time is over"));
      return;
    }
    attempts++;
    EndpointLink link = caller.endpoints().pick(outgoing.route(), failedAt, now);
    long attemptNanos =
        outgoing.method().write() ? leftNanos : Math.min(leftNanos, caller.readAttemptNanos());
    Attempt<Q, A, R> attempt = new Attempt<>(this, link, caller.history().known());
    underWay = attempt;
    attempt.start(attemptNanos);
    if (isCancelled()) {
      attempt.cancel();
    }
  }

  /** An attempt was answered. */
  void answered(Attempt<Q, A, R> attempt, A message) {
    EndpointLink link = attempt.link();
    link.succeeded();
    ResponseHeader header = outgoing.method().header().apply(message);
    boolean sameHistory = caller.history().observe(attempt.sentUnder(), header);
    if (sameHistory) {
      caller.endpoints().observe(link, header);
    }
    SteleException broken = brokenPromise(link, header, sameHistory);
    if (broken != null) {
      fail(broken);
      return;
    }
    R answer;
    try {
      answer = outgoing.answer().apply(message);
    } catch (IllegalArgumentException e) {
      fail(unreadable(link, e));
      return;
    }
    deliver(answer, null);
  }

  /** An answer to a read that must not be believed. A write that succeeded did so in any case. */
  private @Nullable SteleException brokenPromise(
      EndpointLink link, ResponseHeader header, boolean sameHistory) {
    if (outgoing.method().write()) {
      return null;
    }
    if (!sameHistory) {
      String message =
          "the answer is of cluster " + header.getClusterId() + ", epoch " + header.getEpoch();
      return new WrongEpochException(message + " (" + link + ")", "header");
    }
    if (outgoing.monotonic() && header.getRevision() < seenBefore) {
      String message =
          "a linearizable read at revision " + header.getRevision() + " after one at " + seenBefore;
      return new CorruptException(Reason.CORRUPT, message + " (" + link + ")", null, null);
    }
    return null;
  }

  private SteleException unreadable(EndpointLink link, IllegalArgumentException cause) {
    String message = "the answer can't be read: " + cause.getMessage() + " (" + link + ")";
    return outgoing.method().write()
        ? new OutcomeUnknownException(message, cause)
        : new CorruptException(Reason.CORRUPT, message, null, cause);
  }

  /** An attempt failed. */
  void failed(EndpointLink link, Failure failure) {
    long now = caller.timekeeper().nanoTime();
    if (failure.endpointFailed()) {
      link.failed(now);
    }
    if (!failure.leaderEndpoint().isEmpty()) {
      caller.endpoints().hint(failure.leaderEndpoint());
    }
    lastFailure = failure.exception();
    failedAt = link;
    if (!failure.retriable() || isDone() || caller.isClosed() || attempts >= Caller.MAX_ATTEMPTS) {
      fail(failure.exception());
      return;
    }
    long delayNanos = delayNanos(link, failure, now);
    if (delayNanos > deadlineNanos - now - minRetryNanos || !caller.retries().take(now)) {
      fail(failure.exception());
      return;
    }
    LOG.atDebug()
        .addKeyValue("method", outgoing.method().name())
        .addKeyValue("endpoint", link)
        .addKeyValue("attempt", attempts)
        .addKeyValue("delayNanos", delayNanos)
        .log("trying again");
    if (delayNanos == 0) {
      attempt();
    } else {
      caller.later(this, delayNanos);
    }
  }

  /** None while another endpoint promises better, but only once around; then a backoff. */
  private long delayNanos(EndpointLink link, Failure failure, long now) {
    Endpoints endpoints = caller.endpoints();
    boolean hop =
        failure.retryAfterNanos() == 0
            && hops < endpoints.size()
            && endpoints.hasBetterThan(link, outgoing.route(), now);
    if (hop) {
      hops++;
      return 0;
    }
    hops = 0;
    long backoffNanos = Backoff.delayNanos(waits, caller.timekeeper().random());
    waits++;
    return failure.retryAfterNanos() + backoffNanos;
  }

  private static UnavailableException unavailable(String message) {
    return new UnavailableException(Reason.NO_QUORUM, message, null, null);
  }

  private void fail(SteleException failure) {
    deliver(null, failure);
  }

  private void deliver(@Nullable R answer, @Nullable SteleException failure) {
    try {
      caller.callbacks().execute(() -> finish(answer, failure));
    } catch (RejectedExecutionException e) {
      // The caller's executor is gone, the caller may not be: better here than never.
      LOG.atWarn().setCause(e).log("callback executor refuses, completing on this thread");
      finish(answer, failure);
    }
  }

  private void finish(@Nullable R answer, @Nullable SteleException failure) {
    if (failure != null) {
      completeExceptionally(failure);
    } else {
      complete(answer);
    }
  }

  /** Also stops the attempt under way; a write that was sent may have happened all the same. */
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    Attempt<Q, A, R> attempt = underWay;
    if (cancelled && attempt != null) {
      attempt.cancel();
    }
    return cancelled;
  }
}

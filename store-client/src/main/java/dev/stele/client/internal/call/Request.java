// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.call;

import dev.stele.client.error.CorruptException;
import dev.stele.client.error.OutcomeUnknownException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.SteleException;
import dev.stele.client.error.UnavailableException;
import dev.stele.client.error.WrongEpochException;
import dev.stele.client.internal.failure.Failure;
import dev.stele.client.internal.history.History;
import dev.stele.client.internal.link.EndpointLink;
import dev.stele.client.internal.link.Endpoints;
import dev.stele.client.internal.session.Ticket;
import dev.stele.proto.v1.ResponseHeader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request over all its attempts, which follow one another: no two are ever under way. A write
 * under a session is tried again whatever became of the last attempt, always under the same ticket,
 * until its outcome is known or its time is over. A write without one is tried again only after an
 * attempt of which it is certain that nothing happened.
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
  private final long attemptNanos;
  private final long minRetryNanos;
  private final Executor callbacks;
  private final @Nullable WriteGate gate;
  private final long seenBefore;
  private final Doubt doubt = new Doubt();
  private int attempts;
  private int hops;
  private int waits;
  private boolean owesToken;
  private boolean reopened;
  private @Nullable Ticket ticket;
  private @Nullable EndpointLink failedAt;
  private @Nullable SteleException lastFailure;
  private volatile @Nullable Attempt underWay;

  /**
   * @param attemptNanos the most that one attempt may take of what can be sent again
   * @param gate where a write gets its place in a session; null when it has none
   */
  Request(
      Caller caller,
      Outgoing<Q, A, R> outgoing,
      long deadlineNanos,
      long attemptNanos,
      Executor callbacks,
      @Nullable WriteGate gate) {
    this.caller = caller;
    this.gate = gate;
    this.outgoing = outgoing;
    this.deadlineNanos = deadlineNanos;
    this.attemptNanos = attemptNanos;
    this.callbacks = callbacks;
    long givenNanos = deadlineNanos - caller.timekeeper().nanoTime();
    this.minRetryNanos = Math.min(givenNanos / MIN_RETRY_PART, MIN_RETRY_MAX_NANOS);
    this.seenBefore = outgoing.monotonic() ? caller.history().known().revision() : 0;
  }

  Outgoing<Q, A, R> outgoing() {
    return outgoing;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  /** Makes the next attempt, where it has the best prospects. */
  void attempt() {
    if (isDone()) {
      leaveSession();
      return;
    }
    if (caller.isClosed()) {
      fail(lastFailure != null ? lastFailure : unavailable("the client is closed"));
      return;
    }
    long now = caller.timekeeper().nanoTime();
    long leftNanos = deadlineNanos - now;
    if (lastFailure != null && leftNanos < Math.max(1, minRetryNanos)) {
      fail(lastFailure);
      return;
    }
    if (leftNanos <= 0) {
      fail(unavailable("the request's time is over"));
      return;
    }
    if (owesToken && !caller.retries().take(now)) {
      caller.later(this, Math.min(backoffNanos(), leftNanos - minRetryNanos + 1));
      return;
    }
    owesToken = false;
    if (gate != null && ticket == null) {
      Ticket entered = gate.enter(this);
      if (entered == null) {
        // It may be let in elsewhere already: nothing of this request is touched from here on.
        return;
      }
      ticket = entered;
    }
    start(now, leftNanos);
  }

  private void start(long now, long leftNanos) {
    attempts++;
    EndpointLink link = caller.endpoints().pick(outgoing.route(), failedAt, now);
    Ticket entered = ticket;
    History.Known known = entered == null ? caller.history().known() : entered.known();
    boolean once = outgoing.method().write() && entered == null;
    Piping<Q, A> piping = outgoing.method().piping();
    Attempt attempt =
        piping == null
            ? new UnaryAttempt<>(
                this, link, known, entered == null ? known.header() : entered.header())
            : new PipedAttempt<>(this, piping, link, known, entered);
    underWay = attempt;
    attempt.start(now, once ? leftNanos : Math.min(leftNanos, attemptNanos));
    if (isCancelled()) {
      attempt.cancel();
    }
  }

  /** The gate has a place for this write. */
  void admitted(Ticket entered) {
    ticket = entered;
    attempt();
  }

  /** The gate has none, so nothing was sent since it was asked. */
  void refused(SteleException reason) {
    fail(reason);
  }

  /** An attempt was answered. */
  void answered(Attempt attempt, ResponseHeader header, A message) {
    EndpointLink link = attempt.link();
    link.succeeded();
    boolean sameHistory =
        caller.history().observe(attempt.sentUnder(), header, caller.timekeeper().nanoTime());
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
      answer = outgoing.answer().apply(header, message);
    } catch (RuntimeException e) {
      // Its codec may be the caller's own, and there is nobody above this that it could be told to.
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

  private SteleException unreadable(EndpointLink link, RuntimeException cause) {
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
    if (reopens(failure)) {
      return;
    }
    Failure weighed = ticket == null ? failure : doubt.weigh(failure);
    lastFailure = weighed.exception();
    failedAt = link;
    if (!weighed.retriable() || isDone() || caller.isClosed() || attempts >= Caller.MAX_ATTEMPTS) {
      fail(weighed.exception());
      return;
    }
    long delayNanos = delayNanos(link, weighed, now);
    if (delayNanos > deadlineNanos - now - minRetryNanos || !mayRetry(now)) {
      fail(weighed.exception());
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

  /**
   * A write whose session has expired was not executed. If no earlier try can have been either, it
   * is a new write in a new session: once, since the store time of that one is of this moment.
   */
  private boolean reopens(Failure failure) {
    Ticket expired = ticket;
    if (gate == null
        || expired == null
        || reopened
        || doubt.exists()
        || failure.exception().reason() != Reason.SESSION_EXPIRED) {
      return false;
    }
    reopened = true;
    ticket = null;
    gate.expired(expired);
    attempt();
    return true;
  }

  /** A write in doubt is worth waiting until the budget has a token for it. */
  private boolean mayRetry(long now) {
    if (caller.retries().take(now)) {
      return true;
    }
    owesToken = doubt.exists() && caller.retries().refills();
    return owesToken;
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
    return failure.retryAfterNanos() + backoffNanos();
  }

  private long backoffNanos() {
    long backoffNanos = Backoff.delayNanos(waits, caller.timekeeper().random());
    waits++;
    return backoffNanos;
  }

  private static UnavailableException unavailable(String message) {
    return new UnavailableException(Reason.NO_QUORUM, message, null, null);
  }

  private void fail(SteleException failure) {
    deliver(null, failure);
  }

  private void leaveSession() {
    Ticket entered = ticket;
    if (gate != null && entered != null) {
      ticket = null;
      gate.leave(entered);
    }
  }

  /** Nothing is sent after this. */
  private void deliver(@Nullable R answer, @Nullable SteleException failure) {
    leaveSession();
    try {
      callbacks.execute(() -> finish(answer, failure));
    } catch (RuntimeException e) {
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
    Attempt attempt = underWay;
    if (cancelled && attempt != null) {
      attempt.cancel();
    }
    return cancelled;
  }
}

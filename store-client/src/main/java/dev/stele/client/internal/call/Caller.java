// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.call;

import dev.stele.client.internal.ClientSettings;
import dev.stele.client.internal.history.History;
import dev.stele.client.internal.link.Endpoints;
import dev.stele.client.internal.session.SessionIds;
import dev.stele.client.internal.session.SessionPool;
import dev.stele.client.internal.time.Timekeeper;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What all requests of a client share. Thread-safe; a request that succeeds at once takes no lock.
 */
public final class Caller implements AutoCloseable {
  /** Attempts of one request, whatever its timeout and the budget allow. */
  public static final int MAX_ATTEMPTS = 256;

  /**
   * Writes that wait for room in a session, or for the hello before the first; more are refused.
   */
  public static final int MAX_WAITING_WRITES = 8_192;

  private static final int ATTEMPTS_IN_TIME = 3;

  private final Endpoints endpoints;
  private final Timekeeper timekeeper;
  private final History history = new History();
  private final TokenBucket retries;
  private final Observations observations;
  private final Executor callbacks;
  private final long timeoutNanos;
  private final @Nullable WriteGate gate;
  private final @Nullable WriteGate patientGate;
  private final Set<Request<?, ?, ?>> waiting = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  public Caller(ClientSettings settings, Endpoints endpoints, Timekeeper timekeeper) {
    this.endpoints = endpoints;
    this.timekeeper = timekeeper;
    this.retries = new TokenBucket(settings.retryBudget(), timekeeper.nanoTime());
    this.observations = new Observations(settings.observationRegistry());
    this.callbacks = settings.callbackExecutor();
    this.timeoutNanos = settings.requestTimeout().toNanos();
    this.gate = settings.sessions() ? newGate() : null;
    this.patientGate = settings.sessions() ? newGate() : null;
  }

  private WriteGate newGate() {
    return new WriteGate(this, new SessionPool(new SessionIds()));
  }

  /** Sends a request. */
  public <Q, A, R> CompletableFuture<R> call(Outgoing<Q, A, R> outgoing) {
    return call(outgoing, timeoutNanos, attemptNanos(), gate);
  }

  /**
   * Sends a request whose answer takes as long as it is given: an attempt may have all of its time.
   *
   * @param timeout empty: as for any request
   */
  public <Q, A, R> CompletableFuture<R> callInOne(
      Outgoing<Q, A, R> outgoing, Optional<Duration> timeout) {
    long givenNanos = timeout.map(Duration::toNanos).orElse(timeoutNanos);
    return call(outgoing, givenNanos, givenNanos, gate);
  }

  /**
   * Sends a write that its node may keep waiting for as long as it is given. Such writes have
   * sessions of their own: one that waits keeps its session's window from moving, and would hold up
   * the quick ones behind it.
   */
  public <Q, A, R> CompletableFuture<R> callPatiently(Outgoing<Q, A, R> outgoing, long givenNanos) {
    return call(outgoing, givenNanos, givenNanos, patientGate);
  }

  private <Q, A, R> CompletableFuture<R> call(
      Outgoing<Q, A, R> outgoing,
      long givenNanos,
      long attemptNanos,
      @Nullable WriteGate sessions) {
    long deadlineNanos = timekeeper.nanoTime() + givenNanos;
    WriteGate entered = outgoing.method().write() ? sessions : null;
    Request<Q, A, R> request =
        new Request<>(this, outgoing, deadlineNanos, attemptNanos, callbacks, entered);
    observations.observe(outgoing.method(), request);
    request.attempt();
    return request;
  }

  /** Which history this client reads from. */
  public History history() {
    return history;
  }

  Endpoints endpoints() {
    return endpoints;
  }

  Timekeeper timekeeper() {
    return timekeeper;
  }

  TokenBucket retries() {
    return retries;
  }

  /** How long a request has that is not given a time of its own. */
  public long timeoutNanos() {
    return timeoutNanos;
  }

  boolean isClosed() {
    return closed;
  }

  /**
   * The most that one attempt may take of what can be sent again, so that a silent endpoint leaves
   * time for others.
   */
  long attemptNanos() {
    return timeoutNanos / ATTEMPTS_IN_TIME + 1;
  }

  /** Has {@code request} make its next attempt later, or fail when the client is closed. */
  void later(Request<?, ?, ?> request, long delayNanos) {
    waiting.add(request);
    timekeeper.schedule(
        delayNanos,
        () -> {
          if (waiting.remove(request)) {
            request.attempt();
          }
        });
    if (closed && waiting.remove(request)) {
      request.attempt();
    }
  }

  @Override
  public void close() {
    closed = true;
    timekeeper.close();
    endpoints.close();
    for (Request<?, ?, ?> request : List.copyOf(waiting)) {
      if (waiting.remove(request)) {
        request.attempt();
      }
    }
    if (gate != null && patientGate != null) {
      gate.close();
      patientGate.close();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import dev.stele.server.consensus.deadline.DeadlineSweep;
import dev.stele.server.port.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Batches those who ask the same: one flight on its way, one batch waiting for the next.
 *
 * <p>A flight carries exactly those who had asked before it began. Whoever asks later waits for the
 * next one, because an answer to a question that was asked earlier says nothing of what happened in
 * between. A flight that fails, or takes too long, hands its passengers back; they fly again until
 * their own deadlines.
 */
final class OneInFlight<T> {
  /** Who may wait and fly together, at most. */
  static final int MAX_WAITING = 65_536;

  /** From a flight that failed to the next one: nobody is helped by asking in a tight loop. */
  static final long RETRY_MILLIS = 20;

  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS);

  private final Pilot<T> pilot;
  private final Supplier<T> lateAnswer;
  private final long timeoutNanos;
  private final Ticker ticker;
  private final DeadlineSweep sweep;

  private final ConcurrentLinkedQueue<Waiting<T>> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicReference<Flight> current = new AtomicReference<>();
  private volatile boolean resting;
  private volatile long restEndNanos;

  /**
   * @param lateAnswer what those are told whose deadlines passed
   * @param timeoutMillis after which a flight has failed, whatever it still waits for
   */
  OneInFlight(
      Pilot<T> pilot,
      Supplier<T> lateAnswer,
      long timeoutMillis,
      Ticker ticker,
      DeadlineSweep sweep) {
    this.pilot = pilot;
    this.lateAnswer = lateAnswer;
    this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    this.ticker = ticker;
    this.sweep = sweep;
  }

  /** Knows how to ask. */
  interface Pilot<T> {
    /**
     * Begins to ask, for all who are in {@code flight}; must not block. Ends the flight sooner or
     * later, or leaves it to the timeout.
     */
    void fly(OneInFlight<T>.Flight flight);
  }

  /** Waits for an answer to a question that begins after this call; empty when too many wait. */
  Optional<CompletableFuture<T>> add(long deadlineNanos) {
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      return Optional.empty();
    }
    Waiting<T> one = new Waiting<>(deadlineNanos);
    queue.add(one);
    sweep.arm();
    flyIfIdle();
    return Optional.of(one);
  }

  /** Ends what is late, and tries again what is due; returns whether anybody waits. */
  boolean sweep(long nowNanos) {
    List<Waiting<T>> late = new ArrayList<>(0);
    queue.removeIf(one -> one.isLate(nowNanos) && late.add(one));
    waiting.addAndGet(-late.size());
    tellLate(late);
    Flight flight = current.get();
    if (flight != null && flight.started) {
      flight.tellLate(nowNanos);
      if (nowNanos - flight.begunNanos >= timeoutNanos) {
        flight.failed();
      }
    }
    if (resting && nowNanos - restEndNanos >= 0) {
      resting = false;
    }
    flyIfIdle();
    return waiting.get() > 0;
  }

  /** Lets the flight that is on its way fail, if there is one. */
  void failCurrent() {
    Flight flight = current.get();
    if (flight != null && flight.started) {
      flight.failed();
    }
  }

  private void flyIfIdle() {
    while (!resting && !queue.isEmpty()) {
      Flight flight = new Flight();
      if (!current.compareAndSet(null, flight)) {
        return;
      }
      flight.board();
      pilot.fly(flight);
      if (current.get() == flight) {
        return;
      }
    }
  }

  private void tellLate(List<Waiting<T>> late) {
    if (!late.isEmpty()) {
      T answer = lateAnswer.get();
      late.forEach(one -> one.complete(answer));
    }
  }

  /** One question and those who wait for its answer. */
  final class Flight {
    private List<Waiting<T>> passengers = List.of();
    private long begunNanos;
    private long earliestDeadlineNanos;

    /** Published last: whoever sees it sees the fields above. */
    private volatile boolean started;

    /** Before the first step of the question: nobody boards afterwards. */
    private void board() {
      begunNanos = ticker.nanos();
      earliestDeadlineNanos = begunNanos + Long.MAX_VALUE / 2;
      passengers = new ArrayList<>();
      for (Waiting<T> one = queue.poll(); one != null; one = queue.poll()) {
        passengers.add(one);
        if (one.deadlineNanos() - earliestDeadlineNanos < 0) {
          earliestDeadlineNanos = one.deadlineNanos();
        }
      }
      started = true;
    }

    long begunNanos() {
      return begunNanos;
    }

    /** Whether nobody ended it yet. */
    boolean isOpen() {
      return current.get() == this;
    }

    /** Ends it with an answer for all; nothing when it has ended before. */
    void landed(T answer) {
      landed().forEach(one -> one.complete(answer));
    }

    /** Ends it, and hands over those who still wait; none when it has ended before. */
    List<Waiting<T>> landed() {
      if (!current.compareAndSet(this, null)) {
        return List.of();
      }
      waiting.addAndGet(-passengers.size());
      // The next question leaves before the answers of this one are worked on.
      flyIfIdle();
      return passengers.stream().filter(one -> !one.isDone()).toList();
    }

    /** Ends it without an answer: its passengers wait for another one, after a rest. */
    void failed() {
      if (!current.compareAndSet(this, null)) {
        return;
      }
      restEndNanos = ticker.nanos() + RETRY_NANOS;
      resting = true;
      int gone = 0;
      for (Waiting<T> one : passengers) {
        if (one.isDone()) {
          gone++;
        } else {
          queue.add(one);
        }
      }
      waiting.addAndGet(-gone);
    }

    private void tellLate(long nowNanos) {
      if (nowNanos - earliestDeadlineNanos < 0) {
        return;
      }
      long next = nowNanos + Long.MAX_VALUE / 2;
      List<Waiting<T>> late = new ArrayList<>();
      for (Waiting<T> one : passengers) {
        if (one.isLate(nowNanos)) {
          late.add(one);
        } else if (one.deadlineNanos() - next < 0) {
          next = one.deadlineNanos();
        }
      }
      earliestDeadlineNanos = next;
      OneInFlight.this.tellLate(late);
    }
  }
}

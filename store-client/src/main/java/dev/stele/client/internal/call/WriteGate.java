// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.call;

import dev.stele.client.error.LimitExceededException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.SteleException;
import dev.stele.client.error.UnavailableException;
import dev.stele.client.internal.history.History;
import dev.stele.client.internal.link.Route;
import dev.stele.client.internal.session.SessionPool;
import dev.stele.client.internal.session.Ticket;
import dev.stele.proto.v1.HelloRequest;
import dev.stele.proto.v1.HelloResponse;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Gives each write its place in a session. Writes for which there is none wait here in order: until
 * a node has said hello, whose answer tells the store time that a session begins with, and while
 * all sessions are full. Thread-safe, without locks; one thread at a time lets waiting writes in.
 */
final class WriteGate {
  /** Between hellos whose answers help nobody. */
  private static final long HELLO_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final String NO_HELLO = "no node that knows the cluster said hello in time";

  private static final Outgoing<HelloRequest, HelloResponse, HelloResponse> HELLO =
      new Outgoing<>(
          Method.HELLO,
          Route.LEADER,
          false,
          header -> HelloRequest.newBuilder().setHeader(header).build(),
          (header, answer) -> answer);

  private final Caller caller;
  private final SessionPool sessions;
  private final Queue<Request<?, ?, ?>> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingCount = new AtomicInteger();
  private final AtomicInteger rounds = new AtomicInteger();
  private volatile boolean timerSet;
  private volatile boolean helloUnderWay;
  private volatile @Nullable SteleException helloFailure;
  // Of the thread that lets writes in.
  private long gone;
  private long helloCovers;
  private boolean heldByHello;

  WriteGate(Caller caller, SessionPool sessions) {
    this.caller = caller;
    this.sessions = sessions;
  }

  /** A place for the write, or null: then it is told later, or has been refused. */
  @Nullable Ticket enter(Request<?, ?, ?> write) {
    if (waitingCount.get() == 0) {
      Ticket ticket = take(caller.timekeeper().nanoTime());
      if (ticket != null) {
        return ticket;
      }
    }
    if (waitingCount.incrementAndGet() > Caller.MAX_WAITING_WRITES) {
      waitingCount.decrementAndGet();
      write.refused(
          full(Caller.MAX_WAITING_WRITES + " writes of this client wait for room already"));
      return null;
    }
    waiting.add(write);
    letIn();
    return null;
  }

  /** A write will not be sent again, whatever came of it. */
  void leave(Ticket ticket) {
    sessions.leave(ticket);
    if (waitingCount.get() > 0) {
      letIn();
    }
  }

  /** The session of this write has expired, and it is certain that the write had no effect. */
  void expired(Ticket ticket) {
    sessions.expired(ticket);
    leave(ticket);
  }

  /** Ends what waits, once the caller is closed. */
  void close() {
    letIn();
  }

  private @Nullable Ticket take(long now) {
    History.Known known = caller.history().known();
    return known.isFresh(now) ? sessions.take(known, now) : null;
  }

  /** Whoever comes while this runs only asks for another round: no recursion, no lock. */
  private void letIn() {
    int asked = rounds.incrementAndGet();
    if (asked != 1) {
      return;
    }
    while (asked != 0) {
      round();
      asked = rounds.addAndGet(-asked);
    }
  }

  private void round() {
    refuseAfterHello();
    for (Request<?, ?, ?> head = waiting.peek(); head != null; head = waiting.peek()) {
      long now = caller.timekeeper().nanoTime();
      if (head.isDone() || caller.isClosed()) {
        next().attempt();
      } else if (head.deadlineNanos() - now <= 0) {
        next().refused(late());
      } else {
        Ticket ticket = take(now);
        if (ticket == null) {
          hold(head, now);
          return;
        }
        next().admitted(ticket);
      }
    }
  }

  private Request<?, ?, ?> next() {
    Request<?, ?, ?> head = waiting.remove();
    waitingCount.decrementAndGet();
    gone++;
    return head;
  }

  /** The first one can't go on: sees to it that this changes, or ends in time. */
  private void hold(Request<?, ?, ?> head, long now) {
    if (helloUnderWay) {
      return;
    }
    heldByHello = !caller.history().known().isFresh(now);
    if (heldByHello) {
      sayHello(head.deadlineNanos());
    } else if (!timerSet) {
      timerSet = true;
      caller.timekeeper().schedule(head.deadlineNanos() - now, this::timeIsUp);
    }
  }

  private void timeIsUp() {
    timerSet = false;
    letIn();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // what comes of it goes to those who wait
  private void sayHello(long deadlineNanos) {
    helloUnderWay = true;
    helloCovers = gone + waitingCount.get();
    Request<?, ?, HelloResponse> hello =
        new Request<>(caller, HELLO, deadlineNanos, caller.attemptNanos(), Runnable::run, null);
    hello.whenComplete(this::answered);
    hello.attempt();
  }

  private void answered(@Nullable HelloResponse answer, @Nullable Throwable failure) {
    if (failure == null && !caller.history().known().isFresh(caller.timekeeper().nanoTime())) {
      // From a node that has not joined its cluster yet, or lags by hours: none to begin with.
      caller.timekeeper().schedule(HELLO_AGAIN_NANOS, this::helloEnds);
      return;
    }
    if (failure instanceof SteleException reason) {
      helloFailure = reason;
    }
    helloEnds();
  }

  private void helloEnds() {
    helloUnderWay = false;
    letIn();
  }

  /** Those who waited when it began share its failure; for the others another is said. */
  private void refuseAfterHello() {
    SteleException failure = helloFailure;
    if (failure == null) {
      return;
    }
    helloFailure = null;
    while (gone < helloCovers && waiting.peek() != null) {
      next().refused(failure);
    }
  }

  private SteleException late() {
    return heldByHello
        ? new UnavailableException(Reason.NO_QUORUM, NO_HELLO, null, null)
        : full("no write of this client made room in time");
  }

  private static LimitExceededException full(String message) {
    return new LimitExceededException(Reason.WINDOW_FULL, message, null, null);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.lease;

import dev.stele.server.core.model.Reason;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.session.SessionTag;
import dev.stele.server.lease.LeaseDesk;
import dev.stele.server.port.RetryDelay;
import dev.stele.server.port.Ticker;
import dev.stele.server.wire.call.Call;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.facts.Permits;
import dev.stele.server.wire.parse.LeaseParser;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Acquisitions that wait for their lease, in the line that the leader keeps. None is proposed
 * before its turn: a refusal would be stored as its session's answer.
 *
 * <p>One whose wait is over is proposed all the same. The log has the last word on it: it is then
 * known for certain that it was refused, and an earlier try that is still on its way to this node
 * can't acquire a lease that nobody knows of any more. Thread-safe.
 */
final class Waits {
  /**
   * The most that is kept back of a call's time for the log's word at the end, or a tenth of it.
   */
  static final Duration LAST_WORD_MAX = Duration.ofMillis(250);

  private static final int LAST_WORD_PART = 10;

  private final LeaseDesk desk;
  private final Ticker ticker;
  private final RetryDelay retryDelay = new RetryDelay();

  /** Tries that have their turn and are being decided. */
  private final Set<Try> deciding = ConcurrentHashMap.newKeySet();

  Waits(LeaseDesk desk, Ticker ticker) {
    this.desk = desk;
    this.ticker = ticker;
  }

  /** One write of a session, whatever it acknowledges. */
  private record Try(SessionId session, long sequence) {
    static Optional<Try> of(Optional<SessionTag> tag) {
      return tag.map(it -> new Try(it.id(), it.sequence()));
    }
  }

  /** What {@code acquire} waits for, from now on; empty when it does not wait. */
  Optional<Permits> of(LeaseParser.Acquire acquire) {
    return acquire.waitNanos() == 0
        ? Optional.empty()
        : Optional.of(new Wait(acquire, ticker.nanos()));
  }

  private final class Wait implements Permits {
    private final LeaseParser.Acquire acquire;
    private final Optional<Try> attempt;
    private final long beganNanos;

    Wait(LeaseParser.Acquire acquire, long beganNanos) {
      this.acquire = acquire;
      this.attempt = Try.of(acquire.tag());
      this.beganNanos = beganNanos;
    }

    @Override
    public CompletableFuture<Permit> permit(Call call) {
      if (attempt.filter(deciding::contains).isPresent()) {
        // The log answers both with the same.
        return CompletableFuture.completedFuture(new Granted(() -> {}));
      }
      CompletableFuture<LeaseDesk.Turn> turn =
          desk.awaitTurn(
              acquire.command().name(),
              acquire.tag(),
              acquire.waitedNanos() + ticker.nanos() - beganNanos,
              endNanos(call));
      call.onCancel(() -> turn.cancel(false));
      CompletableFuture<Permit> permit = new CompletableFuture<>();
      CompletableFuture<LeaseDesk.Turn> unused =
          turn.whenComplete(
              (given, left) -> {
                if (given == null) {
                  permit.cancel(false);
                } else {
                  permit.complete(permit(given));
                }
              });
      return permit;
    }

    private long endNanos(Call call) {
      long callNanos = call.remainingNanos();
      long lastWordNanos = Math.min(callNanos / LAST_WORD_PART, LAST_WORD_MAX.toNanos());
      long ownNanos = acquire.waitNanos() - (ticker.nanos() - beganNanos);
      return ticker.nanos() + Math.min(ownNanos, callNanos - lastWordNanos);
    }

    private Permit permit(LeaseDesk.Turn turn) {
      if (turn instanceof LeaseDesk.Turn.Yours yours) {
        attempt.ifPresent(deciding::add);
        return new Granted(() -> decided(yours.done()));
      }
      if (turn instanceof LeaseDesk.Turn.Full) {
        return new Denied(
            Failure.of(
                    Reason.OVERLOADED,
                    LeaseDesk.MAX_WAITERS + " wait for this lease, the most that may")
                .retryAfter(retryDelay.refuse(ticker.nanos(), 1)));
      }
      if (turn instanceof LeaseDesk.Turn.Replaced) {
        return new Denied(
            Failure.of(
                Reason.OUTCOME_UNKNOWN,
                "a later call of the same session and sequence waits in this one's place"));
      }
      return turn instanceof LeaseDesk.Turn.Elsewhere
          ? new Elsewhere("this node stopped leading, or is not ready to")
          : new Granted(() -> {});
    }

    private void decided(Runnable done) {
      attempt.ifPresent(deciding::remove);
      retryDelay.served(1);
      done.run();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import dev.stele.server.consensus.deadline.DeadlineSweep;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.PeerAnswers.ConfirmedIndex;
import dev.stele.server.port.PeerAnswers.IndexAnswer;
import dev.stele.server.port.PeerAnswers.NotConfirmed;
import dev.stele.server.port.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The leader's confirm rounds: does a majority still know this node's term? One round serves all
 * who waited when it began; one is on its way at a time, and those who come meanwhile share the
 * next one. {@link RoundRule} argues why a round's answer can be trusted.
 *
 * <p>It needs no clock to be safe, only to end: a round that gets no majority within {@link
 * #ROUND_TIMEOUT_MILLIS} gives way to the next one, and whoever waited in it waits for that, until
 * their own deadlines. Any thread.
 */
public final class ConfirmRounds {
  /** Who may wait for a round, at most. */
  public static final int MAX_WAITING = OneInFlight.MAX_WAITING;

  /** How long a round may take. Longer than a round trip around the earth. */
  public static final long ROUND_TIMEOUT_MILLIS = 500;

  private final String memberId;
  private final String groupId;
  private final RaftView raft;
  private final TermQuestions peers;
  private final Ticker ticker;
  private final RoundRule rule;
  private final OneInFlight<IndexAnswer> rounds;
  private final Timer confirmed;
  private final Timer deposed;
  private final Timer failed;

  public ConfirmRounds(
      String memberId,
      String groupId,
      RaftView raft,
      TermQuestions peers,
      Ticker ticker,
      DeadlineSweep sweep,
      MeterRegistry meters) {
    this(memberId, groupId, raft, peers, ticker, sweep, meters, RoundRule.STANDARD);
  }

  ConfirmRounds(
      String memberId,
      String groupId,
      RaftView raft,
      TermQuestions peers,
      Ticker ticker,
      DeadlineSweep sweep,
      MeterRegistry meters,
      RoundRule rule) {
    this.memberId = memberId;
    this.groupId = groupId;
    this.raft = raft;
    this.peers = peers;
    this.ticker = ticker;
    this.rule = rule;
    confirmed = timer(meters, "confirmed");
    deposed = timer(meters, "deposed");
    failed = timer(meters, "failed");
    rounds =
        new OneInFlight<>(this::begin, ConfirmRounds::late, ROUND_TIMEOUT_MILLIS, ticker, sweep);
    sweep.add(rounds::sweep);
  }

  /**
   * An index that a majority confirmed in a round that began after this call: a state that includes
   * it shows every write that was acknowledged before this call. The future always completes, and
   * never exceptionally: NO_QUORUM at the deadline, NOT_LEADER at once when this node does not lead
   * or is not ready to, OVERLOADED beyond {@link #MAX_WAITING}.
   */
  public CompletableFuture<IndexAnswer> confirm(long deadlineNanos) {
    return rounds
        .add(deadlineNanos)
        .orElseGet(
            () ->
                CompletableFuture.completedFuture(
                    new NotConfirmed(Reason.OVERLOADED, "too many wait for a confirm round")));
  }

  private void begin(OneInFlight<IndexAnswer>.Flight flight) {
    RoundRule.Start start = rule.start(raft);
    if (!start.ready()) {
      flight.landed(notLeader("this node does not lead, or is not ready to"));
      return;
    }
    Round round = new Round(rule, start, memberId, groupId);
    conclude(flight, round, round.state());
    long deadline = flight.begunNanos() + TimeUnit.MILLISECONDS.toNanos(ROUND_TIMEOUT_MILLIS);
    for (String member : round.asked()) {
      if (!flight.isOpen()) {
        return;
      }
      CompletableFuture<Round.State> counted =
          peers
              .ask(member, start.term(), deadline)
              .handle(
                  (answer, failure) ->
                      failure == null ? round.answered(member, answer) : round.unanswered());
      CompletableFuture<Void> unused = counted.thenAccept(state -> conclude(flight, round, state));
    }
  }

  private void conclude(OneInFlight<IndexAnswer>.Flight flight, Round round, Round.State state) {
    if (state == Round.State.OPEN || !flight.isOpen()) {
      return;
    }
    long nanos = ticker.nanos() - flight.begunNanos();
    switch (state) {
      case CARRIED -> carried(flight, round.start(), nanos);
      case DEPOSED -> {
        deposed.record(nanos, TimeUnit.NANOSECONDS);
        flight.landed(notLeader("another node is in a later term"));
      }
      default -> {
        failed.record(nanos, TimeUnit.NANOSECONDS);
        flight.failed();
      }
    }
  }

  private void carried(OneInFlight<IndexAnswer>.Flight flight, RoundRule.Start start, long nanos) {
    // The index would be good all the same; but who gets it also learns the term, as that of the
    // one who leads, and acts on it.
    if (raft.term() != start.term()) {
      deposed.record(nanos, TimeUnit.NANOSECONDS);
      flight.landed(notLeader("this node is in a later term by now"));
      return;
    }
    confirmed.record(nanos, TimeUnit.NANOSECONDS);
    flight.landed(new ConfirmedIndex(start.term(), start.index()));
  }

  private static IndexAnswer notLeader(String message) {
    return new NotConfirmed(Reason.NOT_LEADER, message);
  }

  private static IndexAnswer late() {
    return new NotConfirmed(Reason.NO_QUORUM, "no majority confirmed this leader in time");
  }

  private static Timer timer(MeterRegistry meters, String outcome) {
    return Timer.builder("stele.confirm.rounds")
        .description("confirm rounds, from the first question until a majority answered")
        .tag("outcome", outcome)
        .register(meters);
  }
}

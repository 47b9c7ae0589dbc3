// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import dev.stele.server.consensus.deadline.DeadlineSweep;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.PeerAnswers.ConfirmedIndex;
import dev.stele.server.port.PeerAnswers.IndexAnswer;
import dev.stele.server.port.PeerAnswers.NotConfirmed;
import dev.stele.server.port.ReadGate;
import dev.stele.server.port.Ticker;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Linearizable reads at any node. The reads that wait ask whoever leads for a confirmed index r, as
 * one: this node itself by a round of its own, another one by a question over the network. Then
 * they wait until this node has applied r. One question is on its way at a time; reads that come
 * meanwhile share the next one.
 *
 * <p>While nobody leads, or whoever was asked does not answer, the reads are asked for again until
 * their deadlines: an election costs a read its wait and not its success. Any thread; the futures
 * complete on the thread that knew first, or on the releases of {@link AppliedIndex}.
 */
public final class ConfirmedReads implements ReadGate {
  /** Reads that may wait to be confirmed; as many again may wait for this node to apply. */
  public static final int MAX_WAITING = OneInFlight.MAX_WAITING;

  /** How long one question may take: a round at the leader, and the way there and back. */
  public static final long QUESTION_TIMEOUT_MILLIS = 2 * ConfirmRounds.ROUND_TIMEOUT_MILLIS;

  private static final long QUESTION_TIMEOUT_NANOS =
      TimeUnit.MILLISECONDS.toNanos(QUESTION_TIMEOUT_MILLIS);

  private final String memberId;
  private final RaftView raft;
  private final LeaderQuestions self;
  private final LeaderQuestions others;
  private final AppliedIndex applied;
  private final OneInFlight<Admission> questions;
  private volatile Optional<String> asked = Optional.empty();
  private volatile String lastFailure = "no leader is known";

  public ConfirmedReads(
      String memberId,
      RaftView raft,
      ConfirmRounds rounds,
      LeaderQuestions leader,
      AppliedIndex applied,
      Ticker ticker,
      DeadlineSweep sweep) {
    this(
        memberId,
        raft,
        (unused, deadlineNanos) -> rounds.confirm(deadlineNanos),
        leader,
        applied,
        ticker,
        sweep);
  }

  ConfirmedReads(
      String memberId,
      RaftView raft,
      LeaderQuestions self,
      LeaderQuestions others,
      AppliedIndex applied,
      Ticker ticker,
      DeadlineSweep sweep) {
    this.memberId = memberId;
    this.raft = raft;
    this.self = self;
    this.others = others;
    this.applied = applied;
    questions = new OneInFlight<>(this::ask, this::late, QUESTION_TIMEOUT_MILLIS, ticker, sweep);
    sweep.add(this::sweep);
  }

  @Override
  public CompletableFuture<Admission> linearizable(long deadlineNanos) {
    return questions
        .add(deadlineNanos)
        .orElseGet(
            () ->
                CompletableFuture.completedFuture(
                    new Denied(Reason.OVERLOADED, "too many reads wait to be confirmed")));
  }

  @Override
  public CompletableFuture<Admission> atLeast(long revision, long deadlineNanos) {
    return applied.awaitRevision(revision, deadlineNanos);
  }

  private void ask(OneInFlight<Admission>.Flight flight) {
    Optional<String> leader = raft.leader();
    asked = leader;
    if (leader.isEmpty()) {
      lastFailure = "no leader is known";
      flight.failed();
      return;
    }
    LeaderQuestions way = leader.get().equals(memberId) ? self : others;
    CompletableFuture<Void> unused =
        way.confirmedIndex(leader.get(), flight.begunNanos() + QUESTION_TIMEOUT_NANOS)
            .thenAccept(answer -> answered(flight, answer));
  }

  private void answered(OneInFlight<Admission>.Flight flight, IndexAnswer answer) {
    if (answer instanceof ConfirmedIndex confirmed) {
      applied.awaitIndex(confirmed.index(), flight.landed());
    } else if (flight.isOpen()) {
      lastFailure = ((NotConfirmed) answer).message();
      flight.failed();
    }
  }

  private boolean sweep(long nowNanos) {
    Optional<String> leader = raft.leader();
    if (leader.isPresent() && !leader.equals(asked)) {
      // Whoever was asked no longer leads, and may be gone without a word.
      questions.failCurrent();
    }
    return questions.sweep(nowNanos);
  }

  private Admission late() {
    return new Denied(Reason.NO_QUORUM, "the read was not confirmed in time: " + lastFailure);
  }
}

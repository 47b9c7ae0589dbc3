// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.consensus.ManualTicker;
import dev.stele.server.consensus.confirm.RaftView.Voters;
import dev.stele.server.consensus.deadline.DeadlineSweep;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.PeerAnswers.ConfirmedIndex;
import dev.stele.server.port.PeerAnswers.IndexAnswer;
import dev.stele.server.port.PeerAnswers.NotConfirmed;
import dev.stele.server.port.ReadGate.Admission;
import dev.stele.server.port.ReadGate.Admitted;
import dev.stele.server.port.ReadGate.Denied;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Reads at n0, which leads or follows n1. */
final class ConfirmedReadsTest {
  private final ManualTicker ticker = new ManualTicker();
  private final DeadlineSweep sweep =
      new DeadlineSweep(
          ticker,
          (what, cause) -> {
            throw new AssertionError(what, cause);
          });
  private final FakeRaft raft = new FakeRaft();
  private final AppliedIndex applied = new AppliedIndex(Runnable::run, sweep);
  private final ConfirmRounds rounds =
      new ConfirmRounds(
          "n0",
          "g",
          raft,
          (member, term, deadline) -> new CompletableFuture<>(),
          ticker,
          sweep,
          new SimpleMeterRegistry());
  private final List<String> asked = new ArrayList<>();
  private final List<CompletableFuture<IndexAnswer>> answers = new ArrayList<>();
  private final ConfirmedReads reads =
      new ConfirmedReads(
          "n0",
          raft,
          rounds,
          (leader, deadline) -> {
            CompletableFuture<IndexAnswer> answer = new CompletableFuture<>();
            asked.add(leader);
            answers.add(answer);
            return answer;
          },
          applied,
          ticker,
          sweep);

  @Test
  void aLeaderConfirmsByItselfAndWaitsUntilItHasApplied() {
    raft.voters = new Voters(Set.of("n0"), Set.of());
    CompletableFuture<Admission> read = read();
    assertThat(read).isNotDone();
    applied.advanced(new LogPosition(5, 39), 0);
    assertThat(read).isNotDone();
    applied.advanced(new LogPosition(5, 40), 0);
    assertThat(read).isCompletedWithValue(new Admitted());
    assertThat(read()).as("applied already").isCompletedWithValue(new Admitted());
    assertThat(asked).isEmpty();
  }

  @Test
  void aFollowerAsksOnceForAllWhoWaited() {
    raft.leader = Optional.of("n1");
    CompletableFuture<Admission> first = read();
    CompletableFuture<Admission> second = read();
    CompletableFuture<Admission> third = read();
    assertThat(asked).containsExactly("n1");
    answers.get(0).complete(new ConfirmedIndex(5, 7));
    assertThat(asked).containsExactly("n1", "n1");
    answers.get(1).complete(new ConfirmedIndex(5, 8));
    applied.advanced(new LogPosition(5, 7), 0);
    assertThat(first).isCompletedWithValue(new Admitted());
    assertThat(second).isNotDone();
    applied.advanced(new LogPosition(5, 8), 0);
    assertThat(second).isCompletedWithValue(new Admitted());
    assertThat(third).isCompletedWithValue(new Admitted());
  }

  @Test
  void anElectionCostsAReadItsWaitAndNotItsSuccess() {
    raft.leader = Optional.empty();
    CompletableFuture<Admission> read = read();
    pass(100);
    assertThat(read).isNotDone();
    raft.leader = Optional.of("n1");
    pass(OneInFlight.RETRY_MILLIS);
    answers.get(0).complete(new NotConfirmed(Reason.NOT_LEADER, "not ready"));
    pass(OneInFlight.RETRY_MILLIS);
    answers.get(1).complete(new ConfirmedIndex(6, -1));
    assertThat(read).isCompletedWithValue(new Admitted());
  }

  @Test
  void aReadAsksTheNewLeaderWhenTheOldOneIsSilent() {
    raft.leader = Optional.of("n1");
    CompletableFuture<Admission> read = read();
    raft.leader = Optional.of("n2");
    pass(1);
    pass(OneInFlight.RETRY_MILLIS);
    assertThat(asked).containsExactly("n1", "n2");
    answers.get(0).complete(new ConfirmedIndex(5, -1));
    assertThat(read).as("the answer that came too late is nobody's").isNotDone();
    answers.get(1).complete(new ConfirmedIndex(6, -1));
    assertThat(read).isCompletedWithValue(new Admitted());
  }

  @Test
  void aSilentLeaderIsAskedAgain() {
    raft.leader = Optional.of("n1");
    CompletableFuture<Admission> read = read();
    pass(ConfirmedReads.QUESTION_TIMEOUT_MILLIS);
    pass(OneInFlight.RETRY_MILLIS);
    assertThat(asked).containsExactly("n1", "n1");
    answers.get(1).complete(new ConfirmedIndex(5, -1));
    assertThat(read).isCompletedWithValue(new Admitted());
  }

  @Test
  void withoutALeaderAReadIsDeniedAtItsDeadline() {
    raft.leader = Optional.empty();
    CompletableFuture<Admission> read = reads.linearizable(ticker.in(30));
    pass(29);
    assertThat(read).isNotDone();
    pass(1);
    assertDenied(read, Reason.NO_QUORUM, "no leader is known");
  }

  @Test
  void aConfirmedReadThatIsNotAppliedInTimeIsDenied() {
    raft.leader = Optional.of("n1");
    CompletableFuture<Admission> read = reads.linearizable(ticker.in(30));
    answers.get(0).complete(new ConfirmedIndex(5, 9));
    pass(30);
    assertDenied(read, Reason.NO_QUORUM, "not yet 9");
  }

  @Test
  void beyondSixtyFiveThousandReadsItIsOverloaded() {
    raft.leader = Optional.empty();
    List<CompletableFuture<Admission>> all = new ArrayList<>();
    for (int i = 0; i < ConfirmedReads.MAX_WAITING; i++) {
      all.add(read());
    }
    assertThat(all).noneMatch(CompletableFuture::isDone);
    assertDenied(read(), Reason.OVERLOADED, "too many reads");
  }

  @Test
  void atLeastWaitsForTheRevisionAndAsksNobody() {
    raft.leader = Optional.empty();
    CompletableFuture<Admission> read = reads.atLeast(3, ticker.in(50));
    applied.advanced(new LogPosition(1, 10), 2);
    assertThat(read).isNotDone();
    applied.advanced(new LogPosition(1, 11), 3);
    assertThat(read).isCompletedWithValue(new Admitted());
  }

  private CompletableFuture<Admission> read() {
    return reads.linearizable(ticker.in(60_000));
  }

  private void pass(long millis) {
    ticker.advanceMillis(millis);
    sweep.sweep();
  }

  private static void assertDenied(
      CompletableFuture<Admission> read, Reason reason, String message) {
    assertThat(read).isCompleted();
    assertThat(read.join()).isInstanceOf(Denied.class);
    Denied denied = (Denied) read.join();
    assertThat(denied.reason()).isEqualTo(reason);
    assertThat(denied.message()).contains(message);
  }
}

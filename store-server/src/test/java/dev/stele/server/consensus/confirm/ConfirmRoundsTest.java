// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.confirm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.consensus.ManualTicker;
import dev.stele.server.consensus.confirm.RaftView.Voters;
import dev.stele.server.consensus.confirm.TermQuestions.TermAnswer;
import dev.stele.server.consensus.deadline.DeadlineSweep;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.PeerAnswers.ConfirmedIndex;
import dev.stele.server.port.PeerAnswers.IndexAnswer;
import dev.stele.server.port.PeerAnswers.NotConfirmed;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class ConfirmRoundsTest {
  private static final String GROUP = "g";

  private final ManualTicker ticker = new ManualTicker();
  private final DeadlineSweep sweep =
      new DeadlineSweep(
          ticker,
          (what, cause) -> {
            throw new AssertionError(what, cause);
          });
  private final FakeRaft raft = new FakeRaft();
  private final List<Question> questions = new ArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ConfirmRounds rounds =
      new ConfirmRounds("n0", GROUP, raft, this::ask, ticker, sweep, meters);

  private record Question(String member, long term, CompletableFuture<TermAnswer> answer) {
    void yes() {
      say(term);
    }

    void say(long ownTerm) {
      answer.complete(new TermAnswer(GROUP, member, ownTerm));
    }
  }

  private CompletableFuture<TermAnswer> ask(String member, long term, long deadlineNanos) {
    Question question = new Question(member, term, new CompletableFuture<>());
    questions.add(question);
    return question.answer();
  }

  @Test
  void aMajorityConfirmsTheIndexOfItsBeginning() {
    CompletableFuture<IndexAnswer> answer = confirm();
    raft.committed = 50;
    assertThat(questions).extracting(Question::member).containsExactlyInAnyOrder("n1", "n2");
    assertThat(questions).extracting(Question::term).containsOnly(5L);
    assertThat(answer).isNotDone();
    questions.get(0).yes();
    assertThat(answer).isCompletedWithValue(new ConfirmedIndex(5, 40));
    assertThat(count("confirmed")).isEqualTo(1);
  }

  @Test
  void theStepsAreTakenInTheirOrder() {
    assertThat(confirm()).isNotDone();
    assertThat(raft.asked).startsWith("term", "ready", "index", "voters");
    questions.get(0).yes();
    assertThat(raft.asked).endsWith("term");
  }

  @Test
  void whoComesLaterWaitsForTheNextRound() {
    CompletableFuture<IndexAnswer> first = confirm();
    raft.committed = 50;
    CompletableFuture<IndexAnswer> second = confirm();
    CompletableFuture<IndexAnswer> third = confirm();
    assertThat(questions).as("one round at a time").hasSize(2);
    questions.get(1).yes();
    assertThat(first).isDone();
    assertThat(second).isNotDone();
    assertThat(questions).as("one round for both").hasSize(4);
    questions.get(0).yes();
    assertThat(second).as("the first round's second answer is nobody's").isNotDone();
    questions.get(2).yes();
    assertThat(second).isCompletedWithValue(new ConfirmedIndex(5, 50));
    assertThat(third).isCompletedWithValue(new ConfirmedIndex(5, 50));
  }

  @Test
  void aSingleVoterConfirmsItself() {
    raft.voters = new Voters(Set.of("n0"), Set.of());
    assertThat(confirm()).isCompletedWithValue(new ConfirmedIndex(5, 40));
    assertThat(questions).isEmpty();
  }

  @Test
  void bothSetsOfAChangeMustAgree() {
    raft.voters = new Voters(Set.of("n0", "n1", "n2"), Set.of("n0", "n3", "n4"));
    CompletableFuture<IndexAnswer> answer = confirm();
    question("n1").yes();
    question("n2").yes();
    assertThat(answer).isNotDone();
    question("n3").yes();
    assertThat(answer).isCompletedWithValue(new ConfirmedIndex(5, 40));
  }

  @Test
  void aLeaderThatIsNotListedDoesNotCountItself() {
    raft.voters = new Voters(Set.of("n1", "n2", "n3"), Set.of());
    CompletableFuture<IndexAnswer> answer = confirm();
    questions.get(0).yes();
    assertThat(answer).isNotDone();
    questions.get(1).yes();
    assertThat(answer).isDone();
  }

  @Test
  void aNodeThatDoesNotLeadSaysSoAtOnce() {
    raft.ready = false;
    assertNot(confirm(), Reason.NOT_LEADER);
    assertThat(questions).isEmpty();
  }

  @Test
  void aLaterTermAnywhereEndsIt() {
    CompletableFuture<IndexAnswer> answer = confirm();
    questions.get(0).say(6);
    assertNot(answer, Reason.NOT_LEADER);
    assertThat(count("deposed")).isEqualTo(1);
  }

  @Test
  void aTermThatMovedOnMeanwhileEndsIt() {
    CompletableFuture<IndexAnswer> answer = confirm();
    raft.term = 6;
    questions.get(0).yes();
    assertNot(answer, Reason.NOT_LEADER);
  }

  @Test
  void anEarlierTermIsNoYes() {
    CompletableFuture<IndexAnswer> answer = confirm();
    questions.get(0).say(4);
    assertThat(answer).isNotDone();
    questions.get(1).yes();
    assertThat(answer).isDone();
  }

  @Test
  void answersOfStrangersAreNone() {
    CompletableFuture<IndexAnswer> answer = confirm();
    questions.get(0).answer().complete(new TermAnswer("other", questions.get(0).member(), 5));
    questions.get(1).answer().complete(new TermAnswer(GROUP, "n9", 5));
    assertThat(answer).isNotDone();
    assertThat(count("failed")).isEqualTo(1);
    ticker.advanceMillis(OneInFlight.RETRY_MILLIS);
    sweep.sweep();
    questions.get(2).yes();
    assertThat(answer).as("the next round found the right ones").isDone();
  }

  @Test
  void withoutAMajorityItFailsAtItsDeadline() {
    CompletableFuture<IndexAnswer> answer = rounds.confirm(ticker.in(50));
    questions.forEach(question -> question.answer().completeExceptionally(new RuntimeException()));
    ticker.advanceMillis(49);
    sweep.sweep();
    assertThat(answer).isNotDone();
    ticker.advanceMillis(1);
    sweep.sweep();
    assertNot(answer, Reason.NO_QUORUM);
  }

  @Test
  void lostAnswersDoNotBlockLaterRounds() {
    CompletableFuture<IndexAnswer> first = confirm();
    CompletableFuture<IndexAnswer> second = confirm();
    ticker.advanceMillis(ConfirmRounds.ROUND_TIMEOUT_MILLIS);
    sweep.sweep();
    ticker.advanceMillis(OneInFlight.RETRY_MILLIS);
    sweep.sweep();
    assertThat(questions).hasSize(4);
    questions.get(3).yes();
    assertThat(first).isDone();
    assertThat(second).isDone();
    assertThat(sweep.sweep()).as("nobody waits any more").isFalse();
  }

  @Test
  void beyondSixtyFiveThousandItIsOverloaded() {
    List<CompletableFuture<IndexAnswer>> all = new ArrayList<>();
    for (int i = 0; i < ConfirmRounds.MAX_WAITING; i++) {
      all.add(confirm());
    }
    assertThat(all).noneMatch(CompletableFuture::isDone);
    assertNot(confirm(), Reason.OVERLOADED);
    questions.get(0).yes();
    questions.get(2).yes();
    assertThat(all).allMatch(CompletableFuture::isDone);
    assertThat(confirm()).as("there is room again").isNotDone();
  }

  private CompletableFuture<IndexAnswer> confirm() {
    return rounds.confirm(ticker.in(60_000));
  }

  private Question question(String member) {
    return questions.stream().filter(q -> q.member().equals(member)).findFirst().orElseThrow();
  }

  private long count(String outcome) {
    return meters.get("stele.confirm.rounds").tag("outcome", outcome).timer().count();
  }

  private static void assertNot(CompletableFuture<IndexAnswer> answer, Reason reason) {
    assertThat(answer).isCompleted();
    assertThat(answer.join()).isInstanceOf(NotConfirmed.class);
    assertThat(((NotConfirmed) answer.join()).reason()).isEqualTo(reason);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.propose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.server.consensus.ManualTicker;
import dev.stele.server.consensus.deadline.DeadlineSweep;
import dev.stele.server.consensus.entry.EntryCodec;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.command.Result;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.Leadership.Role;
import dev.stele.server.port.Leadership.Standing;
import dev.stele.server.port.Origin;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.RetryDelay;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The proposer without its thread: the test makes its steps. */
final class ProposerTest {
  private static final Standing LEADER = standing(Role.LEADER, true);

  private final ManualTicker ticker = new ManualTicker();
  private final DeadlineSweep sweep =
      new DeadlineSweep(
          ticker,
          (what, cause) -> {
            throw new AssertionError(what, cause);
          });
  private final List<Batch> submitted = new ArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private Standing standing = LEADER;
  private EntryLog log = submitted::add;
  private final Proposer proposer =
      new Proposer(
          () -> standing,
          batch -> log.submit(batch),
          new StoreClock(ticker, () -> 500, () -> 9),
          ticker,
          sweep,
          (what, cause) -> {
            throw new AssertionError(what, cause);
          },
          meters);

  @Test
  void aLoneCommandIsSentAtOnceWithTermAndStoreTime() {
    CompletableFuture<Proposal> proposal = propose(put(1));
    work();
    Batch batch = submitted.get(0);
    assertThat(batch.stamp().term()).isEqualTo(3);
    assertThat(batch.stamp().storeTimeMillis()).isEqualTo(500);
    assertThat(EntryCodec.decode(batch.encoded()).commands()).containsExactly(put(1));
    batch.decided(List.of(new Put.Written(12, 1, 1)));
    assertThat(proposal).isCompletedWithValue(new Proposal.Decided(new Put.Written(12, 1, 1)));
  }

  @Test
  void commandsGatherWhileThePipelineIsFull() {
    for (int i = 0; i < Proposer.MAX_IN_FLIGHT; i++) {
      send(put(i));
      work();
    }
    for (int i = 0; i < 10; i++) {
      send(put(100 + i));
    }
    work();
    assertThat(submitted).hasSize(Proposer.MAX_IN_FLIGHT);
    decide(submitted.get(0));
    work();
    assertThat(submitted).hasSize(Proposer.MAX_IN_FLIGHT + 1);
    assertThat(submitted.get(Proposer.MAX_IN_FLIGHT).commands()).hasSize(10);
  }

  @Test
  void anEntryWaitsUntilItIsAsLargeAsThoseInFlight() {
    for (int i = 0; i < 6; i++) {
      send(put(i));
    }
    work();
    for (int i = 0; i < 5; i++) {
      send(put(i));
    }
    work();
    assertThat(submitted).hasSize(1);
    send(put(5));
    work();
    assertThat(submitted).hasSize(2);
    send(put(6));
    decide(submitted.get(0));
    decide(submitted.get(1));
    work();
    assertThat(submitted).as("nothing is in flight any more").hasSize(3);
  }

  @Test
  void anEntryHasAtMostFiveHundredAndTwelveCommands() {
    for (int i = 0; i < Limits.ENTRY_MAX_COMMANDS + 1; i++) {
      send(put(i));
    }
    work();
    assertThat(submitted.get(0).commands()).hasSize(Limits.ENTRY_MAX_COMMANDS);
    decide(submitted.get(0));
    work();
    assertThat(submitted.get(1).commands()).containsExactly(put(Limits.ENTRY_MAX_COMMANDS));
    assertThat(meters.get("stele.proposer.batch").summary().max()).isEqualTo(512);
    assertThat(meters.get("stele.commit").timer().count()).isEqualTo(1);
  }

  @Test
  void anEntryHasAtMostOneMebibyte() {
    for (int i = 0; i < 5; i++) {
      send(large(Limits.BODY_MAX_BYTES));
    }
    work();
    submitted.forEach(
        batch -> assertThat(batch.encoded().length).isLessThanOrEqualTo(Limits.ENTRY_MAX_BYTES));
    assertThat(submitted.get(0).commands()).hasSize(3);
  }

  @Test
  void aCommandThatJustFitsIsSentAndALargerOneIsAMistake() {
    int room = Limits.ENTRY_MAX_BYTES - EntryCodec.overheadBytes();
    int around = EntryCodec.encodedBytes(large(0));
    send(large(room - around));
    work();
    assertThat(submitted).hasSize(1);
    Command larger = large(room - around + 1);
    assertThatThrownBy(() -> propose(larger)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void beyondEightThousandCommandsItIsOverloaded() {
    stop();
    for (int i = 0; i < ProposalQueue.MAX_COMMANDS; i++) {
      assertThat(propose(put(i))).isNotDone();
    }
    Proposal.NotProposed refused = notProposed(propose(put(0)), Reason.OVERLOADED);
    assertThat(refused.retryAfter()).isEqualTo(RetryDelay.EDGE);
    assertThat(meters.get("stele.proposer.queue").gauge().value())
        .isEqualTo(ProposalQueue.MAX_COMMANDS);
    decide(submitted.get(0));
    work();
    assertThat(propose(put(0))).as("there is room again").isNotDone();
  }

  @Test
  void beyondThirtyTwoMebibytesItIsOverloaded() {
    stop();
    Command command = large(Limits.BODY_MAX_BYTES);
    long fit = ProposalQueue.MAX_BYTES / EntryCodec.encodedBytes(command);
    for (long i = 0; i < fit; i++) {
      assertThat(propose(command)).isNotDone();
    }
    notProposed(propose(command), Reason.OVERLOADED);
    assertThat(propose(put(1))).as("a small one still fits").isNotDone();
  }

  @Test
  void aNodeThatDoesNotLeadRefusesAtOnce() {
    standing = standing(Role.FOLLOWER, false);
    Proposal.NotProposed refused = notProposed(propose(put(1)), Reason.NOT_LEADER);
    assertThat(refused.message()).contains("n2");
    work();
    assertThat(submitted).isEmpty();
  }

  @Test
  void aLeaderThatIsNotReadyLetsCommandsWait() {
    standing = standing(Role.LEADER, false);
    CompletableFuture<Proposal> proposal = propose(put(1));
    work();
    assertThat(submitted).isEmpty();
    assertThat(proposal).isNotDone();
    standing = LEADER;
    work();
    assertThat(submitted).hasSize(1);
  }

  @Test
  void whatWaitsWhenLeadershipGoesWasNotProposed() {
    stop();
    CompletableFuture<Proposal> proposal = propose(put(1));
    standing = standing(Role.FOLLOWER, false);
    work();
    notProposed(proposal, Reason.NOT_LEADER);
  }

  @Test
  void whatWaitsTooLongWhileNothingIsDecidedHasNoQuorum() {
    stop();
    CompletableFuture<Proposal> proposal = propose(put(1), 50);
    ticker.advanceMillis(49);
    sweep.sweep();
    assertThat(proposal).isNotDone();
    ticker.advanceMillis(1);
    sweep.sweep();
    notProposed(proposal, Reason.NO_QUORUM);
    decide(submitted.get(0));
    work();
    assertThat(submitted).as("it is never proposed afterwards").hasSize(Proposer.MAX_IN_FLIGHT);
  }

  @Test
  void whatWaitsTooLongWhileOthersAreDecidedIsOverload() {
    stop();
    CompletableFuture<Proposal> proposal = propose(put(1), 50);
    decide(submitted.get(0));
    ticker.advanceMillis(50);
    work();
    Proposal.NotProposed dropped = notProposed(proposal, Reason.OVERLOADED);
    assertThat(dropped.retryAfter()).isPositive();
    assertThat(submitted).hasSize(Proposer.MAX_IN_FLIGHT);
  }

  @Test
  void whatIsInFlightAtItsDeadlineIsUnknownAndStaysSo() {
    CompletableFuture<Proposal> early = propose(put(1), 50);
    CompletableFuture<Proposal> late = propose(put(2), 500);
    work();
    ticker.advanceMillis(50);
    sweep.sweep();
    assertThat(early.join()).isInstanceOf(Proposal.Unknown.class);
    assertThat(late).isNotDone();
    decide(submitted.get(0));
    assertThat(early.join()).isInstanceOf(Proposal.Unknown.class);
    assertThat(late.join()).isInstanceOf(Proposal.Decided.class);
  }

  @Test
  void fatesAreMapped() {
    CompletableFuture<Proposal> refused = propose(put(1));
    work();
    submitted.get(0).failed("not the leader");
    assertThat(notProposed(refused, Reason.NOT_LEADER).message()).isEqualTo("not the leader");

    CompletableFuture<Proposal> lost = propose(put(2));
    work();
    submitted.get(1).reachingLog();
    submitted.get(1).failed("stepped down");
    assertThat(lost).isCompletedWithValue(new Proposal.Unknown("stepped down"));
  }

  @Test
  void aLogThatThrowsBeforeItAppendsDidNothing() {
    log =
        batch -> {
          throw new IllegalStateException("closed");
        };
    CompletableFuture<Proposal> proposal = propose(put(1));
    work();
    notProposed(proposal, Reason.NOT_LEADER);
    log = submitted::add;
    send(put(2));
    work();
    assertThat(submitted).as("the place in the pipeline is free again").hasSize(1);
  }

  @Test
  void closingEndsEverything() {
    stop();
    CompletableFuture<Proposal> waiting = propose(put(1));
    CompletableFuture<Proposal> flying = sent.get(0);
    proposer.close();
    notProposed(waiting, Reason.NOT_LEADER);
    assertThat(flying.join()).isInstanceOf(Proposal.Unknown.class);
    notProposed(propose(put(2)), Reason.NOT_LEADER);
  }

  @Test
  void aCommandThatNobodyWaitsForAnyMoreIsNotProposed() {
    stop();
    CompletableFuture<Proposal> abandoned = propose(put(1));
    CompletableFuture<Proposal> waiting = propose(put(2));
    abandoned.cancel(false);
    decide(submitted.get(0));
    work();
    assertThat(submitted.get(submitted.size() - 1).commands()).containsExactly(put(2));
    assertThat(waiting).isNotDone();
    assertThat(cancelled()).isEqualTo(1);
  }

  @Test
  void theSweepDropsWhatNobodyWaitsForAnyMore() {
    stop();
    propose(put(1)).cancel(false);
    sweep.sweep();
    assertThat(meters.get("stele.proposer.queue").gauge().value()).isZero();
    assertThat(cancelled()).isEqualTo(1);
  }

  @Test
  void whatMakesRoomForAnotherIsOverloaded() {
    stop();
    CompletableFuture<Proposal> last = null;
    for (int i = 0; i < ProposalQueue.MAX_COMMANDS; i++) {
      last = proposer.propose(put(i), ticker.in(60_000), new Origin("n0/1"));
    }
    CompletableFuture<Proposal> modest =
        proposer.propose(put(1), ticker.in(60_000), new Origin("n0/2"));
    notProposed(last, Reason.OVERLOADED);
    assertThat(modest).isNotDone();
  }

  private double cancelled() {
    return meters.get("stele.rejected").tag("reason", "CANCELLED").counter().count();
  }

  private final List<CompletableFuture<Proposal>> sent = new ArrayList<>();

  /** Fills the pipeline, so that commands stay in the queue. */
  private void stop() {
    for (int i = 0; i < Proposer.MAX_IN_FLIGHT; i++) {
      send(put(i));
      work();
    }
  }

  private void work() {
    while (proposer.step()) {
      assertThat(submitted.size()).isLessThan(100);
    }
  }

  private static void decide(Batch batch) {
    Result result = new Put.Written(1, 1, 1);
    batch.decided(batch.commands().stream().map(command -> result).toList());
  }

  private void send(Command command) {
    sent.add(propose(command));
  }

  private CompletableFuture<Proposal> propose(Command command) {
    return propose(command, 60_000);
  }

  private CompletableFuture<Proposal> propose(Command command, long millis) {
    return proposer.propose(command, ticker.in(millis));
  }

  private static Proposal.NotProposed notProposed(
      CompletableFuture<Proposal> proposal, Reason reason) {
    assertThat(proposal).isCompleted();
    assertThat(proposal.join()).isInstanceOf(Proposal.NotProposed.class);
    Proposal.NotProposed refused = (Proposal.NotProposed) proposal.join();
    assertThat(refused.reason()).isEqualTo(reason);
    return refused;
  }

  private static Standing standing(Role role, boolean ready) {
    return new Standing(role, 3, Optional.of("n2"), ready, 0, 10);
  }

  private static Command put(int number) {
    return new Put(
        Key.of("desired/k" + number), Bytes.EMPTY, Expect.ANYTHING, Optional.empty(), List.of());
  }

  private static Command large(int bytes) {
    return new Put(
        Key.of("desired/k"),
        Bytes.wrap(new byte[bytes]),
        Expect.ANYTHING,
        Optional.empty(),
        List.of());
  }
}

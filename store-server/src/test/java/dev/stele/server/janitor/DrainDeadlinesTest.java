// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.janitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.consensus.ManualTicker;
import dev.stele.server.core.command.ClaimChanged;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.EndDrain;
import dev.stele.server.core.command.Refusal;
import dev.stele.server.core.kind.ClaimRecord;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.Proposal.Decided;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DrainDeadlinesTest {
  private static final OptionalLong LEADS = OptionalLong.of(3);
  private static final Proposal LOST =
      new Proposal.NotProposed(Reason.NO_QUORUM, "nobody answers", Duration.ZERO);
  private static final Proposal GONE_IDLE = new Decided(new ClaimChanged(1));
  private static final Proposal REFUSED =
      new Decided(Refusal.of(Reason.COMPARE_FAILED, "", "is not draining"));

  private final ManualTicker ticker = new ManualTicker();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Claims claims = new Claims();
  private final DrainFeed feed = new DrainFeed();
  private final List<Command> proposed = new ArrayList<>();
  private final List<CompletableFuture<Proposal>> outcomes = new ArrayList<>();
  private int woken;

  private final DrainDeadlines drains =
      new DrainDeadlines(
          feed,
          (command, deadline) -> {
            proposed.add(command);
            CompletableFuture<Proposal> outcome = new CompletableFuture<>();
            outcomes.add(outcome);
            return outcome;
          },
          claims.store,
          ticker,
          meters,
          () -> woken++);

  @BeforeEach
  void listen() {
    claims.listeners.add(feed);
  }

  @AfterEach
  void close() {
    claims.store.close();
  }

  /** The end of the drain of {@code item} as it stands. */
  private EndDrain end(long term, int item) {
    return new EndDrain(term, Claims.key(item), claims.fact(item).orElseThrow().modRevision());
  }

  @Test
  void aDrainIsEndedWhenItsTimeIsOverAndNotBefore() {
    tend();
    claims.draining(1, 7, 5_000);
    tend();
    ticker.advanceMillis(4_999);
    tend();
    assertThat(proposed).isEmpty();
    ticker.advanceMillis(1);
    tend();
    assertThat(proposed).containsExactly(end(3, 1));
    assertThat(drains.counted()).isEqualTo(1);
    answer(0, GONE_IDLE);
    assertThat(drains.counted()).isZero();
    assertThat(items("done")).isEqualTo(1);
  }

  @Test
  void oneThatIsGivenBackInTimeIsLeftAlone() {
    tend();
    claims.draining(1, 7, 5_000);
    claims.draining(2, 7, 5_000);
    tend();
    claims.idle(1, 7);
    claims.delete(2);
    tend();
    assertThat(drains.counted()).isZero();
    ticker.advanceMillis(60_000);
    tend();
    assertThat(proposed).isEmpty();
  }

  @Test
  void anotherDeadlineCountsAnew() {
    tend();
    claims.draining(1, 7, 5_000);
    tend();
    ticker.advanceMillis(4_000);
    claims.draining(1, 7, 3_000);
    tend();
    ticker.advanceMillis(2_999);
    tend();
    assertThat(proposed).isEmpty();
    ticker.advanceMillis(1);
    tend();
    assertThat(proposed).containsExactly(end(3, 1));
  }

  @Test
  void anotherLeadershipCountsAnewFromWhatStands() {
    tend();
    claims.draining(1, 7, 5_000);
    tend();
    ticker.advanceMillis(4_000);
    drains.tend(OptionalLong.empty());
    assertThat(drains.counted()).isZero();
    ticker.advanceMillis(4_000);
    drains.tend(OptionalLong.of(5));
    ticker.advanceMillis(4_999);
    drains.tend(OptionalLong.of(5));
    assertThat(proposed).isEmpty();
    ticker.advanceMillis(1);
    drains.tend(OptionalLong.of(5));
    assertThat(proposed).containsExactly(end(5, 1));
  }

  @Test
  void aTermThatWasPassedUnseenCountsAnewToo() {
    tend();
    claims.draining(1, 7, 5_000);
    tend();
    ticker.advanceMillis(5_000);
    drains.tend(OptionalLong.of(5));
    assertThat(proposed).isEmpty();
    ticker.advanceMillis(5_000);
    drains.tend(OptionalLong.of(5));
    assertThat(proposed).containsExactly(end(5, 1));
  }

  @Test
  void whoDoesNotLeadKeepsNothing() {
    drains.tend(OptionalLong.empty());
    claims.draining(1, 7, 1);
    ticker.advanceMillis(60_000);
    drains.tend(OptionalLong.empty());
    assertThat(feed.drainTo(change -> assertThat(change).isNull())).isFalse();
    assertThat(proposed).isEmpty();
  }

  @Test
  void oneThatIsRefusedDoesNotHoldUpTheOthersAndIsTriedAgain() {
    tend();
    claims.draining(1, 7, 1_000);
    claims.draining(2, 8, 1_500);
    tend();
    ticker.advanceMillis(1_000);
    tend();
    answer(0, REFUSED);
    ticker.advanceMillis(500);
    tend();
    assertThat(proposed.get(1)).isEqualTo(end(3, 2));
    answer(1, GONE_IDLE);
    ticker.advanceMillis(499);
    tend();
    assertThat(proposed).hasSize(2);
    ticker.advanceMillis(1);
    tend();
    assertThat(proposed.get(2)).isEqualTo(end(3, 1));
    assertThat(items("refused")).isEqualTo(1);
  }

  @Test
  void aClaimOfNoPoolIsLeftToItsWriters() {
    tend();
    claims.draining(1, 7, 1_000);
    claims.draining(2, 7, 1_000);
    tend();
    ticker.advanceMillis(1_000);
    tend();
    answer(0, new Decided(Refusal.of(Reason.NOT_FOUND, "claim", "no such pool")));
    answer(1, new Decided(Refusal.of(Reason.INVALID_FIELD, "claim", "names no pool")));
    assertThat(drains.counted()).isZero();
    ticker.advanceMillis(600_000);
    tend();
    assertThat(proposed).hasSize(2);
    assertThat(items("refused")).isEqualTo(2);
  }

  @Test
  void triesComeFurtherApartUpToTheLongest() {
    tend();
    claims.draining(1, 7, 1_000);
    tend();
    ticker.advanceMillis(1_000);
    tend();
    List<Long> pausesMillis = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      answer(i, i % 2 == 0 ? LOST : new Proposal.Unknown("no answer"));
      long millis = 0;
      while (proposed.size() == i + 1) {
        ticker.advanceMillis(500);
        millis += 500;
        tend();
      }
      pausesMillis.add(millis);
    }
    assertThat(pausesMillis)
        .containsExactly(
            1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 32_000L, 60_000L, 60_000L, 60_000L, 60_000L);
    assertThat(items("failed")).isEqualTo(10);
  }

  @Test
  void anOutcomeOfADrainThatIsNoMoreIsCountedAndForgotten() {
    tend();
    claims.draining(1, 7, 1_000);
    tend();
    ticker.advanceMillis(1_000);
    tend();
    claims.idle(1, 7);
    tend();
    answer(0, REFUSED);
    ticker.advanceMillis(600_000);
    tend();
    assertThat(proposed).hasSize(1);
    assertThat(drains.counted()).isZero();
    assertThat(items("refused")).isEqualTo(1);
  }

  @Test
  void noMoreEndsAreUnderWayThanMayBeAndTheOthersFollow() {
    tend();
    claims.allDraining(0, DrainCount.MAX_UNDER_WAY + 2, 1_000);
    tend();
    ticker.advanceMillis(1_000);
    tend();
    assertThat(proposed).hasSize(DrainCount.MAX_UNDER_WAY);
    tend();
    assertThat(proposed).hasSize(DrainCount.MAX_UNDER_WAY);
    outcomes.get(5).complete(GONE_IDLE);
    assertThat(woken).isEqualTo(1);
    tend();
    assertThat(proposed)
        .hasSize(DrainCount.MAX_UNDER_WAY + 1)
        .endsWith(end(3, DrainCount.MAX_UNDER_WAY));
    outcomes.get(7).complete(GONE_IDLE);
    tend();
    assertThat(proposed).hasSize(DrainCount.MAX_UNDER_WAY + 2);
  }

  @Test
  void aNewLeaderGoesOverAllClaimsInBoundedSteps() {
    claims.allDraining(0, 2 * ClaimWalk.STEP_ROWS, 1_000);
    assertThat(tend()).isEqualTo(Task.Step.MORE);
    assertThat(drains.counted()).isEqualTo(ClaimWalk.STEP_ROWS);
    assertThat(tend()).isEqualTo(Task.Step.MORE);
    assertThat(drains.counted()).isEqualTo(2 * ClaimWalk.STEP_ROWS);
    assertThat(tend()).isEqualTo(Task.Step.TAKEN);
    assertThat(drains.counted()).isEqualTo(2 * ClaimWalk.STEP_ROWS);
    assertThat(tend()).isEqualTo(Task.Step.NONE);
  }

  @Test
  void theLastStepOfAWalkMayBeShort() {
    claims.allDraining(0, ClaimWalk.STEP_ROWS - 1, 1_000);
    assertThat(tend()).isEqualTo(Task.Step.TAKEN);
    assertThat(drains.counted()).isEqualTo(ClaimWalk.STEP_ROWS - 1);
    assertThat(tend()).isEqualTo(Task.Step.NONE);
  }

  @Test
  void whatChangesDuringTheWalkCounts() {
    claims.allDraining(0, ClaimWalk.STEP_ROWS + 10, 1_000);
    tend();
    // One before the walk's place, and two behind it.
    claims.idle(1, 1);
    claims.idle(ClaimWalk.STEP_ROWS + 1, 1);
    claims.draining(ClaimWalk.STEP_ROWS + 2, 1, 9_000);
    tend();
    tend();
    assertThat(drains.counted()).isEqualTo(ClaimWalk.STEP_ROWS + 8);
    ticker.advanceMillis(8_999);
    for (int i = 0; i < ClaimWalk.STEP_ROWS / DrainCount.MAX_UNDER_WAY + 2; i++) {
      tend();
      outcomes.forEach(outcome -> outcome.complete(GONE_IDLE));
    }
    tend();
    assertThat(drains.counted()).isEqualTo(1);
    ticker.advanceMillis(1);
    tend();
    assertThat(proposed).doesNotHaveDuplicates().endsWith(end(3, ClaimWalk.STEP_ROWS + 2));
  }

  @Test
  void changesThatWereMissedAreFoundByGoingOverTheClaimsAgain() {
    tend();
    claims.draining(1, 7, 5_000);
    claims.draining(2, 7, 5_000);
    claims.draining(3, 7, 5_000);
    tend();
    ticker.advanceMillis(1_000);
    claims.flood();
    claims.idle(1, 7);
    claims.delete(2);
    claims.draining(4, 7, 5_000);
    tend();
    assertThat(drains.counted()).isEqualTo(2);
    ticker.advanceMillis(4_000);
    tend();
    // It goes on as it was counted.
    assertThat(proposed).containsExactly(end(3, 3));
    ticker.advanceMillis(1_000);
    tend();
    assertThat(proposed).hasSize(2).endsWith(end(3, 4));
  }

  @Test
  void drainsBeyondThoseThatAreCountedBeginWhenThereIsRoom() {
    claims.allDraining(0, Drains.MAX + 1, 1_000);
    while (tend() == Task.Step.MORE) {
      assertThat(drains.counted()).isLessThanOrEqualTo(Drains.MAX);
    }
    assertThat(drains.counted()).isEqualTo(Drains.MAX);
    claims.idle(0, 1);
    tend();
    assertThat(drains.counted()).isEqualTo(Drains.MAX - 1);
    ticker.advanceMillis(DrainCount.CROWDED_PAUSE.toMillis());
    while (tend() == Task.Step.MORE) {
      assertThat(drains.counted()).isLessThanOrEqualTo(Drains.MAX);
    }
    assertThat(drains.counted()).isEqualTo(Drains.MAX);
    claims.idle(Drains.MAX, 1);
    tend();
    assertThat(drains.counted()).isEqualTo(Drains.MAX - 1);
  }

  @Test
  void aClaimThatCanNotBeReadIsCountedAndHoldsUpNobody() {
    tend();
    claims.put(Key.of("claim/shards/0"), Bytes.utf8("?"));
    claims.draining(1, 7, 1_000);
    tend();
    assertThat(items("failed")).isEqualTo(1);
    ticker.advanceMillis(1_000);
    tend();
    assertThat(proposed).containsExactly(end(3, 1));
  }

  @Test
  void aDrainWithoutATimeIsNotCounted() {
    tend();
    claims.put(1, new ClaimRecord("w", 1, ClaimRecord.State.DRAINING));
    tend();
    assertThat(drains.counted()).isZero();
  }

  @Test
  void whatIsCountedIsShown() {
    tend();
    claims.draining(1, 7, 1_000);
    tend();
    assertThat(meters.get("stele.janitor.drains").gauge().value()).isEqualTo(1);
  }

  private Task.Step tend() {
    return drains.tend(LEADS);
  }

  private void answer(int proposal, Proposal outcome) {
    outcomes.get(proposal).complete(outcome);
    tend();
  }

  private double items(String outcome) {
    return meters.counter("stele.janitor.items", "task", "drains", "outcome", outcome).count();
  }
}

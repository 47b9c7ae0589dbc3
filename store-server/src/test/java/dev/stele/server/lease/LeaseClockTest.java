// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.command.ExpireLease;
import dev.stele.server.core.command.Refusal;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Reason;
import dev.stele.server.lease.Renewal.Lost;
import dev.stele.server.lease.Renewal.NotConfirmed;
import dev.stele.server.lease.Renewal.Renewed;
import dev.stele.server.port.Confirmations.Leads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Renewals, deadlines and ends, event by event. */
final class LeaseClockTest {
  private static final long TTL = 1_000;

  private final Bench bench = new Bench();
  private final LeaseRef lease = bench.stored("a", 9, TTL);

  @BeforeEach
  void begin() {
    bench.tick();
  }

  private static Reason reason(CompletableFuture<Renewal> renewal) {
    return ((NotConfirmed) renewal.join()).reason();
  }

  /**
   * Nobody renewed it, and the round that was asked for confirms the leader: its end is proposed.
   */
  private Bench.Proposed closes() {
    bench.pass(TTL + Bench.SCAN_MILLIS);
    bench.confirm();
    return bench.proposed.remove();
  }

  @Test
  void aRenewalIsAcknowledgedOnceARoundThatBeganLaterConfirmedTheLeader() {
    PendingRenewal renewal = bench.renew(lease);
    assertThat(bench.asked).as("asked when all that came was taken").isEmpty();
    bench.tick();
    assertThat(renewal).isNotDone();
    bench.confirm();
    assertThat(renewal).isCompletedWithValue(new Renewed(TTL));
  }

  @Test
  void whoComesWhileARoundIsUnderWaySharesTheNext() {
    PendingRenewal first = bench.renew(lease);
    bench.tick();
    PendingRenewal second = bench.renew(lease);
    PendingRenewal third = bench.renew(lease);
    bench.tick();
    assertThat(bench.asked).as("one round at a time").hasSize(1);
    bench.confirm();
    assertThat(first).isDone();
    assertThat(second).isNotDone();
    assertThat(bench.asked).as("one for both").hasSize(1);
    bench.confirm();
    assertThat(second).isCompletedWithValue(new Renewed(TTL));
    assertThat(third).isCompletedWithValue(new Renewed(TTL));
  }

  @Test
  void aRoundOfAnotherTermConfirmsNothing() {
    PendingRenewal renewal = bench.renew(lease);
    bench.tick();
    bench.confirm(Bench.TERM + 2);
    assertThat(renewal).isNotDone();
    bench.pass(Bench.SCAN_MILLIS);
    bench.confirm();
    assertThat(renewal).isCompletedWithValue(new Renewed(TTL));
  }

  @Test
  void aRoundThatFailedIsAskedForAgainAfterTheNextScanAndUntilTheDeadline() {
    PendingRenewal renewal = bench.renew(lease, 120);
    bench.tick();
    bench.refuse(Reason.NO_QUORUM);
    bench.tick();
    assertThat(bench.asked).as("not in a tight loop").isEmpty();
    bench.pass(Bench.SCAN_MILLIS);
    bench.refuse(Reason.OVERLOADED);
    bench.pass(Bench.SCAN_MILLIS);
    assertThat(renewal).isNotDone();
    bench.pass(Bench.SCAN_MILLIS);
    assertThat(reason(renewal)).isEqualTo(Reason.OVERLOADED);
  }

  @Test
  void whoIsLateInARoundThatIsUnderWayIsToldSo() {
    PendingRenewal renewal = bench.renew(lease, 60);
    bench.tick();
    bench.pass(2 * Bench.SCAN_MILLIS);
    assertThat(reason(renewal)).isEqualTo(Reason.NO_QUORUM);
    bench.confirm();
    assertThat(bench.clock.remainingMillis(lease)).hasValue(TTL - 2 * Bench.SCAN_MILLIS);
  }

  @Test
  void aTokenThatIsNotThePresentOneIsLost() {
    assertThat(bench.renewed(new LeaseRef("a", 8)).join()).isInstanceOf(Lost.class);
    assertThat(bench.renewed(new LeaseRef("a", 10)).join()).isInstanceOf(Lost.class);
    assertThat(bench.renewed(new LeaseRef("b", 9)).join()).isInstanceOf(Lost.class);
  }

  @Test
  void onlyALeaderIsAskedForThatAndOnlyOneThatIsReady() {
    bench.ready = false;
    assertThat(reason(bench.renew(lease))).isEqualTo(Reason.NOT_LEADER);
    bench.ready = true;
    bench.leads = false;
    assertThat(reason(bench.renew(lease))).isEqualTo(Reason.NOT_LEADER);
    assertThat(bench.clock.remainingMillis(lease)).isEmpty();
  }

  @Test
  void aRenewalCountsFromWhenItCame() {
    bench.pass(400);
    PendingRenewal renewal = bench.renew(lease);
    bench.tick();
    bench.pass(300);
    bench.confirm();
    assertThat(renewal).isDone();
    assertThat(bench.clock.remainingMillis(lease)).hasValue(TTL - 300);
  }

  @Test
  void aLeaseIsEndedPastItsDeadlineOnceTheLeaderWasConfirmed() {
    bench.pass(TTL - 1);
    assertThat(bench.asked).isEmpty();
    bench.pass(1 + Bench.SCAN_MILLIS);
    assertThat(bench.asked).hasSize(1);
    assertThat(bench.proposed).isEmpty();
    bench.confirm();
    assertThat(bench.proposed.remove().command()).isEqualTo(new ExpireLease(Bench.TERM, lease));
    assertThat(bench.clock.remainingMillis(lease)).hasValue(0);
    bench.pass(500);
    assertThat(bench.proposed).as("once").isEmpty();
  }

  @Test
  void aLeaderThatIsNotConfirmedEndsNothing() {
    bench.pass(TTL + Bench.SCAN_MILLIS);
    bench.refuse(Reason.NO_QUORUM);
    bench.pass(Bench.SCAN_MILLIS);
    bench.confirm(Bench.TERM + 1);
    assertThat(bench.proposed).isEmpty();
    bench.pass(Bench.SCAN_MILLIS);
    bench.confirm();
    assertThat(bench.proposed).hasSize(1);
  }

  @Test
  void aRenewalThatCameBeforeTheRoundSavesTheLease() {
    bench.pass(TTL - 10);
    PendingRenewal renewal = bench.renew(lease);
    bench.pass(60);
    assertThat(bench.asked).hasSize(1);
    bench.confirm();
    assertThat(renewal).isCompletedWithValue(new Renewed(TTL));
    assertThat(bench.proposed).isEmpty();
    bench.pass(TTL);
    assertThat(bench.asked).as("it is looked at again").hasSize(1);
  }

  @Test
  void aRenewalThatComesLateAllTheSameSavesTheLeaseUntilItsEndIsProposed() {
    bench.pass(TTL + Bench.SCAN_MILLIS);
    PendingRenewal renewal = bench.renew(lease);
    bench.confirm();
    Bench.Proposed end = bench.proposed.remove();
    bench.confirm();
    assertThat(renewal).as("its round was the next one").isNotDone();
    end.notProposed();
    bench.pass(Bench.SCAN_MILLIS);
    bench.confirm();
    assertThat(renewal).isCompletedWithValue(new Renewed(TTL));
  }

  @Test
  void aRenewalOfAClosingLeaseIsLostWhenTheLeaseEnds() {
    Bench.Proposed end = closes();
    PendingRenewal renewal = bench.renewed(lease);
    assertThat(renewal).isNotDone();
    end.ended();
    assertThat(renewal.join()).isInstanceOf(Lost.class);
    assertThat(bench.clock.held()).isZero();
    assertThat(bench.notes).contains("EXPIRED a 9");
  }

  @Test
  void aRenewalOfAClosingLeaseGoesOnWhenItsEndWasNotProposed() {
    Bench.Proposed end = closes();
    PendingRenewal renewal = bench.renewed(lease);
    end.notProposed();
    bench.pass(Bench.SCAN_MILLIS);
    assertThat(renewal).as("what was confirmed before does not count").isNotDone();
    bench.confirm();
    assertThat(renewal).isCompletedWithValue(new Renewed(TTL));
    assertThat(bench.proposed).isEmpty();
  }

  @Test
  void anEndThatWasDecidedInAnotherTermDidNothing() {
    closes().decided(Refusal.of(Reason.NOT_LEADER, "term", "of another term"));
    bench.pass(Bench.SCAN_MILLIS);
    bench.confirm();
    assertThat(bench.proposed).as("it is tried again").hasSize(1);
  }

  @Test
  void aLeaseWhoseEndIsUnknownStaysClosedAndIsEndedAgain() {
    closes().unknown();
    assertThat(bench.notes).contains("in doubt a: who knows");
    PendingRenewal renewal = bench.renewed(lease);
    bench.pass(900);
    assertThat(bench.proposed).isEmpty();
    bench.pass(150);
    Bench.Proposed again = bench.proposed.remove();
    assertThat(again.command()).isEqualTo(new ExpireLease(Bench.TERM, lease));
    again.notProposed();
    assertThat(renewal).as("the first may still come true").isNotDone();
    bench.pass(1_050);
    bench.proposed.remove().decided(Refusal.of(Reason.FENCED, "lease", "not that token"));
    assertThat(renewal.join()).isInstanceOf(Lost.class);
  }

  @Test
  void whoWaitsForAClosingLeaseIsToldAtTheDeadlineThatNothingIsKnown() {
    closes();
    PendingRenewal renewal = bench.renew(lease, 200);
    bench.tick();
    bench.confirm();
    bench.pass(250);
    assertThat(reason(renewal)).isEqualTo(Reason.NO_QUORUM);
  }

  @Test
  void whenLeadershipIsLostEverybodyIsToldAndNothingIsKept() {
    closes();
    PendingRenewal heldBack = bench.renewed(lease);
    PendingRenewal aboard = bench.renew(lease);
    bench.tick();
    PendingRenewal waiting = bench.renew(lease);
    bench.leads = false;
    bench.tick();
    assertThat(List.of(heldBack, aboard, waiting))
        .allSatisfy(renewal -> assertThat(reason(renewal)).isEqualTo(Reason.NOT_LEADER));
    assertThat(bench.clock.held()).isZero();
    assertThat(bench.notes).endsWith("ended " + Bench.TERM);
  }

  @Test
  void whatComesOfAnEarlierLeadershipIsNothingToTheNext() {
    Bench.Proposed end = closes();
    PendingRenewal old = bench.renew(lease);
    bench.tick();
    bench.term += 2;
    bench.tick();
    assertThat(reason(old)).isEqualTo(Reason.NOT_LEADER);
    end.ended();
    bench.asked.remove().accept(new Leads(bench.term));
    assertThat(bench.clock.remainingMillis(lease)).as("granted anew").hasValue(TTL);
    assertThat(bench.renewed(lease).join()).isEqualTo(new Renewed(TTL));
  }

  @Test
  void aNewLeaderGrantsTheWholeTtlAnew() {
    bench.pass(900);
    bench.term++;
    bench.pass(Bench.SCAN_MILLIS);
    assertThat(bench.clock.remainingMillis(lease)).hasValue(TTL);
    bench.pass(TTL - Bench.SCAN_MILLIS);
    assertThat(bench.asked).isEmpty();
    bench.pass(Bench.SCAN_MILLIS);
    bench.confirm();
    assertThat(bench.proposed.remove().command()).isEqualTo(new ExpireLease(Bench.TERM + 1, lease));
  }

  @Test
  void aStallIsGivenBackBeforeAnythingElse() {
    bench.pass(500);
    bench.stall(20_000);
    assertThat(bench.asked).isEmpty();
    // The pause between two scans, which is not part of the stall, has passed.
    assertThat(bench.clock.remainingMillis(lease)).hasValue(500 - Bench.SCAN_MILLIS);
    assertThat(bench.notes).contains("stalled " + (20_000 - Bench.SCAN_MILLIS));
    bench.pass(500);
    assertThat(bench.asked).hasSize(1);
  }

  @Test
  void aStallIsGivenBackAsWellWhenARenewalIsTheFirstToShowIt() {
    bench.pass(500);
    bench.ticker.advanceMillis(20_000);
    PendingRenewal renewal = bench.renew(lease);
    bench.tick();
    bench.confirm();
    assertThat(renewal).isDone();
    assertThat(bench.clock.remainingMillis(lease)).hasValue(TTL);
    bench.pass(TTL);
    assertThat(bench.asked).as("and not twice").hasSize(1);
  }

  @Test
  void aScanThatIsALittleLateIsNoStall() {
    bench.stall(100);
    assertThat(bench.clock.remainingMillis(lease)).hasValue(TTL - 100);
    assertThat(bench.notes).noneMatch(note -> note.startsWith("stalled"));
  }

  @Test
  void anAcquisitionCountsFromWhenItWasApplied() {
    bench.pass(200);
    LeaseRef other = bench.acquired("b", 101, 700);
    assertThat(bench.clock.remainingMillis(other)).hasValue(700);
    assertThat(bench.renewed(other).join()).isEqualTo(new Renewed(700));
  }

  @Test
  void aHandOverGivesTheWholeTtlAndEndsWhatWasHeldBefore() {
    closes();
    PendingRenewal old = bench.renewed(lease);
    LeaseRef next = bench.acquired("a", 101, TTL);
    assertThat(old.join()).isInstanceOf(Lost.class);
    assertThat(bench.renewed(lease).join()).isInstanceOf(Lost.class);
    assertThat(bench.renewed(next).join()).isEqualTo(new Renewed(TTL));
    assertThat(bench.notes).as("nobody lost it").noneMatch(note -> note.contains(" a "));
  }

  @Test
  void aReleaseIsToldAsOne() {
    PendingRenewal renewal = bench.renew(lease);
    bench.ended("a", 101);
    bench.tick();
    bench.confirm();
    assertThat(renewal.join()).isInstanceOf(Lost.class);
    assertThat(bench.notes).contains("RELEASED a 9");
    bench.pass(2 * TTL);
    assertThat(bench.asked).as("it is not looked at again").isEmpty();
  }

  @Test
  void aChangeThatTheLoadedStateHasIsNoNews() {
    bench.acquired("a", 100, TTL);
    bench.ended("a", 100);
    assertThat(bench.clock.remainingMillis(lease)).hasValue(TTL);
  }

  @Test
  void changesThatWereMissedAreFoundInTheState() {
    LeaseRef gone = bench.acquired("gone", 101, TTL);
    LeaseRef old = bench.acquired("moved", 102, TTL);
    bench.pass(400);
    bench.stored.clear();
    bench.stored("a", 9, TTL);
    LeaseRef moved = bench.stored("moved", 103, TTL);
    LeaseRef fresh = bench.stored("fresh", 104, TTL);
    bench.storedRevision = 104;
    bench.clock.missed();
    assertThat(bench.clock.remainingMillis(lease)).as("what was counted stays").hasValue(600);
    assertThat(bench.clock.remainingMillis(gone)).isEmpty();
    assertThat(bench.clock.remainingMillis(old)).isEmpty();
    assertThat(bench.clock.remainingMillis(moved)).hasValue(TTL);
    assertThat(bench.clock.remainingMillis(fresh)).hasValue(TTL);
    bench.acquired("gone", 101, TTL);
    assertThat(bench.clock.held()).as("what comes late is known").isEqualTo(3);
  }

  @Test
  void fiveHundredEndsAreUnderWayAtATimeAndTheOthersFollow() {
    int more = 40;
    for (int i = 0; i < Closings.MAX_UNDER_WAY + more; i++) {
      bench.acquired("many/" + i, 101 + i, 500);
    }
    bench.pass(550);
    bench.confirm();
    assertThat(bench.proposed).hasSize(Closings.MAX_UNDER_WAY);
    bench.pass(100);
    assertThat(bench.proposed).hasSize(Closings.MAX_UNDER_WAY);
    assertThat(bench.asked).as("nobody is asked in vain").isEmpty();
    List<Bench.Proposed> first = new ArrayList<>(bench.proposed);
    bench.proposed.clear();
    first.forEach(Bench.Proposed::ended);
    bench.tick();
    bench.confirm();
    assertThat(bench.proposed).hasSize(more);
    assertThat(bench.clock.held()).isEqualTo(1 + more);
  }

  @Test
  void whatDoesNotLeadLoadsNothing() {
    bench.leads = false;
    bench.tick();
    bench.acquired("b", 101, TTL);
    bench.clock.missed();
    bench.tick();
    assertThat(bench.loads).isEqualTo(1);
    assertThat(bench.clock.held()).isZero();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.session.SessionTag;
import dev.stele.server.lease.LeaseDesk.Turn;
import dev.stele.server.lease.LeaseDesk.Turn.Yours;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who gets a lease next. */
final class WaitingTest {
  private static final long TTL = 60_000;

  private final Bench bench = new Bench();
  private long revision = 200;

  @BeforeEach
  void begin() {
    bench.stored("held", 9, TTL);
    bench.tick();
  }

  private static Optional<SessionTag> tag(long session, long sequence, long acknowledgedBelow) {
    return Optional.of(
        new SessionTag(new SessionId(0, session), sequence, acknowledgedBelow, 1_000));
  }

  private static boolean hasTurn(Waiter waiter) {
    return waiter.isDone() && waiter.join() instanceof Yours;
  }

  private void done(Waiter waiter) {
    ((Yours) waiter.join()).done().run();
    bench.tick();
  }

  private void free(String name) {
    bench.ended(name, revision++);
  }

  private void take(String name) {
    bench.acquired(name, revision++, TTL);
  }

  @Test
  void aLeaseThatIsFreeIsTheTurnOfTheFirstWhoComes() {
    Waiter first = bench.waits("free");
    Waiter second = bench.waits("free");
    assertThat(hasTurn(first)).isTrue();
    assertThat(second).isNotDone();
    assertThat(bench.clock.waiters("free")).isEqualTo(1);
  }

  @Test
  void aLeaseThatEndsIsTheTurnOfWhoeverWaitedLongest() {
    Waiter first = bench.waits("held");
    Waiter second = bench.waits("held");
    assertThat(first).isNotDone();
    free("held");
    assertThat(hasTurn(first)).isTrue();
    assertThat(second).isNotDone();
  }

  @Test
  void nobodyElseHasATurnUntilItIsDone() {
    Waiter first = bench.waits("held");
    Waiter second = bench.waits("held");
    free("held");
    bench.pass(1_000);
    assertThat(second).isNotDone();
    done(first);
    assertThat(hasTurn(second)).isTrue();
  }

  @Test
  void whenTheLeaseIsHeldAgainTheNextOnesWaitForThat() {
    Waiter first = bench.waits("held");
    Waiter second = bench.waits("held");
    free("held");
    take("held");
    done(first);
    assertThat(second).isNotDone();
    free("held");
    assertThat(hasTurn(second)).isTrue();
  }

  @Test
  void aTurnThatIsDoneTwiceIsDoneOnce() {
    Waiter first = bench.waits("held");
    Waiter second = bench.waits("held");
    Waiter third = bench.waits("held");
    free("held");
    done(first);
    done(first);
    assertThat(hasTurn(second)).isTrue();
    assertThat(third).isNotDone();
  }

  @Test
  void aTurnThatIsNeverDoneEndsWithTheCallThatGotIt() {
    Waiter first = bench.waits("held", 0, 400, Optional.empty());
    Waiter second = bench.waits("held");
    free("held");
    bench.pass(350);
    assertThat(second).isNotDone();
    bench.pass(100);
    assertThat(hasTurn(second)).isTrue();
    done(first);
    assertThat(bench.clock.waiters("held")).isZero();
  }

  @Test
  void whoWaitedElsewhereStandsWhereItWouldStandHere() {
    bench.pass(500);
    Waiter here = bench.waits("held");
    bench.pass(100);
    Waiter later = bench.waits("held");
    Waiter came = bench.waits("held", 300, 5_000, Optional.empty());
    Waiter between = bench.waits("held", 50, 5_000, Optional.empty());
    List<Waiter> order = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      free("held");
      List<Waiter> next =
          List.of(here, later, came, between).stream()
              .filter(waiter -> hasTurn(waiter) && !order.contains(waiter))
              .toList();
      assertThat(next).hasSize(1);
      order.addAll(next);
      take("held");
      done(next.get(0));
    }
    assertThat(order).containsExactly(came, here, between, later);
  }

  @Test
  void anotherTryOfTheSameWriteTakesThePlaceOfTheFirst() {
    Waiter first = bench.waits("held", 0, 5_000, tag(1, 4, 2));
    Waiter other = bench.waits("held", 0, 5_000, tag(2, 4, 2));
    Waiter again = bench.waits("held", 10, 5_000, tag(1, 4, 3));
    assertThat(first).isCompletedWithValue(new Turn.Replaced());
    assertThat(bench.clock.waiters("held")).isEqualTo(2);
    free("held");
    assertThat(hasTurn(again)).isTrue();
    assertThat(other).isNotDone();
  }

  @Test
  void anotherSequenceOfTheSameSessionIsAnotherWrite() {
    Waiter first = bench.waits("held", 0, 5_000, tag(1, 4, 2));
    assertThat(bench.waits("held", 0, 5_000, tag(1, 5, 2))).isNotDone();
    assertThat(first).isNotDone();
    assertThat(bench.clock.waiters("held")).isEqualTo(2);
  }

  @Test
  void anotherTryOfTheWriteWhoseTurnItIsHasTheTurnAsWell() {
    Waiter first = bench.waits("free", 0, 5_000, tag(1, 4, 2));
    Waiter second = bench.waits("free");
    Waiter again = bench.waits("free", 0, 5_000, tag(1, 4, 2));
    assertThat(hasTurn(again)).isTrue();
    done(first);
    assertThat(second).as("one try is still under way").isNotDone();
    done(again);
    assertThat(hasTurn(second)).isTrue();
  }

  @Test
  void whoseDeadlineComesFirstIsLate() {
    Waiter late = bench.waits("held", 0, 300, Optional.empty());
    Waiter patient = bench.waits("held");
    bench.pass(250);
    assertThat(late).isNotDone();
    bench.pass(50);
    assertThat(late).isCompletedWithValue(new Turn.Late());
    assertThat(patient).isNotDone();
    assertThat(bench.clock.waiters("held")).isEqualTo(1);
  }

  @Test
  void whoLeavesIsPassedOver() {
    Waiter first = bench.waits("held");
    Waiter second = bench.waits("held");
    first.cancel(false);
    bench.clock.leave(first);
    assertThat(bench.clock.waiters("held")).isEqualTo(1);
    free("held");
    assertThat(hasTurn(second)).isTrue();
    bench.clock.leave(second);
    assertThat(hasTurn(second)).isTrue();
  }

  @Test
  void whoIsGoneWhenTheTurnComesIsPassedOver() {
    Waiter first = bench.waits("held");
    Waiter second = bench.waits("held");
    first.cancel(false);
    free("held");
    assertThat(hasTurn(second)).isTrue();
  }

  @Test
  void tenThousandMayWaitForALeaseAndNoMore() {
    for (int i = 0; i < LeaseDesk.MAX_WAITERS; i++) {
      assertThat(bench.waits("held")).isNotDone();
    }
    assertThat(bench.waits("held")).isCompletedWithValue(new Turn.Full());
    Waiter other = bench.waits("other");
    assertThat(hasTurn(other)).isTrue();
    free("held");
    take("held");
    assertThat(bench.waits("held")).as("there is room again").isNotDone();
  }

  @Test
  void anotherTryFindsRoomWhereItsFirstStood() {
    for (int i = 0; i < LeaseDesk.MAX_WAITERS; i++) {
      assertThat(bench.waits("held", 0, 5_000, tag(i, 1, 1))).isNotDone();
    }
    assertThat(bench.waits("held", 0, 5_000, tag(3, 1, 1))).isNotDone();
  }

  @Test
  void aHundredWaitersCostOneTurnAHandOver() {
    List<Waiter> waiters = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      waiters.add(bench.waits("held", 0, 600_000, Optional.empty()));
    }
    for (int i = 0; i < 100; i++) {
      free("held");
      assertThat(waiters.stream().filter(Waiter::isDone)).hasSize(i + 1);
      take("held");
      done(waiters.get(i));
    }
  }

  @Test
  void withTheLeadershipAllAreSentElsewhere() {
    Waiter waiting = bench.waits("held");
    Waiter turn = bench.waits("free");
    bench.term++;
    bench.tick();
    assertThat(waiting).isCompletedWithValue(new Turn.Elsewhere());
    assertThat(bench.clock.waiters("held")).isZero();
    done(turn);
    assertThat(hasTurn(bench.waits("free"))).isTrue();
    bench.leads = false;
    assertThat(bench.waits("held")).isCompletedWithValue(new Turn.Elsewhere());
  }

  @Test
  void changesThatWereMissedFreeALeaseAllTheSame() {
    Waiter waiting = bench.waits("held");
    bench.stored.clear();
    bench.clock.missed();
    assertThat(hasTurn(waiting)).isTrue();
  }
}

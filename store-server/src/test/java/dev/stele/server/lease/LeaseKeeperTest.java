// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.stele.server.consensus.ManualTicker;
import dev.stele.server.core.command.AcquireLease;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.ExpireLease;
import dev.stele.server.core.command.ReleaseLease;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Reason;
import dev.stele.server.lease.LeaseDesk.Turn;
import dev.stele.server.lease.LeaseDesk.Turn.Yours;
import dev.stele.server.lease.Renewal.Lost;
import dev.stele.server.lease.Renewal.NotConfirmed;
import dev.stele.server.lease.Renewal.Renewed;
import dev.stele.server.port.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The keeper over a store and a core of its own. */
final class LeaseKeeperTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ManualTicker ticker = new ManualTicker();
  private final OneNode node = new OneNode();
  private final LeaseKeeper keeper = new LeaseKeeper(node.setup(ticker));

  @AfterEach
  void close() {
    keeper.close();
    node.store.close();
    assertThat(node.faults).isEmpty();
  }

  private void pass(long millis) {
    for (long left = millis; left > 0; left -= 50) {
      ticker.advanceMillis(Math.min(left, 50));
      settle();
    }
  }

  /** What a step leads to comes back through the mailbox. */
  private void settle() {
    for (int i = 0; i < 4; i++) {
      keeper.step();
    }
  }

  private CompletableFuture<Renewal> renew(LeaseRef lease) {
    return keeper.renew(lease, ticker.in(5_000));
  }

  private CompletableFuture<Turn> waitFor(String name) {
    return keeper.awaitTurn(name, Optional.empty(), 0, ticker.in(60_000));
  }

  @Test
  void aLeaseLivesAsLongAsItIsRenewedAndEndsWhenItIsNot() {
    keeper.step();
    LeaseRef lease = node.acquire("a", 1_000);
    for (int i = 0; i < 10; i++) {
      pass(900);
      CompletableFuture<Renewal> renewal = renew(lease);
      settle();
      assertThat(renewal).isCompletedWithValue(new Renewed(1_000));
    }
    pass(1_000);
    assertThat(node.decided).last().isEqualTo(new ExpireLease(OneNode.TERM, lease));
    CompletableFuture<Renewal> late = renew(lease);
    settle();
    assertThat(late.join()).isInstanceOf(Lost.class);
    assertThat(node.store.latest().fact(lease.key())).isEmpty();
    assertThat(node.count("stele.leases.lost", "reason", "EXPIRED")).isEqualTo(1);
    assertThat(node.count("stele.renewals", "outcome", "renewed")).isEqualTo(10);
    assertThat(node.count("stele.renewals", "outcome", "lost")).isEqualTo(1);
  }

  @Test
  void whatTheStoreHoldsIsCountedFromTheBeginningOfALeadership() {
    node.leads = false;
    LeaseRef lease = node.acquire("a", 1_000);
    settle();
    assertThat(node.gauge("stele.leases")).isZero();
    pass(5_000);
    node.leads = true;
    settle();
    assertThat(node.gauge("stele.leases")).isEqualTo(1);
    assertThat(keeper.remainingMillis(lease)).hasValue(1_000);
  }

  @Test
  void whoWaitsGetsATurnWhenTheLeaseIsReleased() {
    LeaseRef lease = node.acquire("a", 10_000);
    CompletableFuture<Turn> first = waitFor("a");
    CompletableFuture<Turn> second = waitFor("a");
    settle();
    assertThat(keeper.waiters("a")).isEqualTo(2);
    assertThat(node.gauge("stele.lease.waiters")).isEqualTo(2);
    node.decide(new ReleaseLease(lease));
    settle();
    LeaseRef next = node.acquire("a", 10_000);
    ((Yours) first.join()).done().run();
    settle();
    assertThat(second).isNotDone();
    node.decide(new ReleaseLease(next));
    settle();
    assertThat(second.join()).isInstanceOf(Yours.class);
    assertThat(node.count("stele.leases.lost", "reason", "RELEASED")).isEqualTo(2);
    assertThat(node.gauge("stele.lease.waiters")).isZero();
  }

  @Test
  void whoIsDoneHasTheChangeThatItKnowsOfTakenFirst() {
    CompletableFuture<Turn> first = waitFor("a");
    CompletableFuture<Turn> second = waitFor("a");
    settle();
    // The turn is given back while a step is under way that began before.
    node.acquire("a", 10_000);
    ((Yours) first.join()).done().run();
    keeper.step();
    assertThat(second).isNotDone();
  }

  @Test
  void whoCancelsAWaitLeavesTheLine() {
    node.acquire("a", 10_000);
    CompletableFuture<Turn> wait = waitFor("a");
    settle();
    wait.cancel(false);
    settle();
    assertThat(keeper.waiters("a")).isZero();
    assertThat(node.gauge("stele.lease.waiters")).isZero();
  }

  @Test
  void beyondAHundredThousandRenewalsTheyAreTurnedAway() {
    LeaseRef lease = node.acquire("a", 10_000);
    List<CompletableFuture<Renewal>> all = new ArrayList<>();
    for (int i = 0; i < LeaseKeeper.MAX_RENEWALS; i++) {
      all.add(renew(lease));
    }
    NotConfirmed beyond = (NotConfirmed) renew(lease).join();
    assertThat(beyond.reason()).isEqualTo(Reason.OVERLOADED);
    assertThat(all).noneMatch(CompletableFuture::isDone);
    settle();
    assertThat(all).allMatch(renewal -> renewal.join() instanceof Renewed);
    assertThat(renew(lease)).as("there is room again").isNotDone();
  }

  @Test
  void beyondAHundredThousandWaitersTheyAreTurnedAway() {
    for (int i = 0; i < LeaseKeeper.MAX_WAITERS_ALL; i++) {
      assertThat(waitFor("a/" + i % 100)).isNotDone();
    }
    assertThat(waitFor("b")).isCompletedWithValue(new Turn.Full());
  }

  @Test
  void aWaitOfMoreThanADayCountsForADay() {
    node.acquire("a", 10_000);
    CompletableFuture<Turn> first =
        keeper.awaitTurn("a", Optional.empty(), TimeUnit.DAYS.toNanos(1), ticker.in(60_000));
    CompletableFuture<Turn> second =
        keeper.awaitTurn("a", Optional.empty(), Long.MAX_VALUE, ticker.in(60_000));
    settle();
    pass(10_000);
    assertThat(first.join()).isInstanceOf(Yours.class);
    assertThat(second).isNotDone();
  }

  @Test
  void moreChangesThanAreKeptAreFoundInTheStore() {
    keeper.step();
    LeaseRef gone = node.acquire("gone", 60_000);
    settle();
    int rounds = 1 + LeaseFeed.MAX_CHANGES / 2_000;
    for (int i = 0; i < rounds; i++) {
      List<Command> commands = new ArrayList<>();
      for (int j = 0; j < 2_000; j++) {
        commands.add(new AcquireLease(i + "/" + j, "h", 60_000, Bytes.EMPTY));
      }
      node.decideAll(commands);
    }
    node.decide(new ReleaseLease(gone));
    LeaseRef last = node.acquire("last", 60_000);
    keeper.step();
    assertThat(keeper.remainingMillis(gone)).isEmpty();
    assertThat(keeper.remainingMillis(last)).isPresent();
    assertThat(node.gauge("stele.leases")).isEqualTo(rounds * 2_000 + 1.0);
    LeaseRef next = node.acquire("next", 60_000);
    keeper.step();
    assertThat(keeper.remainingMillis(next)).as("and from then on as ever").isPresent();
  }

  @Test
  void atTheEndAllAreToldAndWhoeverComesLater() {
    LeaseRef lease = node.acquire("a", 10_000);
    node.confirms = false;
    CompletableFuture<Renewal> renewal = renew(lease);
    settle();
    CompletableFuture<Renewal> inTheMailbox = renew(lease);
    CompletableFuture<Turn> wait = waitFor("a");
    keeper.close();
    CompletableFuture<Renewal> late = renew(lease);
    for (CompletableFuture<Renewal> each : List.of(renewal, inTheMailbox, late)) {
      assertThat(((NotConfirmed) each.join()).reason()).isEqualTo(Reason.NOT_LEADER);
    }
    assertThat(wait).isCompletedWithValue(new Turn.Elsewhere());
    assertThat(waitFor("a")).isCompletedWithValue(new Turn.Elsewhere());
    assertThat(keeper.remainingMillis(lease)).isEmpty();
  }

  @Test
  void itsThreadTakesAwayWhatNobodyRenewsAndTellsWhoWaits() {
    OneNode running = new OneNode();
    LeaseKeeper started = LeaseKeeper.start(running.setup(Ticker.SYSTEM));
    try {
      LeaseRef lease = running.acquire("a", 500);
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      assertThat(started.renew(lease, deadline).join()).isEqualTo(new Renewed(500));
      CompletableFuture<Turn> wait = started.awaitTurn("a", Optional.empty(), 0, deadline);
      assertThat(wait.join()).isInstanceOf(Yours.class);
      assertThat(running.decided).last().isEqualTo(new ExpireLease(OneNode.TERM, lease));
      running.leads = false;
      assertThat(started.renew(lease, deadline).join()).isInstanceOf(NotConfirmed.class);
    } finally {
      started.close();
      running.store.close();
    }
    assertThat(running.faults).isEmpty();
  }

  @Test
  void aKeeperThatCantReadTheStoreStopsTheNodeAndTellsWhoWaits() {
    OneNode broken = new OneNode();
    broken.store.close();
    LeaseKeeper started = LeaseKeeper.start(broken.setup(Ticker.SYSTEM));
    await().atMost(PATIENCE).until(() -> !broken.faults.isEmpty());
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    assertThat(started.renew(new LeaseRef("a", 1), deadline).join())
        .isInstanceOf(NotConfirmed.class);
    started.close();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.command.CheckpointLease;
import dev.stele.server.core.command.CheckpointLease.Checkpointed;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.lease.Renewal.NotConfirmed;
import dev.stele.server.lease.Renewal.Renewed;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What is left of long leases is written down, and cleared before they are renewed. */
final class LongLeaseTest {
  private static final long MINUTE = 60_000;
  private static final long TTL = 5 * MINUTE;

  private final Bench bench = new Bench();

  private LeaseRef begin(long ttlMillis) {
    LeaseRef lease = bench.stored("long", 9, ttlMillis);
    bench.tick();
    return lease;
  }

  private CheckpointLease written(LeaseRef lease, long remainingMillis) {
    return new CheckpointLease(Bench.TERM, lease, OptionalLong.of(remainingMillis));
  }

  private CheckpointLease cleared(LeaseRef lease) {
    return new CheckpointLease(Bench.TERM, lease, OptionalLong.empty());
  }

  /** A minute without a renewal has passed, and that is written down. */
  private LeaseRef checkpointed() {
    LeaseRef lease = begin(TTL);
    bench.pass(MINUTE);
    bench.proposed.remove().decided(new Checkpointed());
    return lease;
  }

  @Test
  void aMinuteWithoutARenewalIsWrittenDownAndSoIsTheNext() {
    LeaseRef lease = begin(TTL);
    bench.pass(MINUTE - Bench.SCAN_MILLIS);
    assertThat(bench.proposed).isEmpty();
    bench.pass(Bench.SCAN_MILLIS);
    Bench.Proposed first = bench.proposed.remove();
    assertThat(first.command()).isEqualTo(written(lease, TTL - MINUTE));
    first.decided(new Checkpointed());
    bench.pass(MINUTE);
    assertThat(bench.proposed.remove().command()).isEqualTo(written(lease, TTL - 2 * MINUTE));
  }

  @Test
  void whatIsLeftIsRoundedUp() {
    LeaseRef lease = begin(TTL);
    bench.pass(MINUTE - 10);
    bench.pass(10);
    bench.ticker.advanceMillis(49);
    bench.tick();
    CheckpointLease command = (CheckpointLease) bench.proposed.remove().command();
    assertThat(command.remainingMillis().orElseThrow())
        .isGreaterThanOrEqualTo(bench.clock.remainingMillis(lease).orElseThrow());
  }

  @Test
  void aLeaseOfAMinuteIsNotLong() {
    begin(MINUTE);
    bench.pass(MINUTE - 1);
    assertThat(bench.proposed).isEmpty();
  }

  @Test
  void aLeaseThatIsRenewedIsNotWrittenDown() {
    LeaseRef lease = begin(TTL);
    for (int i = 0; i < 5; i++) {
      bench.pass(MINUTE - 1_000);
      assertThat(bench.renewed(lease)).isCompletedWithValue(new Renewed(TTL));
    }
    assertThat(bench.proposed).isEmpty();
    bench.pass(MINUTE + Bench.SCAN_MILLIS);
    assertThat(bench.proposed).hasSize(1);
  }

  @Test
  void aRenewalIsAcknowledgedOnlyAfterTheClearWasDecided() {
    LeaseRef lease = checkpointed();
    PendingRenewal renewal = bench.renewed(lease);
    Bench.Proposed clear = bench.proposed.remove();
    assertThat(clear.command()).isEqualTo(cleared(lease));
    PendingRenewal later = bench.renewed(lease);
    assertThat(renewal).isNotDone();
    assertThat(bench.proposed).as("one clear serves all").isEmpty();
    clear.decided(new Checkpointed());
    assertThat(renewal).isCompletedWithValue(new Renewed(TTL));
    assertThat(later).isCompletedWithValue(new Renewed(TTL));
    assertThat(bench.renewed(lease)).as("nothing is written down").isDone();
  }

  @Test
  void aCheckpointCountsFromWhenItIsProposed() {
    LeaseRef lease = begin(TTL);
    bench.pass(MINUTE);
    PendingRenewal renewal = bench.renewed(lease);
    assertThat(renewal).isNotDone();
    assertThat(bench.proposed)
        .extracting(Bench.Proposed::command)
        .containsExactly(written(lease, TTL - MINUTE), cleared(lease));
    bench.proposed.removeFirst().notProposed();
    assertThat(renewal).as("the log may have it for all that").isNotDone();
    bench.proposed.removeFirst().decided(new Checkpointed());
    assertThat(renewal).isDone();
  }

  @Test
  void aClearThatWasNotDecidedIsProposedAgain() {
    LeaseRef lease = checkpointed();
    PendingRenewal renewal = bench.renewed(lease);
    bench.proposed.remove().unknown();
    bench.tick();
    assertThat(bench.proposed).as("not in a tight loop").isEmpty();
    bench.pass(Bench.SCAN_MILLIS);
    bench.proposed.remove().notProposed();
    bench.pass(Bench.SCAN_MILLIS);
    assertThat(renewal).isNotDone();
    bench.proposed.remove().decided(new Checkpointed());
    assertThat(renewal).isCompletedWithValue(new Renewed(TTL));
  }

  @Test
  void whoWaitsForAClearIsToldAtTheDeadlineThatNothingIsKnown() {
    LeaseRef lease = checkpointed();
    PendingRenewal renewal = bench.renew(lease, 200);
    bench.tick();
    bench.confirm();
    bench.pass(250);
    assertThat(renewal.join()).isInstanceOf(NotConfirmed.class);
  }

  @Test
  void aCheckpointThatWasNotProposedIsSoonTriedAgain() {
    LeaseRef lease = begin(TTL);
    bench.pass(MINUTE);
    bench.proposed.remove().notProposed();
    bench.pass(1_000);
    assertThat(bench.proposed.remove().command()).isEqualTo(written(lease, TTL - MINUTE - 1_000));
  }

  @Test
  void aNewLeaderGivesWhatIsWrittenDownAndHasItClearedFirst() {
    LeaseRef lease = new LeaseRef("long", 9);
    bench.stored.add(new LeaseSource.Holding("long", 9, TTL, OptionalLong.of(30_000)));
    bench.tick();
    assertThat(bench.clock.remainingMillis(lease)).hasValue(30_000);
    PendingRenewal renewal = bench.renewed(lease);
    assertThat(renewal).isNotDone();
    bench.proposed.remove().decided(new Checkpointed());
    assertThat(renewal).isCompletedWithValue(new Renewed(TTL));
    assertThat(bench.clock.remainingMillis(lease)).hasValue(TTL);
  }

  @Test
  void aHandOverHasNothingWrittenDown() {
    checkpointed();
    LeaseRef next = bench.acquired("long", 101, TTL);
    assertThat(bench.renewed(next)).isCompletedWithValue(new Renewed(TTL));
  }

  @Test
  void noMoreThanSoManyAreUnderWayAtATime() {
    for (int i = 0; i <= Checkpoints.MAX_UNDER_WAY; i++) {
      bench.stored("many/" + i, 1 + i, TTL);
    }
    bench.tick();
    bench.pass(MINUTE);
    assertThat(bench.proposed).hasSize(Checkpoints.MAX_UNDER_WAY);
    bench.pass(Bench.SCAN_MILLIS);
    assertThat(bench.proposed).hasSize(Checkpoints.MAX_UNDER_WAY);
    List<Bench.Proposed> all = new ArrayList<>(bench.proposed);
    bench.proposed.clear();
    all.forEach(one -> one.decided(new Checkpointed()));
    bench.pass(Bench.SCAN_MILLIS);
    assertThat(bench.proposed).hasSize(1);
  }

  @Test
  void noMoreClearsThanSoManyAreUnderWayAtATime() {
    List<LeaseRef> leases = new ArrayList<>();
    for (int i = 0; i <= Checkpoints.MAX_UNDER_WAY; i++) {
      String name = "many/" + i;
      bench.stored.add(new LeaseSource.Holding(name, 1 + i, TTL, OptionalLong.of(MINUTE)));
      leases.add(new LeaseRef(name, 1 + i));
    }
    bench.tick();
    List<PendingRenewal> renewals = leases.stream().map(bench::renew).toList();
    bench.tick();
    bench.confirm();
    assertThat(bench.proposed).hasSize(Checkpoints.MAX_UNDER_WAY);
    while (!bench.proposed.isEmpty()) {
      bench.proposed.remove().decided(new Checkpointed());
      bench.tick();
    }
    assertThat(renewals).allMatch(PendingRenewal::isDone);
  }
}

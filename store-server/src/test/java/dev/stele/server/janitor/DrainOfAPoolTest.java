// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.janitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.consensus.ManualTicker;
import dev.stele.server.core.apply.EntryRule;
import dev.stele.server.core.claim.ListedItems;
import dev.stele.server.core.claim.PoolCodec;
import dev.stele.server.core.claim.PoolRecord;
import dev.stele.server.core.claim.PoolRecord.Loss;
import dev.stele.server.core.claim.Pools;
import dev.stele.server.core.command.AcquireLease;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.DrainClaim;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.HandOverLease;
import dev.stele.server.core.command.NextClaim;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.command.Refusal;
import dev.stele.server.core.command.ReleaseClaim;
import dev.stele.server.core.command.Result;
import dev.stele.server.core.kind.ClaimCodec;
import dev.stele.server.core.kind.ClaimRecord;
import dev.stele.server.core.kind.ClaimRecord.State;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.port.LogPosition;
import dev.stele.server.port.Proposal;
import dev.stele.server.storage.MapStateStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Drains as the core decides about them. */
final class DrainOfAPoolTest {
  private static final long TERM = 7;
  private static final Key CLAIM = Key.of("claim/shards/a");

  private final ManualTicker ticker = new ManualTicker();
  private final MapStateStore store = new MapStateStore();
  private final DrainFeed feed = new DrainFeed();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final DrainDeadlines drains =
      new DrainDeadlines(feed, this::propose, store, ticker, meters, () -> {});

  @AfterEach
  void close() {
    store.close();
  }

  @ParameterizedTest
  @EnumSource(Loss.class)
  void whatIsNotGivenBackInTimeGoesByTheRuleOfItsPool(Loss loss) {
    LeaseRef lease = owned(loss);
    tend();
    decide(new DrainClaim(CLAIM, OptionalLong.empty(), 2_000));
    tend();
    ticker.advanceMillis(1_999);
    tend();
    assertThat(claim().state()).isEqualTo(State.DRAINING);
    ticker.advanceMillis(1);
    tend();
    assertThat(claim().state()).isEqualTo(loss == Loss.IDLE ? State.IDLE : State.RETIRED);
    assertThat(claim().epoch()).isEqualTo(1);
    assertThat(decide(new ReleaseClaim(CLAIM, 1, lease, false))).isInstanceOf(Refusal.class);
    tend();
    assertThat(drains.counted()).isZero();
    assertThat(meters.counter("stele.janitor.items", "task", "drains", "outcome", "done").count())
        .isEqualTo(1);
  }

  @Test
  void whatIsGivenBackInTimeIsTheNextOnes() {
    LeaseRef lease = owned(Loss.RETIRE);
    tend();
    decide(new DrainClaim(CLAIM, OptionalLong.empty(), 2_000));
    decide(new ReleaseClaim(CLAIM, 1, lease, false));
    decide(new NextClaim("shards", lease));
    tend();
    ticker.advanceMillis(60_000);
    tend();
    assertThat(claim()).isEqualTo(new ClaimRecord("w", 2, State.OWNED));
  }

  @Test
  void whatIsHandedOverMeanwhileIsNotTakenFromItsNewOwner() {
    LeaseRef lease = owned(Loss.RETIRE);
    tend();
    decide(new DrainClaim(CLAIM, OptionalLong.empty(), 2_000));
    tend();
    ticker.advanceMillis(1_000);
    decide(new HandOverLease(lease, "v"));
    tend();
    ticker.advanceMillis(1_999);
    tend();
    assertThat(claim().owner()).isEqualTo("v");
    assertThat(claim().epoch()).isEqualTo(2);
  }

  private LeaseRef owned(Loss loss) {
    PoolRecord pool = new PoolRecord(loss, 0, 0, new ListedItems());
    put(Pools.key("shards"), PoolCodec.encode(pool));
    put(CLAIM, ClaimCodec.encode(new ClaimRecord("", 0, State.IDLE)));
    Result acquired = decide(new AcquireLease("l", "w", 10_000, Bytes.EMPTY));
    LeaseRef lease = new LeaseRef("l", ((AcquireLease.Acquired) acquired).token());
    decide(new NextClaim("shards", lease));
    return lease;
  }

  private void put(Key key, Bytes body) {
    decide(new Put(key, body, Expect.ANYTHING, Optional.empty(), List.of()));
  }

  private ClaimRecord claim() {
    return Pools.claim(store.latest().fact(CLAIM).orElseThrow());
  }

  /** Two looks: what comes of the first one's proposals is seen by the second. */
  private void tend() {
    drains.tend(OptionalLong.of(TERM));
    drains.tend(OptionalLong.of(TERM));
  }

  private CompletableFuture<Proposal> propose(Command command, long deadlineNanos) {
    return CompletableFuture.completedFuture(new Proposal.Decided(decide(command)));
  }

  private Result decide(Command command) {
    EntryRule.Decided decided =
        EntryRule.decide(store.latest(), new Stamp(TERM, 0, 0), List.of(command));
    store.commit(new LogPosition(TERM, store.applied().index() + 1), decided.effects());
    feed.committed(decided.effects().changes(), decided.effects().meta());
    return decided.results().get(0);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.apply.EntryRule;
import dev.stele.server.core.apply.EntryRule.Decided;
import dev.stele.server.core.claim.ListedItems;
import dev.stele.server.core.claim.NumberRange;
import dev.stele.server.core.claim.PoolCodec;
import dev.stele.server.core.claim.PoolRange;
import dev.stele.server.core.claim.PoolRecord;
import dev.stele.server.core.claim.PoolRecord.Loss;
import dev.stele.server.core.claim.Pools;
import dev.stele.server.core.claim.SubnetRange;
import dev.stele.server.core.command.AcquireLease;
import dev.stele.server.core.command.ClaimChanged;
import dev.stele.server.core.command.ClaimOwned;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Delete;
import dev.stele.server.core.command.DrainClaim;
import dev.stele.server.core.command.EndDrain;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.ExpireLease;
import dev.stele.server.core.command.HandOverLease;
import dev.stele.server.core.command.NextClaim;
import dev.stele.server.core.command.Operation;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.command.Refusal;
import dev.stele.server.core.command.ReleaseClaim;
import dev.stele.server.core.command.ReleaseLease;
import dev.stele.server.core.command.Result;
import dev.stele.server.core.command.TakeOverClaim;
import dev.stele.server.core.command.Txn;
import dev.stele.server.core.kind.BodyType;
import dev.stele.server.core.kind.ClaimCodec;
import dev.stele.server.core.kind.ClaimRecord;
import dev.stele.server.core.kind.ClaimRecord.State;
import dev.stele.server.core.kind.KindPolicy;
import dev.stele.server.core.kind.KindPolicyCodec;
import dev.stele.server.core.kind.Kinds;
import dev.stele.server.core.kind.LeaseLoss;
import dev.stele.server.core.kind.MemberCodec;
import dev.stele.server.core.kind.MemberRecord;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.model.Usage;
import dev.stele.server.core.view.Overlay;
import dev.stele.server.port.LogPosition;
import dev.stele.server.storage.MapStateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is done to claims of pools, one rule and one limit at a time. */
final class ClaimsTest {
  private static final long TERM = 7;
  private static final long TTL = 10_000;
  private static final Optional<LeaseRef> NONE = Optional.empty();
  private static final PoolRange LISTED = new ListedItems();
  private static final ClaimRecord IDLE = new ClaimRecord("", 0, State.IDLE);
  private static final String SHARD = "claim/shards/a";

  private final MapStateStore store = new MapStateStore();

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void nextTakesTheFirstIdleClaimInTheOrderOfKeys() {
    pool("shards", LISTED);
    idle("shards", "c", "a", "b");
    LeaseRef lease = acquire("l", "worker");
    long revision = store.meta().revision() + 1;
    assertThat(decide(new NextClaim("shards", lease)))
        .isEqualTo(new ClaimOwned(Key.of(SHARD), "worker", 1, revision));
    assertThat(claim(SHARD)).isEqualTo(new ClaimRecord("worker", 1, State.OWNED));
    assertThat(fact(SHARD).lease()).contains(lease);
    assertThat(fact(SHARD).modRevision()).isEqualTo(revision);
    assertThat(nextKey("shards", lease)).isEqualTo("claim/shards/b");
    assertThat(nextKey("shards", lease)).isEqualTo("claim/shards/c");
    assertRefused(new NextClaim("shards", lease), Reason.POOL_EXHAUSTED, "pool");
    assertThat(bound("l")).containsExactly(SHARD, "claim/shards/b", "claim/shards/c");
  }

  @Test
  void aClaimThatIsGivenBackIsTheNextOnesAtTheNextEpoch() {
    pool("shards", LISTED);
    idle("shards", "a", "b");
    LeaseRef lease = acquire("l", "x");
    LeaseRef other = acquire("l2", "y");
    assertThat(nextKey("shards", lease)).isEqualTo(SHARD);
    long revision = store.meta().revision() + 1;
    assertThat(decide(new ReleaseClaim(Key.of(SHARD), 1, lease, false)))
        .isEqualTo(new ClaimChanged(revision));
    assertThat(claim(SHARD)).isEqualTo(new ClaimRecord("", 1, State.IDLE));
    assertThat(fact(SHARD).lease()).isEmpty();
    assertThat(bound("l")).isEmpty();
    assertThat(((ClaimOwned) decide(new NextClaim("shards", other))).epoch()).isEqualTo(2);
    assertThat(claim(SHARD)).isEqualTo(new ClaimRecord("y", 2, State.OWNED));
  }

  @Test
  void aRangeGivesWhatCameBackInItsOrderAndThenItsLowestItemThatHasNoClaim() {
    pool("ports", new NumberRange(9, 12));
    LeaseRef lease = acquire("l", "x");
    assertThat(nextKey("ports", lease)).isEqualTo("claim/ports/9");
    assertThat(nextKey("ports", lease)).isEqualTo("claim/ports/10");
    assertThat(nextKey("ports", lease)).isEqualTo("claim/ports/11");
    decide(new ReleaseClaim(Key.of("claim/ports/10"), 1, lease, false));
    decide(new ReleaseClaim(Key.of("claim/ports/9"), 1, lease, false));
    assertThat(nextKey("ports", lease)).isEqualTo("claim/ports/9");
    assertThat(nextKey("ports", lease)).isEqualTo("claim/ports/10");
    assertThat(nextKey("ports", lease)).isEqualTo("claim/ports/12");
    assertRefused(new NextClaim("ports", lease), Reason.POOL_EXHAUSTED, "pool");
  }

  @Test
  void whatIsRetiredOrDeletedOfARangeLeavesNoHoleBehind() {
    pool("ports", new NumberRange(0, 3));
    put("claim/ports/0", new ClaimRecord("", 0, State.RETIRED));
    put("claim/ports/2", new ClaimRecord("", 5, State.RETIRED));
    LeaseRef lease = acquire("l", "x");
    assertThat(nextKey("ports", lease)).isEqualTo("claim/ports/1");
    assertThat(nextKey("ports", lease)).isEqualTo("claim/ports/3");
    assertRefused(new NextClaim("ports", lease), Reason.POOL_EXHAUSTED, "pool");
    assertThat(decide(deletion("claim/ports/2"))).isInstanceOf(Delete.Deleted.class);
    assertThat(nextKey("ports", lease)).isEqualTo("claim/ports/2");
  }

  @Test
  void theCommandsOfOneEntryNeverCollide() {
    pool("ports", new NumberRange(1, 512));
    LeaseRef lease = acquire("l", "x");
    List<Command> commands = new ArrayList<>();
    for (int i = 0; i < Limits.ENTRY_MAX_COMMANDS; i++) {
      commands.add(new NextClaim("ports", lease));
    }
    Decided decided = decideEntry(TERM, commands);
    List<String> keys =
        decided.results().stream().map(result -> ((ClaimOwned) result).key().toString()).toList();
    List<String> expected = new ArrayList<>();
    for (int i = 1; i <= Limits.ENTRY_MAX_COMMANDS; i++) {
      expected.add("claim/ports/" + i);
    }
    assertThat(keys).isEqualTo(expected);
    assertRefused(new NextClaim("ports", lease), Reason.POOL_EXHAUSTED, "pool");
  }

  @Test
  void nextOfAnUnknownPoolOrUnderALostLeaseIsRefused() {
    LeaseRef lease = acquire("l", "x");
    assertRefused(new NextClaim("shards", lease), Reason.NOT_FOUND, "pool");
    for (String bad : List.of("", "/", "a//b", "a/", "é".repeat(241))) {
      assertRefused(new NextClaim(bad, lease), Reason.INVALID_FIELD, "pool");
    }
    pool("shards", LISTED);
    idle("shards", "a");
    assertRefused(
        new NextClaim("shards", new LeaseRef("l", lease.token() + 1)), Reason.FENCED, "lease");
    assertRefused(new NextClaim("shards", new LeaseRef("none", 1)), Reason.FENCED, "lease");
  }

  @Test
  void noMoreClaimsAreOwnedThanThePoolsGateAllows() {
    decide(poolPut("shards", new PoolRecord(Loss.IDLE, 2, 0, LISTED)));
    idle("shards", "a", "b", "c");
    LeaseRef lease = acquire("l", "x");
    LeaseRef other = acquire("l2", "y");
    nextKey("shards", lease);
    nextKey("shards", other);
    decide(new DrainClaim(Key.of(SHARD), OptionalLong.empty(), 1));
    assertRefused(new NextClaim("shards", lease), Reason.LIMIT_REACHED, "pool");
    assertRefused(
        new TakeOverClaim(Key.of("claim/shards/c"), 0, other), Reason.LIMIT_REACHED, "pool");
    decide(new ReleaseClaim(Key.of(SHARD), 1, lease, true));
    assertThat(nextKey("shards", other)).isEqualTo("claim/shards/c");
  }

  @Test
  void noOwnerHasMoreClaimsThanItsGateAllows() {
    decide(poolPut("shards", new PoolRecord(Loss.IDLE, 0, 1, LISTED)));
    idle("shards", "a", "b", "c");
    LeaseRef lease = acquire("l", "x");
    LeaseRef same = acquire("l2", "x");
    LeaseRef other = acquire("l3", "y");
    nextKey("shards", lease);
    assertRefused(new NextClaim("shards", same), Reason.LIMIT_REACHED, "lease");
    assertRefused(
        new TakeOverClaim(Key.of("claim/shards/b"), 0, same), Reason.LIMIT_REACHED, "lease");
    assertThat(nextKey("shards", other)).isEqualTo("claim/shards/b");
    decide(new ReleaseClaim(Key.of(SHARD), 1, lease, false));
    assertThat(nextKey("shards", same)).isEqualTo(SHARD);
  }

  @Test
  void aMemberThatDrainsTakesNoClaims() {
    pool("shards", LISTED);
    idle("shards", "a");
    LeaseRef lease = acquire("member/m", "m");
    decide(memberPut(MemberRecord.Health.DRAINING, Optional.of(lease)));
    assertRefused(new NextClaim("shards", lease), Reason.LIMIT_REACHED, "lease");
    assertRefused(new TakeOverClaim(Key.of(SHARD), 0, lease), Reason.LIMIT_REACHED, "lease");
    decide(memberPut(MemberRecord.Health.HEALTHY, Optional.of(lease)));
    assertThat(nextKey("shards", lease)).isEqualTo(SHARD);
  }

  @Test
  void aMemberOfTheSameNameUnderAnotherLeaseStopsNobody() {
    pool("shards", LISTED);
    idle("shards", "a");
    LeaseRef lease = acquire("l", "m");
    decide(memberPut(MemberRecord.Health.DRAINING, NONE));
    assertThat(nextKey("shards", lease)).isEqualTo(SHARD);
  }

  @Test
  void aTakeoverNamesTheEpochAndTakesWhatIsIdle() {
    pool("shards", LISTED);
    put(SHARD, new ClaimRecord("", 3, State.IDLE));
    LeaseRef lease = acquire("l", "x");
    Refusal other = refused(new TakeOverClaim(Key.of(SHARD), 2, lease));
    assertThat(other.reason()).isEqualTo(Reason.COMPARE_FAILED);
    assertThat(other.field()).isEqualTo("epoch");
    assertThat(other.details()).containsEntry(Refusal.EPOCH, "3");
    long revision = store.meta().revision() + 1;
    assertThat(decide(new TakeOverClaim(Key.of(SHARD), 3, lease)))
        .isEqualTo(new ClaimOwned(Key.of(SHARD), "x", 4, revision));
    assertThat(fact(SHARD).lease()).contains(lease);
  }

  @Test
  void nobodyTakesOverFromTheLiving() {
    pool("shards", LISTED);
    idle("shards", "a");
    LeaseRef lease = acquire("l", "x");
    LeaseRef other = acquire("l2", "y");
    nextKey("shards", lease);
    for (LeaseRef taker : List.of(other, lease)) {
      Refusal living = refused(new TakeOverClaim(Key.of(SHARD), 1, taker));
      assertThat(living.reason()).isEqualTo(Reason.LEASE_HELD);
      assertThat(living.field()).isEqualTo("claim");
      assertThat(living.details())
          .containsEntry(Refusal.HOLDER, "x")
          .containsEntry(Refusal.TOKEN, Long.toString(lease.token()))
          .containsEntry(Refusal.EPOCH, "1");
    }
    decide(new DrainClaim(Key.of(SHARD), OptionalLong.of(1), 5));
    assertRefused(new TakeOverClaim(Key.of(SHARD), 1, other), Reason.LEASE_HELD, "claim");
    decide(new ExpireLease(TERM, lease));
    assertThat(decide(new TakeOverClaim(Key.of(SHARD), 1, other))).isInstanceOf(ClaimOwned.class);
    assertThat(claim(SHARD)).isEqualTo(new ClaimRecord("y", 2, State.OWNED));
  }

  @Test
  void whatIsRetiredIsTakenByNobody() {
    pool("shards", LISTED);
    put(SHARD, new ClaimRecord("", 3, State.RETIRED));
    LeaseRef lease = acquire("l", "x");
    Refusal retired = refused(new TakeOverClaim(Key.of(SHARD), 3, lease));
    assertThat(retired.reason()).isEqualTo(Reason.COMPARE_FAILED);
    assertThat(retired.message()).contains("is retired: what was touched is never handed on");
    assertRefused(new NextClaim("shards", lease), Reason.POOL_EXHAUSTED, "pool");
  }

  @Test
  void aTakeoverOfAnItemThatHasNoClaimYetExpectsEpochZero() {
    pool("nets", new SubnetRange(0x0a000000L, 16, 24));
    LeaseRef lease = acquire("l", "x");
    Key item = Key.of("claim/nets/10.0.9.0-24");
    assertRefused(new TakeOverClaim(item, 1, lease), Reason.COMPARE_FAILED, "epoch");
    assertThat(decide(new TakeOverClaim(item, 0, lease))).isInstanceOf(ClaimOwned.class);
    assertRefused(
        new TakeOverClaim(Key.of("claim/nets/10.1.0.0-24"), 0, lease), Reason.NOT_FOUND, "claim");
    assertThat(nextKey("nets", lease)).isEqualTo("claim/nets/10.0.0.0-24");
  }

  @Test
  void unknownClaimsAndKeysThatAreNoClaimsAreRefused() {
    pool("shards", LISTED);
    LeaseRef lease = acquire("l", "x");
    for (String unknown : List.of(SHARD, "claim/none/a")) {
      Key key = Key.of(unknown);
      assertRefused(new TakeOverClaim(key, 0, lease), Reason.NOT_FOUND, "claim");
      assertRefused(new ReleaseClaim(key, 0, lease, false), Reason.NOT_FOUND, "claim");
      assertRefused(new DrainClaim(key, OptionalLong.empty(), 1), Reason.NOT_FOUND, "claim");
      assertRefused(new EndDrain(TERM, key, 0), Reason.NOT_FOUND, "claim");
    }
    for (String none : List.of("claim/a", "desired/a/b")) {
      Key key = Key.of(none);
      assertRefused(new TakeOverClaim(key, 0, lease), Reason.INVALID_FIELD, "claim");
      assertRefused(new ReleaseClaim(key, 0, lease, false), Reason.INVALID_FIELD, "claim");
      assertRefused(new DrainClaim(key, OptionalLong.empty(), 1), Reason.INVALID_FIELD, "claim");
      assertRefused(new EndDrain(TERM, key, 0), Reason.INVALID_FIELD, "claim");
    }
    LeaseRef lost = new LeaseRef("l", lease.token() + 1);
    assertRefused(new TakeOverClaim(Key.of(SHARD), 0, lost), Reason.FENCED, "lease");
    assertRefused(new ReleaseClaim(Key.of(SHARD), 0, lost, false), Reason.FENCED, "lease");
  }

  @Test
  void whatWasOwnedBeforeThereWasAPoolCanBeTakenOver() {
    put("claim/shards/a", new ClaimRecord("ghost", 4, State.OWNED));
    decide(poolPut("shards", new PoolRecord(Loss.IDLE, 1, 0, LISTED)));
    LeaseRef lease = acquire("l", "x");
    assertThat(store.latest().pool("shards").owned()).isEqualTo(1);
    assertThat(decide(new TakeOverClaim(Key.of(SHARD), 4, lease))).isInstanceOf(ClaimOwned.class);
    assertThat(claim(SHARD)).isEqualTo(new ClaimRecord("x", 5, State.OWNED));
  }

  @Test
  void aDrainTellsItsDeadlineAndLeavesTheClaimWithItsOwner() {
    pool("shards", LISTED);
    idle("shards", "a");
    LeaseRef lease = acquire("l", "x");
    nextKey("shards", lease);
    long revision = store.meta().revision() + 1;
    assertThat(decide(new DrainClaim(Key.of(SHARD), OptionalLong.of(1), 5_000)))
        .isEqualTo(new ClaimChanged(revision));
    assertThat(claim(SHARD)).isEqualTo(new ClaimRecord("x", 1, State.DRAINING, 5_000));
    assertThat(fact(SHARD).lease()).contains(lease);
    decide(new DrainClaim(Key.of(SHARD), OptionalLong.empty(), Limits.DRAIN_MAX_MILLIS));
    assertThat(claim(SHARD).drainMillis()).isEqualTo(Limits.DRAIN_MAX_MILLIS);
    decide(new ReleaseClaim(Key.of(SHARD), 1, lease, false));
    assertThat(claim(SHARD)).isEqualTo(new ClaimRecord("", 1, State.IDLE));
  }

  @Test
  void aDrainInThePastOrTooFarAheadOrOfNobodysClaimIsRefused() {
    pool("shards", LISTED);
    idle("shards", "a");
    Key key = Key.of(SHARD);
    LeaseRef lease = acquire("l", "x");
    Refusal idle = refused(new DrainClaim(key, OptionalLong.of(0), 1));
    assertThat(idle.reason()).isEqualTo(Reason.COMPARE_FAILED);
    assertThat(idle.details()).containsEntry(Refusal.EPOCH, "0");
    nextKey("shards", lease);
    Refusal past = refused(new DrainClaim(key, OptionalLong.empty(), 0));
    assertThat(past.reason()).isEqualTo(Reason.INVALID_FIELD);
    assertThat(past.message()).contains("in the past");
    for (long wrong : List.of(0L, -1L, Limits.DRAIN_MAX_MILLIS + 1)) {
      assertRefused(
          new DrainClaim(key, OptionalLong.empty(), wrong),
          Reason.INVALID_FIELD,
          "deadline_millis");
    }
    assertRefused(new DrainClaim(key, OptionalLong.of(2), 1), Reason.COMPARE_FAILED, "epoch");
    decide(new ReleaseClaim(key, 1, lease, true));
    assertRefused(new DrainClaim(key, OptionalLong.empty(), 1), Reason.COMPARE_FAILED, "claim");
  }

  @Test
  void aDrainThatTookTooLongEndsAsIfTheOwnerWereLost() {
    for (Loss loss : Loss.values()) {
      String name = loss.toString();
      decide(poolPut(name, new PoolRecord(loss, 0, 0, LISTED)));
      idle(name, "a");
      LeaseRef lease = acquire(name, "x");
      Key key = Key.of("claim/" + name + "/a");
      nextKey(name, lease);
      long owned = store.meta().revision();
      assertRefused(new EndDrain(TERM, key, owned), Reason.COMPARE_FAILED, "claim");
      decide(new DrainClaim(key, OptionalLong.empty(), 1));
      decide(new DrainClaim(key, OptionalLong.empty(), 60_000));
      long drains = store.meta().revision();
      assertRefused(new EndDrain(TERM - 1, key, drains), Reason.NOT_LEADER, "term");
      assertRefused(new EndDrain(TERM + 1, key, drains), Reason.NOT_LEADER, "term");
      // Of the deadline before, which was put off while the end of the drain was under way.
      assertRefused(new EndDrain(TERM, key, drains - 1), Reason.COMPARE_FAILED, "claim");
      long revision = drains + 1;
      assertThat(decide(new EndDrain(TERM, key, drains))).isEqualTo(new ClaimChanged(revision));
      assertThat(claim(key.toString()))
          .isEqualTo(
              loss == Loss.IDLE
                  ? new ClaimRecord("", 1, State.IDLE)
                  : new ClaimRecord("x", 1, State.RETIRED));
      assertThat(bound(name)).isEmpty();
      assertRefused(new EndDrain(TERM, key, revision), Reason.COMPARE_FAILED, "claim");
    }
  }

  @Test
  void onlyWhoOwnsAClaimGivesItBackAndAtItsEpochOnly() {
    pool("shards", LISTED);
    idle("shards", "a");
    Key key = Key.of(SHARD);
    LeaseRef lease = acquire("l", "x");
    LeaseRef other = acquire("l2", "x");
    nextKey("shards", lease);
    assertRefused(new ReleaseClaim(key, 0, lease, false), Reason.COMPARE_FAILED, "epoch");
    assertRefused(new ReleaseClaim(key, 1, other, false), Reason.FENCED, "lease");
    decide(new ReleaseClaim(key, 1, lease, true));
    assertThat(claim(SHARD)).isEqualTo(new ClaimRecord("x", 1, State.RETIRED));
    assertThat(fact(SHARD).lease()).isEmpty();
    assertRefused(new ReleaseClaim(key, 1, lease, true), Reason.FENCED, "lease");
  }

  @Test
  void atTheEndOfALeaseClaimsGoByTheirPoolAndNotByTheirKind() {
    decide(kindPolicy(LeaseLoss.DELETE));
    decide(poolPut("idle", new PoolRecord(Loss.IDLE, 0, 0, LISTED)));
    decide(poolPut("retire", new PoolRecord(Loss.RETIRE, 0, 0, LISTED)));
    LeaseRef lease = acquire("l", "x");
    for (String pool : List.of("idle", "retire")) {
      idle(pool, "a", "b");
      nextKey(pool, lease);
      nextKey(pool, lease);
      decide(new DrainClaim(Key.of("claim/" + pool + "/b"), OptionalLong.empty(), 9));
    }
    Bytes plain = ClaimCodec.encode(new ClaimRecord("x", 1, State.OWNED));
    decide(new Put(Key.of("claim/plain"), plain, Expect.ANYTHING, Optional.of(lease), List.of()));
    long revision = store.meta().revision() + 1;
    decide(new ReleaseLease(lease));
    for (String item : List.of("a", "b")) {
      assertThat(claim("claim/idle/" + item)).isEqualTo(new ClaimRecord("", 1, State.IDLE));
      assertThat(claim("claim/retire/" + item)).isEqualTo(new ClaimRecord("x", 1, State.RETIRED));
      assertThat(fact("claim/retire/" + item).modRevision()).isEqualTo(revision);
      assertThat(fact("claim/retire/" + item).lease()).isEmpty();
    }
    assertThat(store.latest().fact(Key.of("claim/plain"))).isEmpty();
    assertThat(bound("l")).isEmpty();
    assertThat(store.latest().pool("idle").owned()).isZero();
  }

  @Test
  void whatIsRetiredStaysSoAtTheEndOfItsLease() {
    LeaseRef lease = acquire("l", "x");
    ClaimRecord retired = new ClaimRecord("x", 1, State.RETIRED);
    for (String key : List.of("claim/plain", SHARD)) {
      decide(
          new Put(
              Key.of(key),
              ClaimCodec.encode(retired),
              Expect.ANYTHING,
              Optional.of(lease),
              List.of()));
    }
    pool("shards", LISTED);
    decide(new ReleaseLease(lease));
    for (String key : List.of("claim/plain", SHARD)) {
      assertThat(claim(key)).isEqualTo(retired);
      assertThat(fact(key).lease()).isEmpty();
    }
  }

  @Test
  void theNextHolderOfALeaseOwnsItsClaimsAtTheNextEpoch() {
    pool("shards", LISTED);
    idle("shards", "a", "b");
    LeaseRef lease = acquire("l", "x");
    nextKey("shards", lease);
    nextKey("shards", lease);
    decide(new DrainClaim(Key.of("claim/shards/b"), OptionalLong.empty(), 9));
    ClaimRecord plain = new ClaimRecord("x", 1, State.OWNED);
    decide(
        new Put(
            Key.of("claim/plain"),
            ClaimCodec.encode(plain),
            Expect.ANYTHING,
            Optional.of(lease),
            List.of()));
    long token = store.meta().revision() + 1;
    assertThat(decide(new HandOverLease(lease, "y")))
        .isEqualTo(new HandOverLease.HandedOver(token));
    assertThat(claim(SHARD)).isEqualTo(new ClaimRecord("y", 2, State.OWNED));
    assertThat(claim("claim/shards/b")).isEqualTo(new ClaimRecord("y", 2, State.DRAINING, 9));
    assertThat(fact(SHARD).lease()).contains(new LeaseRef("l", token));
    assertThat(fact(SHARD).modRevision()).isEqualTo(token);
    assertThat(claim("claim/plain")).isEqualTo(plain);
    assertThat(bound("l")).containsExactly("claim/plain", SHARD, "claim/shards/b");
    assertThat(store.latest().pool("shards").ownedBy("y")).isEqualTo(2);
    assertRefused(new ReleaseClaim(Key.of(SHARD), 2, lease, false), Reason.FENCED, "lease");
    assertThat(decide(new ReleaseClaim(Key.of(SHARD), 2, new LeaseRef("l", token), false)))
        .isInstanceOf(ClaimChanged.class);
  }

  @Test
  void aHandOverThatWouldGiveTheNextHolderTooMuchIsRefusedWhole() {
    decide(poolPut("shards", new PoolRecord(Loss.IDLE, 0, 2, LISTED)));
    idle("shards", "a", "b", "c");
    LeaseRef lease = acquire("l", "x");
    LeaseRef other = acquire("l2", "y");
    nextKey("shards", lease);
    nextKey("shards", other);
    nextKey("shards", other);
    assertRefused(new HandOverLease(lease, "y"), Reason.LIMIT_REACHED, "to");
    assertThat(claim(SHARD)).isEqualTo(new ClaimRecord("x", 1, State.OWNED));
    decide(new ReleaseClaim(Key.of("claim/shards/b"), 1, other, false));
    assertThat(decide(new HandOverLease(lease, "y"))).isInstanceOf(HandOverLease.HandedOver.class);
  }

  @Test
  void aPutMakesClaimsOfAPoolIdleOrRetiredAndNothingElse() {
    pool("shards", LISTED);
    put(SHARD, new ClaimRecord("", 3, State.IDLE));
    put(SHARD, new ClaimRecord("", 3, State.RETIRED));
    put(SHARD, new ClaimRecord("", 3, State.IDLE));
    assertClaimRefused(new ClaimRecord("x", 3, State.OWNED), "body.state");
    assertClaimRefused(new ClaimRecord("x", 3, State.DRAINING), "body.state");
    assertClaimRefused(new ClaimRecord("x", 3, State.IDLE), "body.owner");
    assertClaimRefused(new ClaimRecord("x", 3, State.RETIRED), "body.owner");
    assertClaimRefused(new ClaimRecord("", 4, State.IDLE), "body.epoch");
    assertClaimRefused(new ClaimRecord("", -1, State.IDLE), "body.epoch");
    assertClaimRefused(new ClaimRecord("", 3, State.IDLE, 7), "body.drain_millis");
    LeaseRef lease = acquire("l", "x");
    Bytes idle = ClaimCodec.encode(new ClaimRecord("", 3, State.IDLE));
    assertRefused(
        new Put(Key.of(SHARD), idle, Expect.ANYTHING, Optional.of(lease), List.of()),
        Reason.INVALID_FIELD,
        "lease");
    Operation bad = new Operation.PutFact(Key.of(SHARD), Bytes.utf8("x"), NONE);
    assertRefused(txn(bad), Reason.INVALID_FIELD, "then[0].put.body");
    assertThat(claim(SHARD)).isEqualTo(new ClaimRecord("", 3, State.IDLE));
  }

  @Test
  void whoseClaimWasRetiredMayStillBeSaidByAPut() {
    pool("shards", LISTED);
    idle("shards", "a");
    LeaseRef lease = acquire("l", "x");
    nextKey("shards", lease);
    decide(new ReleaseClaim(Key.of(SHARD), 1, lease, true));
    put(SHARD, new ClaimRecord("x", 1, State.RETIRED));
    assertClaimRefused(new ClaimRecord("y", 1, State.RETIRED), "body.owner");
    put(SHARD, new ClaimRecord("", 1, State.IDLE));
    assertThat(((ClaimOwned) decide(new NextClaim("shards", lease))).epoch()).isEqualTo(2);
  }

  @Test
  void anOwnedClaimOfAPoolIsNeitherPutNorDeleted() {
    pool("shards", LISTED);
    idle("shards", "a", "b");
    LeaseRef lease = acquire("l", "x");
    nextKey("shards", lease);
    for (boolean draining : List.of(false, true)) {
      if (draining) {
        decide(new DrainClaim(Key.of(SHARD), OptionalLong.empty(), 9));
      }
      for (Command command :
          List.of(
              claimPut(SHARD, new ClaimRecord("", 1, State.IDLE)),
              deletion(SHARD),
              new Delete(KeyRange.prefix(Bytes.utf8("claim/")), OptionalLong.empty(), List.of()))) {
        Refusal owned = refused(command);
        assertThat(owned.reason()).isEqualTo(Reason.LEASE_HELD);
        assertThat(owned.message()).contains(SHARD);
        assertThat(owned.details())
            .containsEntry(Refusal.HOLDER, "x")
            .containsEntry(Refusal.TOKEN, Long.toString(lease.token()))
            .containsEntry(Refusal.EPOCH, "1");
      }
    }
    assertThat(store.latest().fact(Key.of("claim/shards/b"))).isPresent();
    assertThat(decide(deletion("claim/shards/b"))).isInstanceOf(Delete.Deleted.class);
    decide(new ReleaseLease(lease));
    assertThat(decide(deletion(SHARD))).isInstanceOf(Delete.Deleted.class);
  }

  @Test
  void aClaimWithoutAPoolIsAFactLikeAnyOther() {
    put("claim/c", new ClaimRecord("x", 9, State.OWNED));
    put("claim/none/a", new ClaimRecord("x", 9, State.DRAINING, 5));
    put("claim/none/a", new ClaimRecord("y", 2, State.IDLE));
    put("claim/none/a", new ClaimRecord("x", 9, State.OWNED));
    assertThat(decide(deletion("claim/none/a"))).isInstanceOf(Delete.Deleted.class);
    pool("a/b", LISTED);
    put("claim/a/b", new ClaimRecord("x", 1, State.OWNED));
    put("claim/a/b/c/d", new ClaimRecord("x", 1, State.OWNED));
    assertThat(store.latest().pool("a/b").claims()).isZero();
  }

  @Test
  void aClaimOutsideItsPoolsRangeIsRefused() {
    pool("ports", new NumberRange(1, 9));
    for (String bad : List.of("0", "10", "01", "a")) {
      assertRefused(claimPut("claim/ports/" + bad, IDLE), Reason.INVALID_FIELD, "key");
    }
    put("claim/ports/9", IDLE);
  }

  @Test
  void aPoolThatIsWrongIsRefusedAndTheFieldNamed() {
    assertPoolRefused(new PoolRecord(Loss.IDLE, -1, 0, LISTED), "body.max_owned");
    assertPoolRefused(new PoolRecord(Loss.IDLE, 0, -1, LISTED), "body.max_owned_per_owner");
    assertPoolRefused(new PoolRecord(Loss.IDLE, 0, 0, new NumberRange(2, 1)), "body.numbers.last");
    assertPoolRefused(
        new PoolRecord(Loss.IDLE, 0, 0, new SubnetRange(1, 8, 9)), "body.subnets.network");
    Key key = Key.of("pool/p");
    assertRefused(
        new Put(key, Bytes.utf8("x"), Expect.ANYTHING, NONE, List.of()),
        Reason.INVALID_FIELD,
        "body");
    Bytes good = PoolCodec.encode(new PoolRecord(Loss.IDLE, 0, 0, LISTED));
    LeaseRef lease = acquire("l", "x");
    assertRefused(
        new Put(key, good, Expect.ANYTHING, Optional.of(lease), List.of()),
        Reason.INVALID_FIELD,
        "lease");
    Bytes wrong = PoolCodec.encode(new PoolRecord(Loss.IDLE, 0, 0, new NumberRange(2, 1)));
    assertRefused(
        txn(new Operation.PutFact(key, wrong, NONE)),
        Reason.INVALID_FIELD,
        "then[0].put.body.numbers.last");
  }

  @Test
  void thePoolOfARangeHasANameThatItsItemsFitBehind() {
    int most = Limits.NAME_MAX_BYTES - 1 - Limits.RANGE_ITEM_MAX_BYTES;
    PoolRange greatest = new NumberRange(Long.MAX_VALUE, Long.MAX_VALUE);
    String name = "p".repeat(most);
    pool(name, greatest);
    LeaseRef lease = acquire("l", "x");
    Key key = Key.of(nextKey(name, lease));
    assertThat(key.name()).hasSize(Limits.NAME_MAX_BYTES);
    assertRefused(
        poolPut(name + "p", new PoolRecord(Loss.IDLE, 0, 0, greatest)),
        Reason.INVALID_FIELD,
        "key");
    pool("q".repeat(Limits.NAME_MAX_BYTES), LISTED);
  }

  @Test
  void aRangeChangesOnlyWhileThePoolHasNoClaims() {
    pool("ports", new NumberRange(1, 9));
    pool("ports", new NumberRange(5, 9));
    LeaseRef lease = acquire("l", "x");
    assertThat(nextKey("ports", lease)).isEqualTo("claim/ports/5");
    for (PoolRange other : List.of(new NumberRange(5, 10), LISTED)) {
      assertRefused(
          poolPut("ports", new PoolRecord(Loss.IDLE, 0, 0, other)),
          Reason.INVALID_FIELD,
          "body.range");
    }
    decide(poolPut("ports", new PoolRecord(Loss.RETIRE, 1, 1, new NumberRange(5, 9))));
    assertRefused(new NextClaim("ports", lease), Reason.LIMIT_REACHED, "pool");
    put("claim/old/x", IDLE);
    assertRefused(
        poolPut("old", new PoolRecord(Loss.IDLE, 0, 0, new NumberRange(1, 2))),
        Reason.INVALID_FIELD,
        "body.range");
    pool("old", LISTED);
    assertThat(nextKey("old", lease)).isEqualTo("claim/old/x");
  }

  @Test
  void aRangeThatChangesInATransactionCountsForWhatFollows() {
    pool("ports", new NumberRange(1, 2));
    put("claim/ports/1", IDLE);
    Bytes other = PoolCodec.encode(new PoolRecord(Loss.IDLE, 0, 0, new NumberRange(7, 8)));
    KeyRange claims = KeyRange.prefix(Bytes.utf8("claim/ports/"));
    Operation range = new Operation.PutFact(Key.of("pool/ports"), other, NONE);
    assertRefused(
        txn(range, new Operation.DeleteFacts(claims)),
        Reason.INVALID_FIELD,
        "then[0].put.body.range");
    LeaseRef lease = acquire("l", "x");
    Command change =
        txn(
            new Operation.DeleteFacts(claims),
            range,
            new Operation.PutFact(Key.of("claim/ports/8"), ClaimCodec.encode(IDLE), NONE));
    Command next = new NextClaim("ports", lease);
    List<Result> results =
        decideEntry(TERM, List.of(next, new ReleaseLease(lease), change)).results();
    assertThat(results.get(0)).isInstanceOf(ClaimOwned.class);
    assertThat(results.get(2)).isInstanceOf(Txn.Ran.class);
    LeaseRef again = acquire("l", "x");
    Command first = new NextClaim("ports", again);
    List<String> keys =
        decideEntry(TERM, List.of(first, first)).results().stream()
            .map(result -> ((ClaimOwned) result).key().toString())
            .toList();
    assertThat(keys).containsExactly("claim/ports/8", "claim/ports/7");
  }

  @Test
  void aPoolThatHasClaimsIsNotDeleted() {
    pool("shards", LISTED);
    pool("empty", LISTED);
    idle("shards", "a");
    assertRefused(deletion("pool/shards"), Reason.INVALID_FIELD, "target");
    assertRefused(
        new Delete(KeyRange.prefix(Bytes.utf8("pool/")), OptionalLong.empty(), List.of()),
        Reason.INVALID_FIELD,
        "target");
    assertThat(store.latest().fact(Key.of("pool/empty"))).isPresent();
    decide(
        txn(
            new Operation.DeleteFacts(KeyRange.single(Key.of(SHARD))),
            new Operation.DeleteFacts(KeyRange.single(Key.of("pool/shards")))));
    assertThat(store.latest().fact(Key.of("pool/shards"))).isEmpty();
    assertThat(decide(deletion("pool/empty"))).isInstanceOf(Delete.Deleted.class);
  }

  @Test
  void aFullKindOrStoreOrLeaseRefusesAClaimThatWouldCome() {
    pool("ports", new NumberRange(1, 9));
    LeaseRef lease = acquire("l", "x");
    decide(kindPolicy(LeaseLoss.IDLE));
    nextKey("ports", lease);
    assertRefused(new NextClaim("ports", lease), Reason.KIND_FULL, "pool");
    assertRefused(new TakeOverClaim(Key.of("claim/ports/5"), 0, lease), Reason.KIND_FULL, "claim");
    decide(new ReleaseClaim(Key.of("claim/ports/1"), 1, lease, false));
    assertThat(nextKey("ports", lease)).isEqualTo("claim/ports/1");
    Overlay full = new Overlay(store.latest());
    StoreMeta meta = full.meta();
    Usage most = meta.usage().plus("desired", 1, Limits.STORE_MAX_BYTES);
    full.setMeta(meta.changed(meta.revision(), most, 0, meta.contentHash()));
    Command take = new TakeOverClaim(Key.of("claim/ports/5"), 0, lease);
    Refusal refusal = (Refusal) take.decide(full, stamp(TERM)).result();
    assertThat(refusal.reason()).isEqualTo(Reason.STORE_FULL);
  }

  @Test
  void tenThousandClaimsAreOwnedUnderALeaseAndNotOneMore() {
    pool("ports", new NumberRange(1, Limits.RANGE_MAX_ITEMS));
    LeaseRef lease = acquire("l", "x");
    int most = (int) Limits.LEASE_MAX_BOUND_FACTS;
    for (int from = 0; from < most; from += Limits.ENTRY_MAX_COMMANDS) {
      List<Command> commands = new ArrayList<>();
      for (int i = from; i < Math.min(most, from + Limits.ENTRY_MAX_COMMANDS); i++) {
        commands.add(new NextClaim("ports", lease));
      }
      assertThat(decideEntry(TERM, commands).results()).allMatch(ClaimOwned.class::isInstance);
    }
    assertThat(store.latest().pool("ports").ownedBy("x")).isEqualTo(most);
    assertRefused(new NextClaim("ports", lease), Reason.LIMIT_REACHED, "lease");
    assertThat(decide(new HandOverLease(lease, "y"))).isInstanceOf(HandOverLease.HandedOver.class);
    assertThat(store.latest().pool("ports").ownedBy("y")).isEqualTo(most);
  }

  private void pool(String name, PoolRange range) {
    assertThat(decide(poolPut(name, new PoolRecord(Loss.IDLE, 0, 0, range))))
        .isInstanceOf(Put.Written.class);
  }

  private static Put poolPut(String name, PoolRecord pool) {
    return new Put(Pools.key(name), PoolCodec.encode(pool), Expect.ANYTHING, NONE, List.of());
  }

  private void idle(String pool, String... items) {
    for (String item : items) {
      put("claim/" + pool + "/" + item, IDLE);
    }
  }

  private void put(String key, ClaimRecord claim) {
    assertThat(decide(claimPut(key, claim))).isInstanceOf(Put.Written.class);
  }

  private static Put claimPut(String key, ClaimRecord claim) {
    return new Put(Key.of(key), ClaimCodec.encode(claim), Expect.ANYTHING, NONE, List.of());
  }

  private static Put memberPut(MemberRecord.Health health, Optional<LeaseRef> lease) {
    MemberRecord member = new MemberRecord("h:1", 1, new TreeMap<>(), health, new TreeMap<>());
    return new Put(
        Key.of("member/m"), MemberCodec.encode(member), Expect.ANYTHING, lease, List.of());
  }

  /** At most one claim, and such a policy. */
  private static Put kindPolicy(LeaseLoss loss) {
    long maxFacts = loss == LeaseLoss.DELETE ? 100 : 1;
    KindPolicy policy =
        new KindPolicy(BodyType.BUILT_IN, 100, maxFacts, Optional.empty(), "", Optional.of(loss));
    return new Put(
        Kinds.key("claim"), KindPolicyCodec.encode(policy), Expect.ANYTHING, NONE, List.of());
  }

  private static Txn txn(Operation... then) {
    return new Txn(List.of(), List.of(then), List.of(), List.of());
  }

  private static Delete deletion(String key) {
    return new Delete(KeyRange.single(Key.of(key)), OptionalLong.empty(), List.of());
  }

  private LeaseRef acquire(String name, String holder) {
    AcquireLease.Acquired acquired =
        (AcquireLease.Acquired) decide(new AcquireLease(name, holder, TTL, Bytes.EMPTY));
    return new LeaseRef(name, acquired.token());
  }

  private String nextKey(String pool, LeaseRef lease) {
    Result result = decide(new NextClaim(pool, lease));
    assertThat(result).isInstanceOf(ClaimOwned.class);
    return ((ClaimOwned) result).key().toString();
  }

  private ClaimRecord claim(String key) {
    return Pools.claim(fact(key));
  }

  private Fact fact(String key) {
    return store.latest().fact(Key.of(key)).orElseThrow();
  }

  private List<String> bound(String lease) {
    List<String> keys = new ArrayList<>();
    store.latest().scanBound(lease, key -> keys.add(key.toString()));
    return keys;
  }

  private void assertClaimRefused(ClaimRecord claim, String field) {
    assertRefused(claimPut(SHARD, claim), Reason.INVALID_FIELD, field);
  }

  private void assertPoolRefused(PoolRecord pool, String field) {
    assertRefused(poolPut("p", pool), Reason.INVALID_FIELD, field);
  }

  private void assertRefused(Command command, Reason reason, String field) {
    StoreMeta before = store.meta();
    Refusal refusal = refused(command);
    assertThat(refusal.reason()).isEqualTo(reason);
    assertThat(refusal.field()).isEqualTo(field);
    assertThat(store.meta()).isEqualTo(before);
  }

  private Refusal refused(Command command) {
    Result result = decide(command);
    assertThat(result).isInstanceOf(Refusal.class);
    return (Refusal) result;
  }

  private static Stamp stamp(long term) {
    return new Stamp(term, 0, 0);
  }

  private Result decide(Command command) {
    return decideEntry(TERM, List.of(command)).results().get(0);
  }

  private Decided decideEntry(long term, List<Command> commands) {
    Decided decided = EntryRule.decide(store.latest(), stamp(term), commands);
    store.commit(new LogPosition(TERM, store.applied().index() + 1), decided.effects());
    return decided;
  }
}

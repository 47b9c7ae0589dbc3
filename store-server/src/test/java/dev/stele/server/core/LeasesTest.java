// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.apply.EntryRule;
import dev.stele.server.core.apply.EntryRule.Decided;
import dev.stele.server.core.command.AcquireLease;
import dev.stele.server.core.command.CheckpointLease;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Delete;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.ExpireLease;
import dev.stele.server.core.command.HandOverLease;
import dev.stele.server.core.command.LeaseEnded;
import dev.stele.server.core.command.Once;
import dev.stele.server.core.command.Operation;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.command.Refusal;
import dev.stele.server.core.command.ReleaseLease;
import dev.stele.server.core.command.Result;
import dev.stele.server.core.command.Txn;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.kind.BodyType;
import dev.stele.server.core.kind.ClaimCodec;
import dev.stele.server.core.kind.ClaimRecord;
import dev.stele.server.core.kind.KindPolicy;
import dev.stele.server.core.kind.KindPolicyCodec;
import dev.stele.server.core.kind.Kinds;
import dev.stele.server.core.kind.LeaseLoss;
import dev.stele.server.core.kind.MemberCodec;
import dev.stele.server.core.kind.MemberRecord;
import dev.stele.server.core.lease.LeaseRecord;
import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.lease.Leases;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.model.Usage;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.session.SessionTag;
import dev.stele.server.core.view.Overlay;
import dev.stele.server.port.LogPosition;
import dev.stele.server.storage.MapStateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is done to leases, one rule and one limit at a time. */
final class LeasesTest {
  private static final long TERM = 7;
  private static final String NAME = "controllers/a";
  private static final long TTL = 10_000;
  private static final Optional<LeaseRef> NONE = Optional.empty();
  private static final Bytes CLAIM =
      ClaimCodec.encode(new ClaimRecord("a", 4, ClaimRecord.State.OWNED));
  private static final MemberRecord MEMBER =
      new MemberRecord(
          "h:1",
          3,
          new TreeMap<>(Map.of("slots", 2L)),
          MemberRecord.Health.HEALTHY,
          new TreeMap<>(Map.of("zone", "z")));

  private final MapStateStore store = new MapStateStore();

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void aLeaseIsAFactWhoseModRevisionIsTheToken() {
    decide(put("desired/x", Optional.empty()));
    assertThat(decide(new AcquireLease(NAME, "a-1", TTL, Bytes.utf8("m"))))
        .isEqualTo(new AcquireLease.Acquired(2));
    Fact lease = fact("lease/" + NAME);
    assertThat(lease.modRevision()).isEqualTo(2);
    assertThat(Leases.record(lease)).isEqualTo(new LeaseRecord("a-1", TTL, Bytes.utf8("m")));
    assertThat(store.meta().usage().facts("lease")).isEqualTo(1);
    assertThat(store.latest().leaseSide(NAME)).isEqualTo(LeaseSide.NONE);
  }

  @Test
  void whoHoldsALeaseIsToldToEveryoneWhoWantsItEvenUnderTheSameName() {
    acquire();
    Refusal refusal = refused(new AcquireLease(NAME, "a", TTL, Bytes.EMPTY));
    assertThat(refusal.reason()).isEqualTo(Reason.LEASE_HELD);
    assertThat(refusal.field()).isEqualTo("name");
    assertThat(refusal.details())
        .containsEntry(Refusal.HOLDER, "a")
        .containsEntry(Refusal.TOKEN, "1");
  }

  @Test
  void aLeaseWithoutANameHolderOrLifeIsRefused() {
    String most = "h".repeat(Limits.LEASE_HOLDER_MAX_BYTES);
    Bytes words = Bytes.wrap(new byte[Limits.LEASE_METADATA_MAX_BYTES]);
    String longest = "n".repeat(Limits.NAME_MAX_BYTES);
    assertInvalid(new AcquireLease("", "a", TTL, Bytes.EMPTY), "name");
    assertInvalid(new AcquireLease("a//b", "a", TTL, Bytes.EMPTY), "name");
    assertInvalid(new AcquireLease("a\0b", "a", TTL, Bytes.EMPTY), "name");
    assertInvalid(new AcquireLease(longest + "n", "a", TTL, Bytes.EMPTY), "name");
    assertInvalid(new AcquireLease(NAME, "", TTL, Bytes.EMPTY), "holder");
    assertInvalid(new AcquireLease(NAME, most + "h", TTL, Bytes.EMPTY), "holder");
    assertInvalid(new AcquireLease(NAME, "a", 499, Bytes.EMPTY), "ttl_millis");
    assertInvalid(new AcquireLease(NAME, "a", 86_400_001, Bytes.EMPTY), "ttl_millis");
    assertInvalid(new AcquireLease(NAME, "a", -1, Bytes.EMPTY), "ttl_millis");
    assertInvalid(new AcquireLease(NAME, "a", TTL, words.next()), "metadata");
    assertThat(decide(new AcquireLease(longest, most, 500, words)))
        .isEqualTo(new AcquireLease.Acquired(1));
    assertThat(decide(new AcquireLease(NAME, "a", 86_400_000, words)))
        .isEqualTo(new AcquireLease.Acquired(2));
  }

  @Test
  void aHundredThousandLeasesAreHeldAndNotOneMore() {
    Overlay view = new Overlay(store.latest());
    AcquireLease acquire = new AcquireLease(NAME, "a", TTL, Bytes.EMPTY);
    view.setMeta(with(Usage.NONE.plus("lease", Limits.LEASES_MAX - 1, 0)));
    assertThat(acquire.decide(view, stamp(TERM)).result()).isEqualTo(new AcquireLease.Acquired(1));
    view.setMeta(with(Usage.NONE.plus("lease", Limits.LEASES_MAX, 0)));
    Refusal refusal = (Refusal) acquire.decide(view, stamp(TERM)).result();
    assertThat(refusal.reason()).isEqualTo(Reason.LIMIT_REACHED);
    assertThat(refusal.field()).isEqualTo("name");
  }

  @Test
  void aFullStoreStillHasLeases() {
    Overlay view = new Overlay(store.latest());
    view.setMeta(with(Usage.NONE.plus("desired", 1, Limits.STORE_MAX_BYTES)));
    AcquireLease acquire = new AcquireLease(NAME, "a", TTL, Bytes.EMPTY);
    assertThat(acquire.decide(view, stamp(TERM)).result()).isEqualTo(new AcquireLease.Acquired(1));
  }

  @Test
  void aHandOverGivesAnotherHolderANewTokenAndKeepsTheRest() {
    LeaseRef first = acquire();
    decide(put("desired/x", Optional.of(first)));
    decide(new CheckpointLease(TERM, first, OptionalLong.of(5_000)));
    assertThat(decide(new HandOverLease(first, "b"))).isEqualTo(new HandOverLease.HandedOver(3));
    Fact lease = fact("lease/" + NAME);
    assertThat(Leases.record(lease)).isEqualTo(new LeaseRecord("b", TTL, Bytes.utf8("m")));
    assertThat(lease.version()).isEqualTo(2);
    assertThat(store.latest().leaseSide(NAME)).isEqualTo(new LeaseSide(1, OptionalLong.empty()));
    assertThat(bound()).containsExactly("desired/x");
    assertThat(fact("desired/x").lease()).contains(first);
    assertRefused(new HandOverLease(first, "c"), Reason.FENCED, "lease");
    assertRefused(new ReleaseLease(first), Reason.FENCED, "lease");
    assertRefused(put("desired/y", Optional.of(first)), Reason.FENCED, "lease");
  }

  @Test
  void aLeaseIsHandedOverToSomebodyElseOnly() {
    LeaseRef lease = acquire();
    assertInvalid(new HandOverLease(lease, ""), "to");
    assertInvalid(new HandOverLease(lease, "é".repeat(128) + "a"), "to");
    assertInvalid(new HandOverLease(lease, "a"), "to");
    assertThat(decide(new HandOverLease(lease, "é".repeat(128))))
        .isEqualTo(new HandOverLease.HandedOver(2));
  }

  @Test
  void whatIsBoundFollowsTheStandardPoliciesInTheRevisionThatEndsTheLease() throws Exception {
    LeaseRef lease = acquire();
    bindAll(lease);
    decide(put("desired/free", Optional.empty()));
    Decided decided = decideEntry(TERM, new ReleaseLease(lease));
    assertThat(decided.results()).containsExactly(new LeaseEnded(6));
    List<Change> changes = decided.effects().changes();
    assertThat(changes.stream().map(change -> change.key().toString()))
        .containsExactly("lease/" + NAME, "claim/c", "desired/x", "member/m");
    assertThat(changes.stream().map(Change::at))
        .containsExactly(at(6, 0), at(6, 1), at(6, 2), at(6, 3));
    assertThat(claim()).isEqualTo(new ClaimRecord("", 4, ClaimRecord.State.IDLE));
    assertThat(MemberCodec.decode(fact("member/m").body())).isEqualTo(MEMBER.lost());
    assertThat(fact("member/m").lease()).isEmpty();
    assertThat(fact("claim/c").lease()).isEmpty();
    assertThat(fact("claim/c").version()).isEqualTo(2);
    assertThat(store.latest().fact(Key.of("desired/x"))).isEmpty();
    assertThat(fact("desired/free").version()).isEqualTo(1);
    assertNothingIsLeftBeside();
    assertRefused(new ReleaseLease(lease), Reason.FENCED, "lease");
    assertThat(decide(new AcquireLease(NAME, "b", TTL, Bytes.EMPTY)))
        .isEqualTo(new AcquireLease.Acquired(7));
  }

  @Test
  void aPolicyOfAKindSaysOtherwise() throws Exception {
    set("claim", LeaseLoss.RETIRE);
    set("member", LeaseLoss.DELETE);
    LeaseRef lease = acquire();
    bindAll(lease);
    decide(new ExpireLease(TERM, lease));
    assertThat(claim()).isEqualTo(new ClaimRecord("a", 4, ClaimRecord.State.RETIRED));
    assertThat(store.latest().fact(Key.of("member/m"))).isEmpty();
    assertNothingIsLeftBeside();
  }

  @Test
  void aPolicyThatItsKindCannotFollowIsRefused() {
    for (LeaseLoss loss : List.of(LeaseLoss.MARK_LOST, LeaseLoss.RETIRE, LeaseLoss.IDLE)) {
      assertRefused(
          policy("desired", BodyType.BUILT_IN, loss), Reason.INVALID_FIELD, "body.on_lease_loss");
      assertRefused(
          policy("deploys", BodyType.JSON, loss), Reason.INVALID_FIELD, "body.on_lease_loss");
    }
    assertRefused(
        policy("claim", BodyType.BUILT_IN, LeaseLoss.MARK_LOST),
        Reason.INVALID_FIELD,
        "body.on_lease_loss");
    assertRefused(
        policy("member", BodyType.BUILT_IN, LeaseLoss.IDLE),
        Reason.INVALID_FIELD,
        "body.on_lease_loss");
    assertThat(decide(policy("deploys", BodyType.JSON, LeaseLoss.DELETE)))
        .isInstanceOf(Put.Written.class);
  }

  @Test
  void theEndOfALeaseIsNotHeldUpByTheLimitsOfAKind() {
    LeaseRef lease = acquire();
    bindAll(lease);
    KindPolicy narrow =
        new KindPolicy(BodyType.BUILT_IN, 1, 1, Optional.empty(), "", Optional.empty());
    decide(
        new Put(
            Kinds.key("member"), KindPolicyCodec.encode(narrow), Expect.ANYTHING, NONE, List.of()));
    assertThat(decide(new ReleaseLease(lease))).isInstanceOf(LeaseEnded.class);
    assertThat(fact("member/m").lease()).isEmpty();
  }

  @Test
  void everyPutAndDeleteKeepsBindingsAndTheirCountRight() {
    LeaseRef lease = acquire();
    decide(new AcquireLease("other", "a", TTL, Bytes.EMPTY));
    LeaseRef other = new LeaseRef("other", 2);
    bindAll(lease);
    assertThat(store.latest().leaseSide(NAME).boundFacts()).isEqualTo(3);
    decide(put("desired/x", Optional.of(lease)));
    assertThat(store.latest().leaseSide(NAME).boundFacts()).isEqualTo(3);
    decide(put("desired/x", Optional.of(other)));
    assertThat(bound()).containsExactly("claim/c", "member/m");
    assertThat(store.latest().leaseSide("other").boundFacts()).isEqualTo(1);
    decide(put("desired/x", Optional.empty()));
    assertThat(store.latest().leaseSide("other")).isEqualTo(LeaseSide.NONE);
    decide(deletion("claim/"));
    assertThat(bound()).containsExactly("member/m");
    decide(deletion("member/"));
    assertNothingIsLeftBeside();
  }

  @Test
  void tenThousandFactsAreBoundToALeaseAndNotOneMore() {
    LeaseRef lease = acquire();
    int most = (int) Limits.LEASE_MAX_BOUND_FACTS;
    for (int from = 0; from < most; from += Limits.TXN_MAX_OPERATIONS) {
      List<Operation> puts = new ArrayList<>();
      for (int i = from; i < Math.min(most, from + Limits.TXN_MAX_OPERATIONS); i++) {
        puts.add(new Operation.PutFact(Key.of("desired/" + i), Bytes.EMPTY, Optional.of(lease)));
      }
      assertThat(decide(txn(puts))).isInstanceOf(Txn.Ran.class);
    }
    assertRefused(put("desired/more", Optional.of(lease)), Reason.LIMIT_REACHED, "lease");
    Operation more = new Operation.PutFact(Key.of("desired/more"), Bytes.EMPTY, Optional.of(lease));
    assertRefused(txn(List.of(more)), Reason.LIMIT_REACHED, "then[0].put.lease");
    assertThat(decide(put("desired/0", Optional.of(lease)))).isInstanceOf(Put.Written.class);
    decide(put("desired/0", Optional.empty()));
    assertThat(decide(put("desired/more", Optional.of(lease)))).isInstanceOf(Put.Written.class);
    Decided ended = decideEntry(TERM, new ReleaseLease(lease));
    assertThat(ended.effects().changes()).hasSize(most + 1);
    assertNothingIsLeftBeside();
    assertThat(store.meta().usage().byKind()).isEqualTo(Map.of("desired", 1L));
  }

  @Test
  void aPolicyOfAKindIsBoundToNoLease() {
    LeaseRef lease = acquire();
    Bytes policy = KindPolicyCodec.encode(KindPolicy.STANDARD);
    assertRefused(
        new Put(Kinds.key("config"), policy, Expect.ANYTHING, Optional.of(lease), List.of()),
        Reason.INVALID_FIELD,
        "lease");
  }

  @Test
  void membersAndClaimsThatTheCoreCannotReadAreRefused() {
    for (String key : List.of("member/m", "claim/c")) {
      for (Bytes body : List.of(Bytes.EMPTY, Bytes.utf8("x"), CLAIM.next())) {
        Key bad = Key.of(key);
        assertInvalid(new Put(bad, body, Expect.ANYTHING, NONE, List.of()), "body");
        Operation put = new Operation.PutFact(bad, body, NONE);
        assertInvalid(txn(List.of(put)), "then[0].put.body");
      }
    }
  }

  @Test
  void whatALeadersClockProposesCountsInItsOwnTermOnly() {
    LeaseRef lease = acquire();
    for (Command command :
        List.of(
            new ExpireLease(TERM, lease), new CheckpointLease(TERM, lease, OptionalLong.of(1)))) {
      for (long other : List.of(TERM - 1, TERM + 1)) {
        Decided decided = decideEntry(other, command);
        assertThat(((Refusal) decided.results().get(0)).reason()).isEqualTo(Reason.NOT_LEADER);
        assertThat(decided.effects().changes()).isEmpty();
        assertThat(decided.effects().leases().isEmpty()).isTrue();
      }
    }
    LeaseRef old = new LeaseRef(NAME, lease.token() + 1);
    assertRefused(new ExpireLease(TERM, old), Reason.FENCED, "lease");
    assertRefused(new CheckpointLease(TERM, old, OptionalLong.of(1)), Reason.FENCED, "lease");
    assertThat(decide(new ExpireLease(TERM, lease))).isEqualTo(new LeaseEnded(2));
  }

  @Test
  void aCheckpointChangesTheStatesHashAndNoRevision() {
    LeaseRef lease = acquire();
    long before = store.meta().stateHash();
    assertThat(decide(new CheckpointLease(TERM, lease, OptionalLong.of(5_000))))
        .isEqualTo(new CheckpointLease.Checkpointed());
    assertThat(store.meta().revision()).isEqualTo(1);
    assertThat(store.meta().stateHash()).isNotEqualTo(before);
    assertThat(store.latest().leaseSide(NAME)).isEqualTo(new LeaseSide(0, OptionalLong.of(5_000)));
    decide(new CheckpointLease(TERM, lease, OptionalLong.empty()));
    assertThat(store.meta().stateHash()).isEqualTo(before);
    assertNothingIsLeftBeside();
    decide(new CheckpointLease(TERM, lease, OptionalLong.of(5_000)));
    decide(new ExpireLease(TERM, lease));
    assertNothingIsLeftBeside();
  }

  @Test
  void whatACallerDoesToALeaseUnderASessionIsDoneOnce() {
    Command acquire = once(1, new AcquireLease(NAME, "a", TTL, Bytes.EMPTY));
    assertThat(decide(acquire)).isEqualTo(answered(new AcquireLease.Acquired(1), false));
    assertThat(decide(acquire)).isEqualTo(answered(new AcquireLease.Acquired(1), true));
    Command handOver = once(2, new HandOverLease(new LeaseRef(NAME, 1), "b"));
    assertThat(decide(handOver)).isEqualTo(answered(new HandOverLease.HandedOver(2), false));
    assertThat(decide(handOver)).isEqualTo(answered(new HandOverLease.HandedOver(2), true));
    decide(put("desired/x", Optional.of(new LeaseRef(NAME, 2))));
    Command release = once(3, new ReleaseLease(new LeaseRef(NAME, 2)));
    assertThat(decide(release)).isEqualTo(answered(new LeaseEnded(4), false));
    assertThat(decide(release)).isEqualTo(answered(new LeaseEnded(4), true));
    assertNothingIsLeftBeside();
    for (Command other :
        List.of(
            new AcquireLease(NAME, "b", TTL, Bytes.EMPTY),
            new AcquireLease(NAME, "a", TTL + 1, Bytes.EMPTY),
            new AcquireLease(NAME, "a", TTL, Bytes.utf8("m")),
            new AcquireLease("other", "a", TTL, Bytes.EMPTY))) {
      assertRefused(once(1, other), Reason.SEQUENCE_REUSED, "header.session.sequence");
    }
    assertRefused(
        once(2, new HandOverLease(new LeaseRef(NAME, 1), "c")),
        Reason.SEQUENCE_REUSED,
        "header.session.sequence");
    assertRefused(
        once(3, new ReleaseLease(new LeaseRef(NAME, 1))),
        Reason.SEQUENCE_REUSED,
        "header.session.sequence");
  }

  @Test
  void aRefusedAcquisitionIsAnsweredAgainWithWhoHeldTheLease() {
    LeaseRef lease = acquire();
    Command acquire = once(1, new AcquireLease(NAME, "b", TTL, Bytes.EMPTY));
    Result first = ((Once.Answered) decide(acquire)).result();
    decide(new ReleaseLease(lease));
    assertThat(decide(acquire)).isEqualTo(answered(first, true));
    assertThat(((Refusal) first).details()).containsEntry(Refusal.HOLDER, "a");
  }

  private LeaseRef acquire() {
    AcquireLease.Acquired acquired =
        (AcquireLease.Acquired) decide(new AcquireLease(NAME, "a", TTL, Bytes.utf8("m")));
    return new LeaseRef(NAME, acquired.token());
  }

  private void bindAll(LeaseRef lease) {
    Optional<LeaseRef> bound = Optional.of(lease);
    decide(put("desired/x", bound));
    decide(new Put(Key.of("claim/c"), CLAIM, Expect.ANYTHING, bound, List.of()));
    decide(
        new Put(Key.of("member/m"), MemberCodec.encode(MEMBER), Expect.ANYTHING, bound, List.of()));
  }

  private void assertNothingIsLeftBeside() {
    assertThat(store.latest().leaseSide(NAME)).isEqualTo(LeaseSide.NONE);
    assertThat(bound()).isEmpty();
  }

  private List<String> bound() {
    List<String> keys = new ArrayList<>();
    store.latest().scanBound(NAME, key -> keys.add(key.toString()));
    return keys;
  }

  private ClaimRecord claim() throws MalformedException {
    return ClaimCodec.decode(fact("claim/c").body());
  }

  private Fact fact(String key) {
    return store.latest().fact(Key.of(key)).orElseThrow();
  }

  private void set(String kind, LeaseLoss loss) {
    assertThat(decide(policy(kind, BodyType.BUILT_IN, loss))).isInstanceOf(Put.Written.class);
  }

  private static Put policy(String kind, BodyType type, LeaseLoss loss) {
    KindPolicy policy = new KindPolicy(type, 100, 100, Optional.empty(), "", Optional.of(loss));
    return new Put(
        Kinds.key(kind), KindPolicyCodec.encode(policy), Expect.ANYTHING, NONE, List.of());
  }

  private static Put put(String key, Optional<LeaseRef> lease) {
    return new Put(Key.of(key), Bytes.utf8("b"), Expect.ANYTHING, lease, List.of());
  }

  private static Txn txn(List<Operation> then) {
    return new Txn(List.of(), then, List.of(), List.of());
  }

  private static Delete deletion(String prefix) {
    return new Delete(KeyRange.prefix(Bytes.utf8(prefix)), OptionalLong.empty(), List.of());
  }

  private static Once once(long sequence, Command write) {
    return new Once(new SessionTag(new SessionId(1, 2), sequence, 1, 0), write);
  }

  private static Once.Answered answered(Result result, boolean duplicate) {
    return new Once.Answered(result, duplicate);
  }

  private static StoreMeta with(Usage usage) {
    return StoreMeta.EMPTY.changed(0, usage, 0, 0);
  }

  private static Position at(long revision, int index) {
    return new Position(revision, index);
  }

  private static Stamp stamp(long term) {
    return new Stamp(term, 0, 0);
  }

  private void assertInvalid(Command command, String field) {
    assertRefused(command, Reason.INVALID_FIELD, field);
  }

  private void assertRefused(Command command, Reason reason, String field) {
    StoreMeta before = store.meta();
    Refusal refusal = refused(command);
    assertThat(refusal.reason()).isEqualTo(reason);
    assertThat(refusal.field()).isEqualTo(field);
    assertThat(store.meta()).isEqualTo(before);
  }

  private Refusal refused(Command command) {
    return (Refusal) decide(command);
  }

  private Result decide(Command command) {
    return decideEntry(TERM, command).results().get(0);
  }

  private Decided decideEntry(long term, Command command) {
    Decided decided = EntryRule.decide(store.latest(), stamp(term), List.of(command));
    store.commit(new LogPosition(TERM, store.applied().index() + 1), decided.effects());
    return decided;
  }
}

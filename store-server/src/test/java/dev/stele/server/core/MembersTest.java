// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.apply.Effects;
import dev.stele.server.core.apply.EntryRule;
import dev.stele.server.core.apply.EntryRule.Decided;
import dev.stele.server.core.claim.ListedItems;
import dev.stele.server.core.claim.PoolCodec;
import dev.stele.server.core.claim.PoolRecord;
import dev.stele.server.core.command.AcquireLease;
import dev.stele.server.core.command.CheckpointLease;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.DeregisterMember;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.LeaseEnded;
import dev.stele.server.core.command.Once;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.command.Refusal;
import dev.stele.server.core.command.RegisterMember;
import dev.stele.server.core.command.RegisterMember.Registered;
import dev.stele.server.core.command.ReleaseLease;
import dev.stele.server.core.command.Result;
import dev.stele.server.core.command.UpdateMember;
import dev.stele.server.core.kind.BodyType;
import dev.stele.server.core.kind.ClaimCodec;
import dev.stele.server.core.kind.ClaimRecord;
import dev.stele.server.core.kind.KindPolicy;
import dev.stele.server.core.kind.KindPolicyCodec;
import dev.stele.server.core.kind.Kinds;
import dev.stele.server.core.kind.LeaseLoss;
import dev.stele.server.core.kind.MemberRecord;
import dev.stele.server.core.kind.MemberRecord.Health;
import dev.stele.server.core.kind.Members;
import dev.stele.server.core.lease.LeaseChanges;
import dev.stele.server.core.lease.LeaseSide;
import dev.stele.server.core.lease.Leases;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.core.model.Usage;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.session.SessionTag;
import dev.stele.server.port.LogPosition;
import dev.stele.server.storage.MapStateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The lives of members: how they begin, go on and end. */
final class MembersTest {
  private static final long TERM = 7;
  private static final long TTL = 10_000;
  private static final String LEASE = "member/n1";
  private static final Optional<LeaseRef> UNBOUND = Optional.empty();

  private final MapStateStore store = new MapStateStore();

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void aRegistrationIsOneRevisionWithTheLeaseTheMemberAndItsEndpoints() {
    Decided decided = decideEntry(register(0, endpoint("web/n1"), endpoint("api/n1")));
    assertThat(decided.results()).containsExactly(new Registered(1, 1));
    assertThat(store.meta().revision()).isEqualTo(1);
    assertThat(keys(decided))
        .containsExactly("lease/member/n1", "member/n1", "endpoint/web/n1", "endpoint/api/n1");
    assertThat(Leases.record(fact("lease/member/n1")).holder()).isEqualTo("n1");
    assertThat(fact("member/n1").lease()).contains(new LeaseRef(LEASE, 1));
    assertThat(bound()).containsExactly("endpoint/api/n1", "endpoint/web/n1", "member/n1");
    assertThat(store.latest().leaseSide(LEASE).boundFacts()).isEqualTo(3);
    assertThat(member().incarnation()).isEqualTo(1);
  }

  @Test
  void aNewLifeEndsTheFormerOneInTheSameRevisionThoughItsLeaseWasHeld() {
    pool("p", PoolRecord.Loss.IDLE);
    pool("r", PoolRecord.Loss.RETIRE);
    LeaseRef former = new LeaseRef(LEASE, registered(register(1, endpoint("web/n1"))).token());
    decide(put("desired/x", Bytes.utf8("b"), Optional.of(former)));
    decide(put("endpoint/old/n1", Bytes.utf8("b"), Optional.of(former)));
    own("claim/free/a", former);
    decide(new CheckpointLease(TERM, former, OptionalLong.of(5_000)));

    Decided decided = decideEntry(register(2, endpoint("web/n1")));

    long revision = store.meta().revision();
    assertThat(decided.results()).containsExactly(new Registered(revision, 2));
    assertThat(keys(decided))
        .containsExactlyInAnyOrder(
            "lease/member/n1",
            "claim/free/a",
            "desired/x",
            "endpoint/old/n1",
            "member/n1",
            "endpoint/web/n1");
    assertThat(decided.effects().changes()).allMatch(change -> change.at().revision() == revision);
    assertThat(bound()).containsExactly("endpoint/web/n1", "member/n1");
    assertThat(store.latest().leaseSide(LEASE)).isEqualTo(new LeaseSide(2, OptionalLong.empty()));
    assertThat(store.latest().fact(Key.of("desired/x"))).isEmpty();
    assertThat(store.latest().fact(Key.of("endpoint/old/n1"))).isEmpty();
    assertThat(refused(new ReleaseLease(former)).reason()).isEqualTo(Reason.FENCED);
    assertThat(fact("member/n1").version()).isEqualTo(2);
  }

  @Test
  void anIncarnationThatGoesBackIsFencedAndChangesNothing() {
    decide(register(5));
    assertRefused(register(4), Reason.FENCED, "member.incarnation");
    assertRefused(register(5), Reason.FENCED, "member.incarnation");
    // The store's choice would be a revision, and that is smaller than what was said before.
    assertRefused(register(0), Reason.FENCED, "member.incarnation");
    assertThat(registered(register(6)).incarnation()).isEqualTo(6);
  }

  @Test
  void theSameLifeComesBackOnceItsLeaseIsGone() {
    LeaseRef first = new LeaseRef(LEASE, registered(register(5)).token());
    decide(new ReleaseLease(first));
    assertThat(member().health()).isEqualTo(Health.LOST);
    assertRefused(register(4), Reason.FENCED, "member.incarnation");
    assertThat(registered(register(5)).incarnation()).isEqualTo(5);
    assertThat(member().health()).isEqualTo(Health.HEALTHY);
  }

  @Test
  void aStoreThatChoosesIncarnationsNeverChoosesOneTwice() {
    long first = registered(register(0)).incarnation();
    decide(new DeregisterMember(new LeaseRef(LEASE, first)));
    decide(put("desired/x", Bytes.utf8("b"), UNBOUND));
    assertThat(registered(register(0)).incarnation()).isGreaterThan(first);
  }

  @Test
  void aLeaseOfThatNameInOtherHandsIsNoFormerLife() {
    decide(new AcquireLease(LEASE, "somebody", TTL, Bytes.EMPTY));
    Refusal refusal = refused(register(0));
    assertThat(refusal.reason()).isEqualTo(Reason.LEASE_HELD);
    assertThat(refusal.details()).containsEntry(Refusal.HOLDER, "somebody");
  }

  @Test
  void anEndpointOfSomebodyElseRefusesTheWholeRegistration() {
    decide(put("endpoint/web/n1", Bytes.utf8("b"), UNBOUND));
    assertRefused(
        register(0, endpoint("api/n1"), endpoint("web/n1")), Reason.ALREADY_EXISTS, "endpoints[1]");
    assertThat(store.latest().fact(Leases.key(LEASE))).isEmpty();
  }

  @Test
  void whatIsNoRegistrationIsNamed() {
    MemberRecord nowhere =
        new MemberRecord("", 0, new TreeMap<>(), Health.HEALTHY, new TreeMap<>());
    assertInvalid(new RegisterMember("n1", nowhere, TTL, List.of()), "member.address");
    assertInvalid(registerAs("a".repeat(Limits.ADDRESS_MAX_BYTES + 1)), "member.address");
    assertThat(registered(registerAs("a".repeat(Limits.ADDRESS_MAX_BYTES)))).isNotNull();
    assertInvalid(new RegisterMember("n2", record(0).lost(), TTL, List.of()), "member.health");
    assertInvalid(new RegisterMember("", record(0), TTL, List.of()), "name");
    assertInvalid(new RegisterMember("a//b", record(0), TTL, List.of()), "name");
    assertInvalid(named("n".repeat(Limits.LEASE_HOLDER_MAX_BYTES + 1)), "name");
    assertThat(registered(named("n".repeat(Limits.LEASE_HOLDER_MAX_BYTES)))).isNotNull();
    assertInvalid(
        new RegisterMember("n2", record(0), Limits.LEASE_MIN_TTL_MILLIS - 1, List.of()),
        "ttl_millis");
    RegisterMember.Endpoint wrong =
        new RegisterMember.Endpoint(Key.of("desired/x"), Bytes.utf8("b"));
    assertInvalid(new RegisterMember("n2", record(0), TTL, List.of(wrong)), "endpoints[0]");
    assertInvalid(register(0, endpoint("web/n1"), endpoint("web/n1")), "endpoints[1].key");
  }

  @Test
  void sixtyFourEndpointsAreTheMost() {
    List<RegisterMember.Endpoint> endpoints = new ArrayList<>();
    for (int i = 0; i <= Limits.REGISTRATION_MAX_ENDPOINTS; i++) {
      endpoints.add(endpoint("s" + i + "/n1"));
    }
    assertInvalid(new RegisterMember("n1", record(0), TTL, endpoints), "endpoints");
    endpoints.remove(0);
    assertThat(registered(new RegisterMember("n1", record(0), TTL, endpoints))).isNotNull();
  }

  @Test
  void aRegistrationNeedsRoomForALease() {
    TreeMap<String, Long> usage = new TreeMap<>(Map.of("lease", Limits.LEASES_MAX));
    store.commit(
        new LogPosition(TERM, 1),
        new Effects(
            StoreMeta.EMPTY.changed(0, new Usage(usage, 0), 0, 0),
            List.of(),
            List.of(),
            LeaseChanges.NONE));
    assertRefused(register(0), Reason.LIMIT_REACHED, "name");
  }

  @Test
  void anUpdateChangesWhatItNamesAndKeepsTheRest() {
    LeaseRef lease = new LeaseRef(LEASE, registered(register(3)).token());
    assertThat(decide(update(lease, Optional.of(Health.DEGRADED), Optional.empty())))
        .isEqualTo(new UpdateMember.Updated(2));
    assertThat(member())
        .isEqualTo(
            new MemberRecord("h:1", 3, record(3).capacity(), Health.DEGRADED, record(3).labels()));
    decide(update(lease, Optional.empty(), Optional.of(new TreeMap<>(Map.of("slots", 9L)))));
    assertThat(member().capacity()).isEqualTo(Map.of("slots", 9L));
    assertThat(member().health()).isEqualTo(Health.DEGRADED);
    assertThat(fact("member/n1").lease()).contains(lease);
    assertThat(store.latest().leaseSide(LEASE).boundFacts()).isEqualTo(1);
  }

  @Test
  void anUpdateUnderAnOldTokenOrOfNobodyIsRefused() {
    LeaseRef old = new LeaseRef(LEASE, registered(register(1)).token());
    decide(register(2));
    assertRefused(
        update(old, Optional.of(Health.DEGRADED), Optional.empty()), Reason.FENCED, "lease");
    decide(new AcquireLease("other", "o", TTL, Bytes.EMPTY));
    LeaseRef other = new LeaseRef("other", store.meta().revision());
    assertRefused(
        update(other, Optional.of(Health.DEGRADED), Optional.empty()), Reason.NOT_FOUND, "lease");
    LeaseRef lease = new LeaseRef(LEASE, fact("lease/member/n1").modRevision());
    assertRefused(
        update(lease, Optional.of(Health.LOST), Optional.empty()), Reason.INVALID_FIELD, "health");
  }

  @Test
  void whoLeavesInOrderLeavesNothingWhateverThePolicy() {
    LeaseRef lease = new LeaseRef(LEASE, registered(register(1, endpoint("web/n1"))).token());
    assertThat(decide(new DeregisterMember(lease))).isEqualTo(new LeaseEnded(2));
    assertThat(store.meta().usage().byKind()).isEmpty();
    assertThat(store.latest().leaseSide(LEASE)).isEqualTo(LeaseSide.NONE);
    assertThat(bound()).isEmpty();
    assertRefused(new DeregisterMember(lease), Reason.FENCED, "lease");
    decide(new AcquireLease("other", "o", TTL, Bytes.EMPTY));
    assertRefused(new DeregisterMember(new LeaseRef("other", 3)), Reason.NOT_FOUND, "lease");
  }

  @Test
  void aLostMemberIsMarkedOrGoesAsItsKindsPolicySays() {
    LeaseRef lease = new LeaseRef(LEASE, registered(register(1)).token());
    decide(new ReleaseLease(lease));
    assertThat(member().health()).isEqualTo(Health.LOST);
    assertThat(fact("member/n1").lease()).isEmpty();
    decide(policy("member", LeaseLoss.DELETE));
    LeaseRef next = new LeaseRef(LEASE, registered(register(2)).token());
    decide(new ReleaseLease(next));
    assertThat(store.latest().fact(Key.of("member/n1"))).isEmpty();
  }

  @Test
  void aRetriedRegistrationIsAnsweredAsTheFirstTryWas() {
    Once once = new Once(new SessionTag(new SessionId(1, 2), 1, 1, 0), register(0));
    assertThat(decide(once)).isEqualTo(new Once.Answered(new Registered(1, 1), false));
    assertThat(decide(once)).isEqualTo(new Once.Answered(new Registered(1, 1), true));
    Once other = new Once(new SessionTag(new SessionId(1, 2), 1, 1, 0), register(9));
    assertThat(refused(other).reason()).isEqualTo(Reason.SEQUENCE_REUSED);
  }

  private void pool(String name, PoolRecord.Loss loss) {
    Bytes body = PoolCodec.encode(new PoolRecord(loss, 0, 0, new ListedItems()));
    assertThat(decide(put("pool/" + name, body, UNBOUND))).isInstanceOf(Put.Written.class);
  }

  private void own(String key, LeaseRef lease) {
    Bytes body = ClaimCodec.encode(new ClaimRecord("n1", 1, ClaimRecord.State.OWNED));
    assertThat(decide(put(key, body, Optional.of(lease)))).isInstanceOf(Put.Written.class);
  }

  private static RegisterMember register(long incarnation, RegisterMember.Endpoint... endpoints) {
    return new RegisterMember("n1", record(incarnation), TTL, List.of(endpoints));
  }

  private static RegisterMember registerAs(String address) {
    MemberRecord member =
        new MemberRecord(address, 0, new TreeMap<>(), Health.HEALTHY, new TreeMap<>());
    return new RegisterMember("n3", member, TTL, List.of());
  }

  private static RegisterMember named(String name) {
    return new RegisterMember(name, record(0), TTL, List.of());
  }

  private static MemberRecord record(long incarnation) {
    return new MemberRecord(
        "h:1",
        incarnation,
        new TreeMap<>(Map.of("slots", 2L)),
        Health.HEALTHY,
        new TreeMap<>(Map.of("zone", "z")));
  }

  private static RegisterMember.Endpoint endpoint(String name) {
    return new RegisterMember.Endpoint(Key.of("endpoint/" + name), Bytes.utf8("e"));
  }

  private static UpdateMember update(
      LeaseRef lease, Optional<Health> health, Optional<SortedMap<String, Long>> capacity) {
    return new UpdateMember(lease, health, capacity, Optional.empty());
  }

  private static Put put(String key, Bytes body, Optional<LeaseRef> lease) {
    return new Put(Key.of(key), body, Expect.ANYTHING, lease, List.of());
  }

  private static Put policy(String kind, LeaseLoss loss) {
    KindPolicy policy =
        new KindPolicy(BodyType.BUILT_IN, 100, 100, Optional.empty(), "", Optional.of(loss));
    return new Put(
        Kinds.key(kind), KindPolicyCodec.encode(policy), Expect.ANYTHING, UNBOUND, List.of());
  }

  private static List<String> keys(Decided decided) {
    return decided.effects().changes().stream().map(Change::key).map(Key::toString).toList();
  }

  private List<String> bound() {
    List<String> keys = new ArrayList<>();
    store.latest().scanBound(LEASE, key -> keys.add(key.toString()));
    return keys;
  }

  private MemberRecord member() {
    return Members.record(fact("member/n1"));
  }

  private Fact fact(String key) {
    return store.latest().fact(Key.of(key)).orElseThrow();
  }

  private void assertInvalid(Command command, String field) {
    assertRefused(command, Reason.INVALID_FIELD, field);
  }

  private void assertRefused(Command command, Reason reason, String field) {
    StoreMeta before = store.meta();
    Refusal refusal = refused(command);
    assertThat(refusal.reason()).as(refusal.message()).isEqualTo(reason);
    assertThat(refusal.field()).isEqualTo(field);
    assertThat(store.meta()).isEqualTo(before);
  }

  private Registered registered(Command command) {
    return (Registered) decide(command);
  }

  private Refusal refused(Command command) {
    return (Refusal) decide(command);
  }

  private Result decide(Command command) {
    return decideEntry(command).results().get(0);
  }

  private Decided decideEntry(Command command) {
    Decided decided = EntryRule.decide(store.latest(), new Stamp(TERM, 0, 0), List.of(command));
    store.commit(new LogPosition(TERM, store.applied().index() + 1), decided.effects());
    return decided;
  }
}

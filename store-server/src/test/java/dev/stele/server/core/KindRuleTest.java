// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.server.core.apply.EntryRule;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Delete;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.FormCluster;
import dev.stele.server.core.command.Operation;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.command.Refusal;
import dev.stele.server.core.command.Result;
import dev.stele.server.core.command.Txn;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.kind.BodyType;
import dev.stele.server.core.kind.KindPolicy;
import dev.stele.server.core.kind.KindPolicyCodec;
import dev.stele.server.core.kind.Kinds;
import dev.stele.server.core.kind.LeaseLoss;
import dev.stele.server.core.kind.WriteBudget;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.ClusterIdentity;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.port.LogPosition;
import dev.stele.server.storage.MapStateStore;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Policies of kinds in the core: what they allow, and which changes of them it allows. */
final class KindRuleTest {
  private static final KindPolicy JSON = policy(BodyType.JSON, 10);

  private static final int MOST_WRITES = Limits.BUDGET_MAX_WRITES;

  private final MapStateStore store = new MapStateStore();

  @Test
  void anOperatorsKindTakesPutsAndDeletesOnceItsPolicyStands() {
    assertRefused(put("deploys/a", "1"), Reason.UNKNOWN_KIND, "key");
    set("deploys", JSON);
    assertThat(decide(put("deploys/a", "1"))).isInstanceOf(Put.Written.class);
    assertThat(decide(delete("deploys/a"))).isInstanceOf(Delete.Deleted.class);
    assertThat(Kinds.all(store.latest())).containsEntry("deploys", JSON).hasSize(9);
  }

  @Test
  void aPolicyAndTheFactsOfItsKindMayStandInOneTransaction() {
    Operation policy =
        new Operation.PutFact(Kinds.key("deploys"), KindPolicyCodec.encode(JSON), Optional.empty());
    Operation fact = new Operation.PutFact(Key.of("deploys/a"), Bytes.utf8("1"), Optional.empty());
    assertThat(decide(new Txn(List.of(), List.of(policy, fact), List.of(), List.of())))
        .isInstanceOf(Txn.Ran.class);
    assertThat(store.meta().kindsRevision()).isEqualTo(1);
  }

  @Test
  void theKindsRevisionIsThatOfTheLastChangeToAPolicy() {
    decide(put("desired/a", ""));
    assertThat(store.meta().kindsRevision()).isZero();
    set("deploys", JSON);
    assertThat(store.meta().kindsRevision()).isEqualTo(2);
    decide(put("deploys/a", "1"));
    assertThat(store.meta().kindsRevision()).isEqualTo(2);
    decide(delete("deploys/a"));
    decide(delete("kind/deploys"));
    assertThat(store.meta().kindsRevision()).isEqualTo(5);
  }

  @Test
  void theCountAndTheSizeThatAPolicyAllowsAreHeld() {
    set("deploys", new KindPolicy(BodyType.JSON, 3, 2, Optional.empty(), "", Optional.empty()));
    decide(put("deploys/a", "123"));
    assertRefused(put("deploys/b", "1234"), Reason.BODY_TOO_LARGE, "body");
    decide(put("deploys/b", "1"));
    assertRefused(put("deploys/c", "1"), Reason.KIND_FULL, "key");
    assertThat(decide(put("deploys/b", "2"))).isInstanceOf(Put.Written.class);
  }

  @Test
  void aBuiltInKindsPolicyGivesWayToTheStandardWhenItIsDeleted() {
    set("config", new KindPolicy(BodyType.BUILT_IN, 5, 9, Optional.empty(), "", Optional.empty()));
    assertRefused(put("config/a", "123456"), Reason.BODY_TOO_LARGE, "body");
    decide(delete("kind/config"));
    assertThat(decide(put("config/a", "123456"))).isInstanceOf(Put.Written.class);
  }

  @Test
  void aCountBelowTheFactsThatThereAreIsRefused() {
    set("deploys", JSON);
    decide(put("deploys/a", "1"));
    decide(put("deploys/b", "1"));
    assertRefused(setting("deploys", policy(BodyType.JSON, 1)), "body.max_facts");
    assertThat(decide(setting("deploys", policy(BodyType.JSON, 2))))
        .isInstanceOf(Put.Written.class);
  }

  @Test
  void theTypeOfAKindWithFactsStays() {
    set("deploys", JSON);
    decide(put("deploys/a", "1"));
    assertRefused(setting("deploys", policy(BodyType.BYTES, 10)), "body.body_type");
    decide(delete("deploys/a"));
    assertThat(decide(setting("deploys", policy(BodyType.BYTES, 10))))
        .isInstanceOf(Put.Written.class);
  }

  @Test
  void builtInIsTheTypeOfBuiltInKindsAndOfNoOther() {
    assertRefused(setting("config", policy(BodyType.JSON, 10)), "body.body_type");
    assertRefused(setting("deploys", policy(BodyType.BUILT_IN, 10)), "body.body_type");
  }

  @Test
  void thePoliciesOfLeasesAndPoliciesAreFixed() {
    assertRefused(setting("lease", policy(BodyType.BUILT_IN, 10)), "key");
    assertRefused(setting("kind", policy(BodyType.BUILT_IN, 10)), "key");
    assertRefused(setting("Deploys", JSON), "key");
    assertRefused(setting("a/b", JSON), "key");
  }

  @Test
  void aBodyThatIsNoPolicyIsRefused() {
    assertRefused(put("kind/deploys", "what?"), Reason.INVALID_FIELD, "body");
    assertRefused(put("kind/deploys", ""), Reason.INVALID_FIELD, "body");
  }

  @Test
  void aPolicyThatContradictsItselfIsRefusedByItsField() {
    assertRefused(
        setting("deploys", json(Integer.MAX_VALUE, 1, Optional.empty())), "body.max_body_bytes");
    assertRefused(
        setting("deploys", json(Limits.BODY_MAX_BYTES + 1, 1, Optional.empty())),
        "body.max_body_bytes");
    assertRefused(setting("deploys", json(0, 0, Optional.empty())), "body.max_facts");
    assertRefused(
        setting("deploys", json(0, 1, Optional.of(new WriteBudget(0, 1)))),
        "body.writes_per_second");
    assertRefused(
        setting("deploys", json(0, 1, Optional.of(new WriteBudget(1, 0)))), "body.write_burst");
    assertRefused(
        setting("deploys", json(0, 1, Optional.of(new WriteBudget(MOST_WRITES + 1, 1)))),
        "body.writes_per_second");
    assertRefused(
        setting("deploys", json(0, 1, Optional.of(new WriteBudget(1, MOST_WRITES + 1)))),
        "body.write_burst");
    assertRefused(
        setting(
            "blobs",
            new KindPolicy(BodyType.BYTES, 1, 1, Optional.empty(), "{}", Optional.empty())),
        "body.json_schema");
    assertThat(
            decide(
                setting(
                    "deploys", json(Limits.BODY_MAX_BYTES, 1, Optional.of(new WriteBudget(1, 1))))))
        .isInstanceOf(Put.Written.class);
  }

  @Test
  void aSchemaAtItsLimitIsTakenAndOneByteMoreIsNot() {
    String most = "x".repeat(Limits.JSON_SCHEMA_MAX_BYTES);
    KindPolicy largest =
        new KindPolicy(
            BodyType.JSON,
            Limits.BODY_MAX_BYTES,
            Long.MAX_VALUE,
            Optional.of(new WriteBudget(MOST_WRITES, MOST_WRITES)),
            most,
            Optional.empty());
    assertThat(decide(setting("deploys", largest))).isInstanceOf(Put.Written.class);
    assertThat(largest.violation("deploys")).isEmpty();
    KindPolicy beyond =
        new KindPolicy(BodyType.JSON, 1, 1, Optional.empty(), most + "x", Optional.empty());
    assertThat(beyond.violation("deploys").orElseThrow().field()).isEqualTo("json_schema");
    assertRefused(setting("deploys", beyond), "body.json_schema");
  }

  @Test
  void thereAre256PoliciesAndNotOneMore() {
    for (int i = 0; i < Limits.KINDS_MAX; i++) {
      set("k" + i, JSON);
    }
    assertRefused(setting("more", JSON), Reason.KIND_FULL, "key");
  }

  @Test
  void aPolicyWithFactsIsNotDeletedWhicheverWayTheDeleteNamesIt() {
    set("deploys", JSON);
    set("empty", JSON);
    decide(put("deploys/a", "1"));
    assertRefused(delete("kind/deploys"), Reason.INVALID_FIELD, "target");
    Delete all = new Delete(KeyRange.prefix(Bytes.utf8("kind/")), OptionalLong.empty(), List.of());
    assertRefused(all, Reason.INVALID_FIELD, "target");
    Txn txn =
        new Txn(List.of(), List.of(new Operation.DeleteFacts(all.range())), List.of(), List.of());
    assertRefused(txn, Reason.INVALID_FIELD, "then[0].delete.target");
    decide(delete("deploys/a"));
    assertThat(decide(all)).isEqualTo(new Delete.Deleted(store.meta().revision(), 2));
  }

  @Test
  void factsAndThenTheirPolicyMayGoInOneTransactionAndNotTheOtherWayRound() {
    set("deploys", JSON);
    decide(put("deploys/a", "1"));
    Operation facts = new Operation.DeleteFacts(KeyRange.prefix(Bytes.utf8("deploys/")));
    Operation policy = new Operation.DeleteFacts(KeyRange.single(Kinds.key("deploys")));
    assertRefused(
        new Txn(List.of(), List.of(policy, facts), List.of(), List.of()),
        Reason.INVALID_FIELD,
        "then[0].delete.target");
    assertThat(decide(new Txn(List.of(), List.of(facts, policy), List.of(), List.of())))
        .isInstanceOf(Txn.Ran.class);
  }

  @Test
  void aDeleteThatLeavesABuiltInKindBeyondItsStandardIsRefused() {
    long most = Limits.KIND_DEFAULT_MAX_FACTS;
    set(
        "config",
        new KindPolicy(BodyType.BUILT_IN, 10, most + 1, Optional.empty(), "", Optional.empty()));
    for (long i = 0; i <= most; i++) {
      decide(put("config/" + i, ""));
    }
    assertRefused(delete("kind/config"), Reason.INVALID_FIELD, "target");
    decide(delete("config/0"));
    assertThat(decide(delete("kind/config"))).isInstanceOf(Delete.Deleted.class);
  }

  @Test
  void aClusterIsFormedWithItsSeedsAtOneRevisionOrNotAtAll() {
    SortedMap<String, KindPolicy> seeds = new TreeMap<>();
    seeds.put("deploys", JSON);
    seeds.put("lease", JSON);
    assertRefused(form(seeds), Reason.INVALID_FIELD, "kinds.lease.key");
    assertThat(store.meta().identity()).isEmpty();
    seeds.remove("lease");
    seeds.put("blobs", policy(BodyType.BYTES, 3));
    decide(form(seeds));
    assertThat(store.meta().revision()).isEqualTo(1);
    assertThat(store.meta().kindsRevision()).isEqualTo(1);
    assertThat(Kinds.all(store.latest())).containsAllEntriesOf(seeds);
  }

  private static FormCluster form(SortedMap<String, KindPolicy> seeds) {
    return new FormCluster(new ClusterIdentity("c", 0), 1, seeds);
  }

  @Property(tries = 300)
  void whatIsEncodedIsDecodedAndNothingElseIs(@ForAll("policies") KindPolicy policy)
      throws MalformedException {
    Bytes body = KindPolicyCodec.encode(policy);
    assertThat(KindPolicyCodec.decode(body)).isEqualTo(policy);
    byte[] cut = Arrays.copyOf(body.unsafeArray(), body.length() - 1);
    assertThatThrownBy(() -> KindPolicyCodec.decode(Bytes.wrap(cut)))
        .isInstanceOf(MalformedException.class);
    byte[] longer = Arrays.copyOf(body.unsafeArray(), body.length() + 1);
    assertThatThrownBy(() -> KindPolicyCodec.decode(Bytes.wrap(longer)))
        .isInstanceOf(MalformedException.class);
  }

  @Provide
  Arbitrary<KindPolicy> policies() {
    Arbitrary<WriteBudget> budgets =
        Combinators.combine(
                Arbitraries.integers().between(1, Integer.MAX_VALUE),
                Arbitraries.integers().between(1, Integer.MAX_VALUE))
            .as(WriteBudget::new);
    return Combinators.combine(
            Arbitraries.of(BodyType.values()),
            Arbitraries.integers().between(0, Limits.BODY_MAX_BYTES),
            Arbitraries.longs().between(1, Long.MAX_VALUE),
            budgets.optional(),
            Arbitraries.strings().ofMaxLength(20).filter(KindRuleTest::isText),
            Arbitraries.of(LeaseLoss.values()).optional())
        .as(KindPolicy::new);
  }

  /** Half a surrogate pair is no text that can be encoded. */
  private static boolean isText(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static KindPolicy policy(BodyType type, long maxFacts) {
    return new KindPolicy(type, 100, maxFacts, Optional.empty(), "", Optional.empty());
  }

  private static KindPolicy json(int maxBody, long maxFacts, Optional<WriteBudget> budget) {
    return new KindPolicy(BodyType.JSON, maxBody, maxFacts, budget, "", Optional.empty());
  }

  private static Put put(String key, String body) {
    return put(Key.of(key), Bytes.utf8(body));
  }

  private static Put put(Key key, Bytes body) {
    return new Put(key, body, Expect.ANYTHING, Optional.empty(), List.of());
  }

  private static Delete delete(String key) {
    return new Delete(KeyRange.single(Key.of(key)), OptionalLong.empty(), List.of());
  }

  private static Put setting(String kind, KindPolicy policy) {
    return put(Kinds.key(kind), KindPolicyCodec.encode(policy));
  }

  private void set(String kind, KindPolicy policy) {
    assertThat(decide(setting(kind, policy))).isInstanceOf(Put.Written.class);
  }

  private void assertRefused(Command command, String field) {
    assertRefused(command, Reason.INVALID_FIELD, field);
  }

  private void assertRefused(Command command, Reason reason, String field) {
    long revision = store.meta().revision();
    long hash = store.meta().contentHash();
    assertThat(decide(command))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.reason()).isEqualTo(reason);
              assertThat(refusal.field()).isEqualTo(field);
            });
    assertThat(store.meta().revision()).isEqualTo(revision);
    assertThat(store.meta().contentHash()).isEqualTo(hash);
  }

  private Result decide(Command command) {
    Stamp stamp = new Stamp(1, store.meta().storeTimeMillis() + 1, 0);
    EntryRule.Decided decided = EntryRule.decide(store.latest(), stamp, List.of(command));
    store.commit(new LogPosition(1, store.applied().index() + 1), decided.effects());
    return decided.results().get(0);
  }
}

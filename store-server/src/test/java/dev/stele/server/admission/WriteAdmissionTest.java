// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.admission;

import static dev.stele.server.admission.DecidingStore.delete;
import static dev.stele.server.admission.DecidingStore.put;
import static dev.stele.server.admission.DecidingStore.putStep;
import static dev.stele.server.admission.DecidingStore.setPolicy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.server.core.command.Command;
import dev.stele.server.core.command.Compare;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.ExpireSessions;
import dev.stele.server.core.command.Once;
import dev.stele.server.core.command.Operation;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.command.RegisterMember;
import dev.stele.server.core.command.Txn;
import dev.stele.server.core.kind.BodyType;
import dev.stele.server.core.kind.KindPolicy;
import dev.stele.server.core.kind.MemberRecord;
import dev.stele.server.core.kind.WriteBudget;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.session.SessionId;
import dev.stele.server.core.session.SessionTag;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is let through to consensus, under policies that change and a clock that is the test's. */
final class WriteAdmissionTest {
  private static final String SCHEMA =
      "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}}}";

  private final DecidingStore kinds = new DecidingStore();
  private final AtomicLong nanos = new AtomicLong();
  private final WriteAdmission admission = new WriteAdmission(kinds.store, nanos::get);

  @Test
  void aKindIsKnownFromItsPolicysRevisionOnAndUnknownAgainOnceThatIsDeleted() {
    assertRefused(put("deploys/web", "{}"), Reason.UNKNOWN_KIND, "key");
    kinds.set("deploys", json(""));
    assertAdmitted(put("deploys/web", "{}"));
    kinds.decide(delete("kind/deploys"));
    assertRefused(put("deploys/web", "{}"), Reason.UNKNOWN_KIND, "key");
  }

  @Test
  void builtInKindsAreKnownWithoutAPolicyAndFollowTheirOneWhenThereIs() {
    assertAdmitted(put("config/a", "x".repeat(16 * 1024)));
    assertRefused(put("config/a", "x".repeat(16 * 1024 + 1)), Reason.BODY_TOO_LARGE, "body");
    kinds.set(
        "config",
        new KindPolicy(BodyType.BUILT_IN, 10, 100, Optional.empty(), "", Optional.empty()));
    assertAdmitted(put("config/a", "x".repeat(10)));
    assertRefused(put("config/a", "x".repeat(11)), Reason.BODY_TOO_LARGE, "body");
  }

  @Test
  void everyStepOfATransactionIsLookedAtAndNamed() {
    kinds.set("deploys", json(SCHEMA));
    assertRefused(
        txn(List.of(), putStep("desired/a", ""), putStep("deploys/a", "{")),
        Reason.INVALID_FIELD,
        "then[1].put.body");
    assertRefused(
        txn(List.of(), new Operation.DeleteFacts(delete("nokind/a").range())),
        Reason.UNKNOWN_KIND,
        "then[0].delete.target");
    assertRefused(
        txn(List.of(), new Operation.GetFact(Key.of("nokind/a"))),
        Reason.UNKNOWN_KIND,
        "then[0].get.key");
    assertRefused(
        txn(List.of(exists("lease/a"), exists("kind/a"), exists("nokind/a"))),
        Reason.UNKNOWN_KIND,
        "compares[2].key");
    Txn other =
        new Txn(List.of(), List.of(), List.of(putStep("deploys/a", "{\"a\":\"x\"}")), List.of());
    assertRefused(other, Reason.INVALID_FIELD, "else[0].put.body");
  }

  @Test
  void aSchemaIsCompiledAnewWhenItsPolicyChanges() {
    kinds.set("deploys", json(SCHEMA));
    assertRefused(put("deploys/a", "{\"a\":\"x\"}"), Reason.INVALID_FIELD, "body");
    kinds.set("deploys", json(""));
    assertAdmitted(put("deploys/a", "{\"a\":\"x\"}"));
    kinds.set("deploys", json("{\"required\":[\"b\"]}"));
    assertRefused(put("deploys/a", "{\"a\":1}"), Reason.INVALID_FIELD, "body");
    assertAdmitted(put("deploys/a", "{\"b\":1}"));
  }

  @Test
  void bytesAreAnything() {
    kinds.set(
        "blobs", new KindPolicy(BodyType.BYTES, 3, 9, Optional.empty(), "", Optional.empty()));
    Put noText =
        new Put(
            Key.of("blobs/a"),
            Bytes.wrap(new byte[] {(byte) 0xc3, 0x28, 0}),
            Expect.ANYTHING,
            Optional.empty(),
            List.of());
    assertAdmitted(noText);
    assertRefused(put("blobs/a", "1234"), Reason.BODY_TOO_LARGE, "body");
  }

  @Test
  void aPolicyWhoseSchemaCantBeUsedIsRefused() {
    assertRefused(
        setPolicy("deploys", json("{\"type\":\"nothing\"}")),
        Reason.INVALID_FIELD,
        "body.json_schema");
    assertAdmitted(setPolicy("deploys", json(SCHEMA)));
    assertRefused(put("kind/deploys", "no policy"), Reason.INVALID_FIELD, "body");
  }

  @Test
  void aBudgetLetsItsBurstThroughAndNoMoreUntilItIsRefilled() {
    kinds.set("deploys", budget(2, 5));
    for (int i = 0; i < 5; i++) {
      assertAdmitted(put("deploys/" + i, "1"));
    }
    Verdict.OverBudget over = overBudget(put("deploys/x", "1"));
    assertThat(over.reason()).isEqualTo(Reason.OVER_BUDGET);
    assertThat(over.field()).isEqualTo("key");
    assertThat(over.retryAfter()).isEqualTo(Duration.ofMillis(500));
    nanos.addAndGet(over.retryAfter().toNanos() - 1);
    assertThat(overBudget(put("deploys/x", "1")).retryAfter()).isEqualTo(Duration.ofNanos(1));
    nanos.addAndGet(1);
    assertAdmitted(put("deploys/x", "1"));
    nanos.addAndGet(Duration.ofHours(1).toNanos());
    for (int i = 0; i < 5; i++) {
      assertAdmitted(delete("deploys/" + i));
    }
    assertThat(overBudget(delete("deploys/0")).field()).isEqualTo("target");
  }

  @Test
  void theLargestBudgetThatAPolicyMayHaveIsKept() {
    kinds.set("deploys", budget(Limits.BUDGET_MAX_WRITES, Limits.BUDGET_MAX_WRITES));
    assertAdmitted(put("deploys/a", "1"));
  }

  @Test
  void aTransactionPaysForEachWriteOfItsDearerBranch() {
    kinds.set("deploys", budget(1, 4));
    Operation[] three = {
      putStep("deploys/a", "1"), putStep("deploys/b", "1"), putStep("deploys/c", "1")
    };
    Command dear =
        new Txn(List.of(), List.of(putStep("deploys/a", "1")), List.of(three), List.of());
    assertAdmitted(dear);
    assertAdmitted(put("deploys/d", "1"));
    assertThat(overBudget(dear).retryAfter()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void whatTakesMoreThanABurstIsToldThatNoWaitingHelps() {
    kinds.set("deploys", budget(1, 2));
    Verdict.OverBudget over =
        overBudget(
            txn(
                List.of(),
                putStep("deploys/a", "1"),
                putStep("deploys/b", "1"),
                putStep("deploys/c", "1")));
    assertThat(over.reason()).isEqualTo(Reason.LIMIT_REACHED);
    assertThat(over.retryAfter()).isZero();
    assertThat(over.field()).isEqualTo("then[0].put.key");
  }

  @Test
  void aWriteThatOneBudgetRefusesTakesNothingFromAnother() {
    kinds.set("able", budget(1, 1));
    kinds.set("zero", budget(1, 1));
    assertAdmitted(put("zero/a", "1"));
    assertThat(overBudget(txn(List.of(), putStep("able/a", "1"), putStep("zero/a", "1"))).field())
        .isEqualTo("then[1].put.key");
    assertAdmitted(put("able/a", "1"));
  }

  @Test
  void whatIsRefusedPaysNothing() {
    kinds.set(
        "deploys",
        new KindPolicy(
            BodyType.JSON, 100, 100, Optional.of(new WriteBudget(1, 1)), SCHEMA, Optional.empty()));
    assertRefused(put("deploys/a", "[]"), Reason.INVALID_FIELD, "body");
    assertAdmitted(put("deploys/a", "{}"));
  }

  @Test
  void whatWasSpentStaysSpentWhenSomethingElseOfThePolicyChanges() {
    kinds.set("deploys", budget(1, 1));
    assertAdmitted(put("deploys/a", "1"));
    kinds.set(
        "deploys",
        new KindPolicy(
            BodyType.JSON, 50, 100, Optional.of(new WriteBudget(1, 1)), "", Optional.empty()));
    kinds.set("other", json(""));
    assertThat(overBudget(put("deploys/a", "1")).reason()).isEqualTo(Reason.OVER_BUDGET);
    kinds.set("deploys", json(""));
    assertAdmitted(put("deploys/a", "1"));
  }

  @Test
  void aRegistrationPaysForItsMemberAndForEachEndpoint() {
    kinds.set("endpoint", builtIn(100, new WriteBudget(1, 3)));
    assertAdmitted(registration("a", 2, ""));
    assertThat(overBudget(registration("b", 2, "")).field()).isEqualTo("endpoints[0].key");
    assertAdmitted(registration("c", 1, ""));
    kinds.set("member", builtIn(100, new WriteBudget(1, 1)));
    assertAdmitted(registration("d", 0, ""));
    assertThat(overBudget(registration("e", 0, "")).field()).isEqualTo("member.key");
  }

  @Test
  void aRegistrationIsHeldAgainstTheLimitsOfBodies() {
    kinds.set("member", builtIn(100, new WriteBudget(10, 10)));
    assertRefused(registration("a", 0, "z".repeat(100)), Reason.BODY_TOO_LARGE, "member.body");
    assertAdmitted(registration("a", 0, ""));
  }

  private static RegisterMember registration(String name, int endpoints, String zone) {
    MemberRecord member =
        new MemberRecord(
            "h:1",
            0,
            new TreeMap<>(),
            MemberRecord.Health.HEALTHY,
            new TreeMap<>(Map.of("zone", zone)));
    return new RegisterMember(
        name,
        member,
        1_000,
        IntStream.range(0, endpoints)
            .mapToObj(
                i -> new RegisterMember.Endpoint(Key.of("endpoint/s" + i + "/1"), Bytes.EMPTY))
            .toList());
  }

  private static KindPolicy builtIn(int maxBodyBytes, WriteBudget budget) {
    return new KindPolicy(
        BodyType.BUILT_IN, maxBodyBytes, 100, Optional.of(budget), "", Optional.empty());
  }

  @Test
  void commandsOfTheStoreItselfAreLetThrough() {
    assertAdmitted(new ExpireSessions(List.of()));
  }

  @Test
  void aTaggedWriteIsHeldAgainstPoliciesToo() {
    assertRefused(once(1, 1, put("nokind/a", "1")), Reason.UNKNOWN_KIND, "key");
  }

  @Test
  void aTaggedWriteWasDecidedBeforeOnceItsSessionAnswersItOrForgotItsAnswer() {
    Command first = once(1, 1, put("desired/a", ""));
    assertThat(WriteAdmission.decidedBefore(first, kinds.store.latest())).isFalse();
    kinds.decide(first);
    assertThat(WriteAdmission.decidedBefore(first, kinds.store.latest())).isTrue();
    Command second = once(2, 2, put("desired/a", ""));
    assertThat(WriteAdmission.decidedBefore(second, kinds.store.latest())).isFalse();
    kinds.decide(second);
    assertThat(WriteAdmission.decidedBefore(first, kinds.store.latest())).isTrue();
    assertThat(WriteAdmission.decidedBefore(put("desired/a", ""), kinds.store.latest())).isFalse();
  }

  private static Command once(long sequence, long mark, Put put) {
    return new Once(new SessionTag(new SessionId(1, 2), sequence, mark, 0), put);
  }

  private static KindPolicy json(String schema) {
    return new KindPolicy(BodyType.JSON, 100, 100, Optional.empty(), schema, Optional.empty());
  }

  private static KindPolicy budget(int perSecond, int burst) {
    return new KindPolicy(
        BodyType.JSON,
        100,
        100,
        Optional.of(new WriteBudget(perSecond, burst)),
        "",
        Optional.empty());
  }

  private static Txn txn(List<Compare> compares, Operation... then) {
    return new Txn(compares, List.of(then), List.of(), List.of());
  }

  private static Compare exists(String key) {
    return new Compare(Key.of(key), Compare.Relation.EQUAL, new Compare.Exists(true));
  }

  private void assertAdmitted(Command command) {
    assertThat(admission.admit(command)).isInstanceOf(Verdict.Admitted.class);
  }

  private void assertRefused(Command command, Reason reason, String field) {
    assertThat(admission.admit(command))
        .isInstanceOfSatisfying(
            Verdict.Refused.class,
            refused -> {
              assertThat(refused.refusal().reason()).isEqualTo(reason);
              assertThat(refused.refusal().field()).isEqualTo(field);
              assertThat(refused.refusal().message()).contains(field);
            });
  }

  private Verdict.OverBudget overBudget(Command command) {
    Verdict verdict = admission.admit(command);
    assertThat(verdict).isInstanceOf(Verdict.OverBudget.class);
    return (Verdict.OverBudget) verdict;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static dev.stele.server.core.model.Reason.BODY_TOO_LARGE;
import static dev.stele.server.core.model.Reason.INVALID_FIELD;
import static dev.stele.server.core.model.Reason.KIND_FULL;
import static dev.stele.server.core.model.Reason.UNKNOWN_KIND;
import static dev.stele.server.wire.Requests.delete;
import static dev.stele.server.wire.Requests.get;
import static dev.stele.server.wire.Requests.history;
import static dev.stele.server.wire.Requests.list;
import static dev.stele.server.wire.Requests.put;
import static dev.stele.server.wire.Requests.then;
import static dev.stele.server.wire.Requests.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import dev.stele.proto.v1.Change;
import dev.stele.proto.v1.Compare;
import dev.stele.proto.v1.DeleteRequest;
import dev.stele.proto.v1.KindPolicy;
import dev.stele.proto.v1.Operation;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.SessionTag;
import dev.stele.proto.v1.TxnRequest;
import dev.stele.proto.v1.TxnResponse;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.kind.BodyType;
import dev.stele.server.core.kind.KindPolicyCodec;
import dev.stele.server.core.kind.Kinds;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.ReadGate;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Kinds that operators declare, as callers see them. */
final class KindsTest {
  private static final String SCHEMA =
      "{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{\"a\":{\"type\":\"integer\"}}}";
  private static final KindPolicy JSON =
      KindPolicy.newBuilder().setBodyType(KindPolicy.BodyType.JSON).build();
  private static final KindPolicy BYTES =
      KindPolicy.newBuilder().setBodyType(KindPolicy.BodyType.BYTES).build();
  private static final dev.stele.server.core.kind.KindPolicy LATE =
      new dev.stele.server.core.kind.KindPolicy(
          BodyType.JSON, 9, 9, Optional.empty(), "", Optional.empty());
  private static final KindPolicy BUILT_IN =
      KindPolicy.newBuilder().setBodyType(KindPolicy.BodyType.BUILT_IN).build();

  private TestNode node;

  @BeforeEach
  void start() throws IOException {
    node = TestNode.formed("n1");
    set("deploys", JSON.toBuilder().setMaxFacts(3).setMaxBodyBytes(64).setJsonSchema(SCHEMA));
    set("blobs", BYTES.toBuilder());
    set("empty", JSON.toBuilder());
    node.facts().put(fact("deploys/a", "{\"a\":1}").build());
    node.facts().put(fact("deploys/b", "{\"a\":2}").build());
  }

  @AfterEach
  void stop() {
    assertThat(node.faults).isEmpty();
    node.close();
  }

  private void set(String kind, KindPolicy.Builder policy) {
    node.facts().put(policy(kind, policy).build());
  }

  private static PutRequest.Builder policy(String kind, KindPolicy.Builder policy) {
    return put("kind/" + kind).setBody(policy.build().toByteString());
  }

  private static PutRequest.Builder fact(String key, String body) {
    return put(key).setBody(utf8(body));
  }

  @Test
  void bodiesAreStoredAsTheyWereGiven() {
    String text = " {\"a\" : 1,\n\"b\":1.0e2}  ";
    node.facts().put(fact("deploys/a", text).build());
    assertThat(body("deploys/a")).isEqualTo(utf8(text));
    ByteString bytes = Requests.NOT_UTF8;
    node.facts().put(put("blobs/a").setBody(bytes).build());
    assertThat(body("blobs/a")).isEqualTo(bytes);
    assertThat(node.facts().list(list("deploys/").build()).getFactsCount()).isEqualTo(2);
    assertThat(node.facts().history(history("deploys/a").build()).getChangesCount()).isEqualTo(2);
    assertThat(node.facts().delete(delete("deploys/a").build()).getDeleted()).isEqualTo(1);
  }

  private ByteString body(String key) {
    return node.facts().get(get(key).build()).getFact().getBody();
  }

  @Test
  void aPolicyReadsBackAsAMessageWithNothingLeftToDefaults() throws Exception {
    KindPolicy whole =
        JSON.toBuilder()
            .setMaxBodyBytes(16 * 1024)
            .setMaxFacts(100_000)
            .setWritesPerSecond(7)
            .setWriteBurst(7)
            .setOnLeaseLoss(KindPolicy.LeaseLoss.DELETE)
            .build();
    set("empty", JSON.toBuilder().setWritesPerSecond(7));
    assertThat(KindPolicy.parseFrom(body("kind/empty"))).isEqualTo(whole);
    ByteString listed = node.facts().list(list("kind/empty").build()).getFacts(0).getBody();
    assertThat(KindPolicy.parseFrom(listed)).isEqualTo(whole);
    List<Change> changes = node.facts().history(history("kind/empty").build()).getChangesList();
    assertThat(KindPolicy.parseFrom(changes.get(0).getFact().getBody())).isEqualTo(whole);
    assertThat(KindPolicy.parseFrom(changes.get(1).getFact().getBody()).hasWritesPerSecond())
        .isFalse();
    assertThat(node.facts().list(list("kind/").setKeysOnly(true).build()).getFactsList())
        .hasSize(3)
        .allMatch(fact -> fact.getBody().isEmpty());
  }

  @Test
  void aTransactionComparesAndReturnsPoliciesAsMessages() throws Exception {
    Compare.Builder same =
        Compare.newBuilder().setKey(utf8("kind/empty")).setBody(JSON.toByteString());
    Operation.Builder read =
        Operation.newBuilder().setGet(Operation.Get.newBuilder().setKey(utf8("kind/empty")));
    TxnResponse ran =
        node.facts().txn(TxnRequest.newBuilder().addCompares(same).addThen(read).build());
    assertThat(ran.getSucceeded()).isTrue();
    assertThat(KindPolicy.parseFrom(ran.getResults(0).getGet().getFact().getBody()).getBodyType())
        .isEqualTo(KindPolicy.BodyType.JSON);
    same.setBody(BYTES.toByteString());
    assertThat(node.facts().txn(TxnRequest.newBuilder().addCompares(same).build()).getSucceeded())
        .isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"contradictions", "orphans", "bodies", "places"})
  void isRefusedWithItsFieldAndNothingChanges(
      String what, Message request, Reason reason, String field) {
    long revision = node.revision();
    long hash = node.store.meta().contentHash();
    Refused refused = Refused.by(() -> send(request));
    assertThat(refused.reason()).as(what).isEqualTo(reason);
    assertThat(refused.field()).as(what).isEqualTo(field);
    assertThat(refused.metadata("mayHaveHappened")).isEqualTo("false");
    assertThat(refused.status().getDescription()).isNotBlank();
    assertThat(node.revision()).isEqualTo(revision);
    assertThat(node.store.meta().contentHash()).isEqualTo(hash);
  }

  private Message send(Message request) {
    if (request instanceof PutRequest put) {
      return node.facts().put(put);
    }
    return request instanceof DeleteRequest delete
        ? node.facts().delete(delete)
        : node.facts().txn((TxnRequest) request);
  }

  static Stream<Arguments> contradictions() {
    return Stream.of(
        policy("no type", "new", KindPolicy.newBuilder(), "body_type"),
        policy("an unknown type", "new", KindPolicy.newBuilder().setBodyTypeValue(9), "body_type"),
        policy("a built-in type", "new", BUILT_IN.toBuilder(), "body_type"),
        policy("a built-in kind of JSON", "config", JSON.toBuilder(), "body_type"),
        policy(
            "a body beyond any limit",
            "new",
            JSON.toBuilder().setMaxBodyBytes(256 * 1024 + 1),
            "max_body_bytes"),
        policy("a body of 2^32-1", "new", JSON.toBuilder().setMaxBodyBytes(-1), "max_body_bytes"),
        policy("no facts at all", "new", JSON.toBuilder().setMaxFacts(0), "max_facts"),
        policy("2^64-1 facts", "new", JSON.toBuilder().setMaxFacts(-1), "max_facts"),
        policy("no writes", "new", JSON.toBuilder().setWritesPerSecond(0), "writes_per_second"),
        policy(
            "no burst",
            "new",
            JSON.toBuilder().setWritesPerSecond(1).setWriteBurst(0),
            "write_burst"),
        policy("a burst of nothing", "new", JSON.toBuilder().setWriteBurst(5), "write_burst"),
        policy("a schema of bytes", "new", BYTES.toBuilder().setJsonSchema("{}"), "json_schema"),
        policy(
            "a schema that is no JSON", "new", JSON.toBuilder().setJsonSchema("{"), "json_schema"),
        policy(
            "a schema that is none",
            "new",
            JSON.toBuilder().setJsonSchema("{\"type\":\"what\"}"),
            "json_schema"),
        policy(
            "a schema from elsewhere",
            "new",
            JSON.toBuilder().setJsonSchema("{\"$ref\":\"http://127.0.0.1/s\"}"),
            "json_schema"),
        policy(
            "a schema of more than 64 KiB",
            "new",
            JSON.toBuilder().setJsonSchema("{}" + " ".repeat(64 * 1024)),
            "json_schema"),
        wrong(
            "a policy that is no message",
            put("kind/new").setBody(utf8("what?")),
            INVALID_FIELD,
            "body"),
        wrong("the policy of leases", policy("lease", BUILT_IN.toBuilder()), INVALID_FIELD, "key"),
        wrong("the policy of kinds", policy("kind", BUILT_IN.toBuilder()), INVALID_FIELD, "key"),
        wrong("a bad name", policy("New", JSON.toBuilder()), INVALID_FIELD, "key"),
        wrong("a name in parts", policy("a/b", JSON.toBuilder()), INVALID_FIELD, "key"),
        wrong(
            "a schema inside a transaction",
            then(step("kind/new", JSON.toBuilder().setJsonSchema("[]").build().toByteString())),
            INVALID_FIELD,
            "then[0].put.body.json_schema"),
        wrong(
            "a compare with no policy",
            TxnRequest.newBuilder()
                .addCompares(Compare.newBuilder().setKey(utf8("kind/a")).setBody(utf8("?"))),
            INVALID_FIELD,
            "compares[0].body"));
  }

  static Stream<Arguments> orphans() {
    return Stream.of(
        policy(
            "fewer facts than there are", "deploys", JSON.toBuilder().setMaxFacts(1), "max_facts"),
        policy("another type", "deploys", BYTES.toBuilder(), "body_type"),
        wrong("a kind with facts", delete("kind/deploys"), INVALID_FIELD, "key"),
        wrong(
            "all kinds",
            DeleteRequest.newBuilder().setPrefix(utf8("kind/")),
            INVALID_FIELD,
            "prefix"),
        wrong(
            "a kind before its facts",
            then(Requests.deleteStep("kind/deploys"), Requests.deletePrefixStep("deploys/")),
            INVALID_FIELD,
            "then[0].delete.key"));
  }

  static Stream<Arguments> bodies() {
    return Stream.of(
        wrong("no JSON", fact("empty/a", "{"), INVALID_FIELD, "body"),
        wrong("two values", fact("empty/a", "1 2"), INVALID_FIELD, "body"),
        wrong("no body", fact("empty/a", ""), INVALID_FIELD, "body"),
        wrong("no UTF-8", put("empty/a").setBody(Requests.NOT_UTF8), INVALID_FIELD, "body"),
        wrong("no number", fact("deploys/a", "{\"a\":\"x\"}"), INVALID_FIELD, "body"),
        wrong("nothing required", fact("deploys/a", "{}"), INVALID_FIELD, "body"),
        wrong("too large", fact("deploys/a", "{\"a\":1}" + " ".repeat(64)), BODY_TOO_LARGE, "body"),
        wrong(
            "against the schema in a transaction",
            then(step("blobs/a", utf8("x")), step("deploys/a", utf8("[]"))),
            INVALID_FIELD,
            "then[1].put.body"),
        wrong(
            "one fact too many",
            then(step("deploys/c", utf8("{\"a\":3}")), step("deploys/d", utf8("{\"a\":3}"))),
            KIND_FULL,
            "then[1].put.key"));
  }

  static Stream<Arguments> places() {
    return Stream.of(
        wrong("a put of no kind", fact("nokind/a", "1"), UNKNOWN_KIND, "key"),
        wrong("a delete of no kind", delete("nokind/a"), UNKNOWN_KIND, "key"),
        wrong(
            "a prefix of no kind",
            DeleteRequest.newBuilder().setPrefix(utf8("nokind/")),
            UNKNOWN_KIND,
            "prefix"),
        wrong(
            "a fact beside its first policy",
            then(step("kind/new", JSON.toByteString()), step("new/a", utf8("1"))),
            UNKNOWN_KIND,
            "then[1].put.key"));
  }

  private static Arguments policy(
      String what, String kind, KindPolicy.Builder policy, String field) {
    return wrong(what, policy(kind, policy), INVALID_FIELD, "body." + field);
  }

  private static Operation step(String key, ByteString body) {
    return Operation.newBuilder()
        .setPut(Operation.Put.newBuilder().setKey(utf8(key)).setBody(body))
        .build();
  }

  private static Arguments wrong(
      String what, Message.Builder request, Reason reason, String field) {
    return arguments(what, request.build(), reason, field);
  }

  @Test
  void anUnknownKindIsToldHowItIsDeclared() {
    assertThat(Refused.by(() -> node.facts().put(fact("nokind/a", "1").build())).status())
        .extracting(status -> status.getDescription())
        .asString()
        .contains("`stele kind set nokind`");
    assertThat(Refused.by(() -> node.facts().get(get("nokind/a").build())).reason())
        .isEqualTo(UNKNOWN_KIND);
    assertThat(Refused.by(() -> node.facts().history(history("nokind/a").build())).field())
        .isEqualTo("key");
    assertThat(Refused.by(() -> node.facts().list(list("nokind/").build())).field())
        .isEqualTo("prefix");
  }

  @Test
  void whatAKindHeldCanBeReadAfterItIsGone() {
    node.facts().delete(DeleteRequest.newBuilder().setPrefix(utf8("deploys/")).build());
    long before = node.revision() - 1;
    node.facts().delete(delete("kind/deploys").build());
    assertThat(node.facts().get(get("deploys/a").setRead(Requests.at(before)).build()).hasFact())
        .isTrue();
    assertThat(node.facts().history(history("deploys/a").build()).getChangesCount()).isEqualTo(2);
    assertThat(Refused.by(() -> node.facts().put(fact("deploys/a", "{\"a\":1}").build())).reason())
        .isEqualTo(UNKNOWN_KIND);
  }

  @Test
  void aWriteBeyondTheBudgetIsToldWhenToComeBack() {
    set("empty", JSON.toBuilder().setWritesPerSecond(4).setWriteBurst(2));
    node.facts().put(fact("empty/a", "1").build());
    node.facts().put(fact("empty/b", "1").build());
    long before = node.revision();
    Refused refused = Refused.by(() -> node.facts().put(fact("empty/c", "1").build()));
    assertThat(refused.reason()).isEqualTo(Reason.OVER_BUDGET);
    assertThat(refused.field()).isEqualTo("key");
    assertThat(refused.metadata("mayHaveHappened")).isEqualTo("false");
    assertThat(refused.retry().orElseThrow().getRetryDelay())
        .isEqualTo(Duration.newBuilder().setNanos(250_000_000).build());
    assertThat(node.revision()).isEqualTo(before);
    node.nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(250));
    assertThat(node.facts().put(fact("empty/c", "1").build()).getRevision()).isEqualTo(before + 1);
  }

  @Test
  void aNodeThatPassesWritesOnLeavesKindsAndBudgetsToTheLeader() throws IOException {
    try (TestNode follower = TestNode.formed("n2", node.address())) {
      follower.standing = TestNode.following(Optional.of("n1"));
      assertThat(follower.store.meta().kindsRevision()).as("it lags behind").isZero();
      assertThat(follower.facts().put(fact("deploys/a", "{\"a\":5}").build()).getRevision())
          .isEqualTo(node.revision());
      assertThat(Refused.by(() -> follower.facts().put(fact("deploys/a", "{}").build())).reason())
          .isEqualTo(INVALID_FIELD);
      assertThat(Refused.by(() -> follower.facts().put(fact("nokind/a", "{}").build())).reason())
          .isEqualTo(UNKNOWN_KIND);
    }
  }

  @Test
  void aRefusalIsToldOnlyOnceTheStoreIsKnownToBeFresh() {
    node.gate =
        new TestNode.OpenGate() {
          @Override
          public CompletableFuture<ReadGate.Admission> linearizable(long deadlineNanos) {
            // What the leader did not know of yet when it first looked.
            node.decide(
                new Put(
                    Kinds.key("late"),
                    KindPolicyCodec.encode(LATE),
                    Expect.ANYTHING,
                    Optional.empty(),
                    List.of()));
            return super.linearizable(deadlineNanos);
          }
        };
    assertThat(node.facts().put(fact("late/a", "1").build()).getVersion()).isEqualTo(1);
  }

  @Test
  void aRefusalThatCantBeConfirmedIsNotTold() {
    node.gate =
        new TestNode.OpenGate() {
          @Override
          public CompletableFuture<ReadGate.Admission> linearizable(long deadlineNanos) {
            return CompletableFuture.completedFuture(
                new ReadGate.Denied(Reason.NO_QUORUM, "no majority"));
          }
        };
    assertThat(Refused.by(() -> node.facts().put(fact("nokind/a", "1").build())).reason())
        .isEqualTo(Reason.NO_QUORUM);
  }

  @Test
  void aRetryOfWhatWasDecidedIsAnsweredWhateverThePolicySaysNow() {
    PutRequest tagged =
        fact("deploys/a", "{\"a\":9}")
            .setHeader(
                RequestHeader.newBuilder()
                    .setSession(
                        SessionTag.newBuilder()
                            .setId(Requests.zeros(16))
                            .setSequence(1)
                            .setAcknowledgedBelow(1)
                            .setStoreTimeMillis(node.store.meta().storeTimeMillis())))
            .build();
    long revision = node.facts().put(tagged).getRevision();
    set("deploys", JSON.toBuilder().setJsonSchema("false"));
    assertThat(node.facts().put(tagged).getRevision()).isEqualTo(revision);
    assertThat(node.facts().put(tagged).getDuplicate()).isTrue();
    assertThat(Refused.by(() -> node.facts().put(fact("deploys/a", "{\"a\":9}").build())).field())
        .isEqualTo("body");
  }
}

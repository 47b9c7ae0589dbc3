// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static dev.stele.server.core.model.Reason.ALREADY_EXISTS;
import static dev.stele.server.core.model.Reason.BODY_TOO_LARGE;
import static dev.stele.server.core.model.Reason.COMPARE_FAILED;
import static dev.stele.server.core.model.Reason.FENCED;
import static dev.stele.server.core.model.Reason.INVALID_FIELD;
import static dev.stele.server.core.model.Reason.UNKNOWN_KIND;
import static dev.stele.server.core.model.Reason.WRONG_EPOCH;
import static dev.stele.server.wire.Requests.NOT_UTF8;
import static dev.stele.server.wire.Requests.at;
import static dev.stele.server.wire.Requests.atLeast;
import static dev.stele.server.wire.Requests.compare;
import static dev.stele.server.wire.Requests.config;
import static dev.stele.server.wire.Requests.delete;
import static dev.stele.server.wire.Requests.deletePrefixStep;
import static dev.stele.server.wire.Requests.deleteStep;
import static dev.stele.server.wire.Requests.get;
import static dev.stele.server.wire.Requests.history;
import static dev.stele.server.wire.Requests.lease;
import static dev.stele.server.wire.Requests.list;
import static dev.stele.server.wire.Requests.put;
import static dev.stele.server.wire.Requests.putStep;
import static dev.stele.server.wire.Requests.range;
import static dev.stele.server.wire.Requests.then;
import static dev.stele.server.wire.Requests.utf8;
import static dev.stele.server.wire.Requests.zeros;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import dev.stele.proto.v1.Compare;
import dev.stele.proto.v1.ConfigDocument;
import dev.stele.proto.v1.DeleteRequest;
import dev.stele.proto.v1.DesiredState;
import dev.stele.proto.v1.FactsGrpc;
import dev.stele.proto.v1.GetRequest;
import dev.stele.proto.v1.HistoryRequest;
import dev.stele.proto.v1.ListRequest;
import dev.stele.proto.v1.Member;
import dev.stele.proto.v1.Operation;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.Rollout;
import dev.stele.proto.v1.TxnRequest;
import dev.stele.server.core.model.Reason;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every wrong request gets a reason and the name of the field, and changes nothing (G9). */
final class BadInputTest {
  private static final String LONG_NAME = "desired/" + "n".repeat(481);
  private static TestNode node;

  @BeforeAll
  static void start() throws IOException {
    node = TestNode.formed("n1");
    node.facts().put(put("desired/there").build());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"puts", "bodies", "deletes", "compares", "branches", "reads", "headers"})
  void isRefusedWithItsField(String what, Message request, Reason reason, String field) {
    long before = node.revision();
    Refused refused = Refused.by(() -> send(request));
    assertThat(refused.reason()).as(what).isEqualTo(reason);
    assertThat(refused.field()).as(what).isEqualTo(field);
    assertThat(refused.metadata("mayHaveHappened")).isEqualTo("false");
    assertThat(refused.status().getDescription()).isNotBlank();
    assertThat(node.revision()).as("revision").isEqualTo(before);
  }

  private static Message send(Message request) {
    FactsGrpc.FactsBlockingStub facts = node.facts();
    if (request instanceof PutRequest put) {
      return facts.put(put);
    } else if (request instanceof DeleteRequest delete) {
      return facts.delete(delete);
    } else if (request instanceof TxnRequest txn) {
      return facts.txn(txn);
    } else if (request instanceof GetRequest get) {
      return facts.get(get);
    } else if (request instanceof ListRequest list) {
      return facts.list(list);
    }
    return facts.history((HistoryRequest) request);
  }

  private static Arguments wrong(
      String what, Message.Builder request, Reason reason, String field) {
    return arguments(what, request.build(), reason, field);
  }

  private static Arguments badKey(String what, String key) {
    return wrong(what, put(key), INVALID_FIELD, "key");
  }

  static Stream<Arguments> puts() {
    PutRequest.Builder manyGuards = put("desired/x");
    for (int i = 0; i < 17; i++) {
      manyGuards.addGuards(lease("l" + i, 1));
    }
    return Stream.of(
        badKey("no key", ""),
        badKey("a key outside any kind", "orphan"),
        badKey("a kind without a name", "desired/"),
        badKey("an empty segment", "desired/a//b"),
        badKey("an empty last segment", "desired/a/"),
        badKey("a control character", "desired/a\nb"),
        badKey("a kind in capitals", "Desired/a"),
        badKey("a kind of 33 characters", "k".repeat(33) + "/a"),
        badKey("a name of 481 bytes", LONG_NAME),
        badKey("a key of a megabyte", "desired/" + "n".repeat(1 << 20)),
        wrong(
            "a key that is not UTF-8",
            put("").setKey(utf8("desired/").concat(NOT_UTF8)),
            INVALID_FIELD,
            "key"),
        wrong("an unknown kind", put("nokind/a"), UNKNOWN_KIND, "key"),
        wrong("a put of a lease", put("lease/a"), UNKNOWN_KIND, "key"),
        wrong("if_revision 0", put("desired/x").setIfRevision(0), INVALID_FIELD, "if_revision"),
        wrong(
            "a negative revision",
            put("desired/x").setIfRevision(-1),
            INVALID_FIELD,
            "if_revision"),
        wrong(
            "a future revision",
            put("desired/there").setIfRevision(Long.MAX_VALUE),
            COMPARE_FAILED,
            "if_revision"),
        wrong("if_absent false", put("desired/x").setIfAbsent(false), INVALID_FIELD, "if_absent"),
        wrong(
            "if_absent where it is",
            put("desired/there").setIfAbsent(true),
            ALREADY_EXISTS,
            "if_absent"),
        wrong(
            "a lease without a name",
            put("desired/x").setLease(lease("", 1)),
            INVALID_FIELD,
            "lease.name"),
        wrong(
            "a lease with a bad name",
            put("desired/x").setLease(lease("a//b", 1)),
            INVALID_FIELD,
            "lease.name"),
        wrong(
            "a lease without a token",
            put("desired/x").setLease(lease("a", 0)),
            INVALID_FIELD,
            "lease.token"),
        wrong(
            "a lease that nobody holds", put("desired/x").setLease(lease("a", 1)), FENCED, "lease"),
        wrong(
            "a guard with a negative token",
            put("desired/x").addGuards(lease("a", 1)).addGuards(lease("b", -5)),
            INVALID_FIELD,
            "guards[1].token"),
        wrong(
            "a guard that nobody holds",
            put("desired/x").addGuards(lease("a", 1)),
            FENCED,
            "guards[0]"),
        wrong("17 guards", manyGuards, INVALID_FIELD, "guards"));
  }

  static Stream<Arguments> bodies() {
    ByteString unknownField =
        DesiredState.newBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                    .build())
            .build()
            .toByteString();
    // Field 3, spec_digest, with bytes that are no text.
    ByteString badText = ByteString.copyFrom(new byte[] {0x1a, 2}).concat(NOT_UTF8);
    return Stream.of(
        wrong(
            "a body that is no message",
            put("desired/x").setBody(utf8("\u0007 not protobuf")),
            INVALID_FIELD,
            "body"),
        wrong(
            "a body of another kind",
            put("desired/x").setBody(Rollout.newBuilder().setTarget("a").build().toByteString()),
            INVALID_FIELD,
            "body"),
        wrong(
            "a body with an unknown field",
            put("desired/x").setBody(unknownField),
            INVALID_FIELD,
            "body"),
        wrong(
            "a body with wrong UTF-8",
            put("desired/x").setBody(badText),
            INVALID_FIELD,
            "body.spec_digest"),
        wrong(
            "an unknown constant",
            put("rollout/x").setBody(Rollout.newBuilder().setPhaseValue(99).build().toByteString()),
            INVALID_FIELD,
            "body.phase"),
        wrong(
            "101 percent",
            put("rollout/x").setBody(Rollout.newBuilder().setPercent(101).build().toByteString()),
            INVALID_FIELD,
            "body.percent"),
        wrong(
            "a negative number",
            put("member/x").setBody(Member.newBuilder().setIncarnation(-1).build().toByteString()),
            INVALID_FIELD,
            "body.incarnation"),
        wrong(
            "a negative number in a map",
            put("member/x")
                .setBody(Member.newBuilder().putCapacity("a", -1).build().toByteString()),
            INVALID_FIELD,
            "body.capacity[0].value"),
        wrong(
            "a checksum of 31 bytes",
            put("config/x")
                .setBody(ConfigDocument.newBuilder().setSha256(zeros(31)).build().toByteString()),
            INVALID_FIELD,
            "body.sha256"),
        wrong(
            "a wrong checksum",
            put("config/x")
                .setBody(ConfigDocument.newBuilder().setSha256(zeros(32)).build().toByteString()),
            INVALID_FIELD,
            "body.sha256"),
        wrong(
            "a body beyond its kind's limit",
            put("config/x").setBody(config(16 * 1024 + 1)),
            BODY_TOO_LARGE,
            "body"),
        wrong(
            "a body inside a transaction",
            then(
                putStep("desired/a"),
                Operation.newBuilder()
                    .setPut(
                        Operation.Put.newBuilder()
                            .setKey(utf8("rollout/x"))
                            .setBody(Rollout.newBuilder().setPercent(101).build().toByteString()))
                    .build()),
            INVALID_FIELD,
            "then[1].put.body.percent"));
  }

  static Stream<Arguments> deletes() {
    DeleteRequest.Builder none = DeleteRequest.newBuilder();
    return Stream.of(
        wrong("no target", none.clone(), INVALID_FIELD, "target"),
        wrong("a bad key", delete("desired"), INVALID_FIELD, "key"),
        wrong("an unknown kind", delete("nokind/a"), UNKNOWN_KIND, "key"),
        wrong("a lease", delete("lease/a"), UNKNOWN_KIND, "key"),
        wrong("an empty prefix", none.clone().setPrefix(utf8("")), INVALID_FIELD, "prefix"),
        wrong("half a kind", none.clone().setPrefix(utf8("desi")), INVALID_FIELD, "prefix"),
        wrong(
            "a prefix of an unknown kind",
            none.clone().setPrefix(utf8("nokind/")),
            UNKNOWN_KIND,
            "prefix"),
        wrong("a prefix of leases", none.clone().setPrefix(utf8("lease/")), UNKNOWN_KIND, "prefix"),
        wrong(
            "a prefix that is not UTF-8",
            none.clone().setPrefix(utf8("desired/").concat(NOT_UTF8)),
            INVALID_FIELD,
            "prefix"),
        wrong(
            "a prefix longer than a key",
            none.clone().setPrefix(utf8(LONG_NAME)),
            INVALID_FIELD,
            "prefix"),
        wrong(
            "a range over two kinds",
            none.clone().setRange(range("claim/a", "config/a")),
            INVALID_FIELD,
            "range.to"),
        wrong(
            "a range outside of kinds",
            none.clone().setRange(range("a", "b")),
            INVALID_FIELD,
            "range.from"),
        wrong(
            "a range from nothing",
            none.clone().setRange(range("", "desired/b")),
            INVALID_FIELD,
            "range.from"),
        wrong(
            "a range backwards",
            none.clone().setRange(range("desired/b", "desired/a")),
            INVALID_FIELD,
            "range.to"),
        wrong(
            "a range of an unknown kind",
            none.clone().setRange(range("nokind/a", "nokind/b")),
            UNKNOWN_KIND,
            "range"),
        wrong(
            "if_revision with a prefix",
            none.clone().setPrefix(utf8("desired/")).setIfRevision(1),
            INVALID_FIELD,
            "if_revision"),
        wrong("if_revision 0", delete("desired/x").setIfRevision(0), INVALID_FIELD, "if_revision"),
        wrong(
            "another revision",
            delete("desired/there").setIfRevision(999),
            COMPARE_FAILED,
            "if_revision"));
  }

  static Stream<Arguments> compares() {
    TxnRequest.Builder many = TxnRequest.newBuilder();
    for (int i = 0; i < 129; i++) {
      many.addCompares(compare("desired/x"));
    }
    return Stream.of(
        wrong("129 compares", many, INVALID_FIELD, "compares"),
        compared("a bad key", compare("x"), INVALID_FIELD, "key"),
        compared("an unknown kind", compare("nokind/x"), UNKNOWN_KIND, "key"),
        compared(
            "an unknown relation",
            compare("desired/x").setRelationValue(9),
            INVALID_FIELD,
            "relation"),
        compared(
            "existence that is greater",
            compare("desired/x").setRelation(Compare.Relation.GREATER),
            INVALID_FIELD,
            "relation"),
        compared("no target", compare("desired/x").clearTarget(), INVALID_FIELD, "target"),
        compared(
            "a negative create revision",
            compare("desired/x").setCreateRevision(-1),
            INVALID_FIELD,
            "create_revision"),
        compared(
            "a negative mod revision",
            compare("desired/x").setModRevision(Long.MIN_VALUE),
            INVALID_FIELD,
            "mod_revision"),
        compared(
            "a negative version", compare("desired/x").setVersion(-1), INVALID_FIELD, "version"),
        compared(
            "a negative token",
            compare("desired/x").setLeaseToken(-1),
            INVALID_FIELD,
            "lease_token"),
        compared(
            "a body beyond any limit",
            compare("desired/x").setBody(zeros(256 * 1024 + 1)),
            BODY_TOO_LARGE,
            "body"));
  }

  private static Arguments compared(
      String what, Compare.Builder compare, Reason reason, String field) {
    TxnRequest.Builder txn = then(putStep("desired/x"));
    txn.addCompares(compare("desired/fine")).addCompares(compare);
    return wrong(what, txn, reason, "compares[1]." + field);
  }

  static Stream<Arguments> branches() {
    TxnRequest.Builder manySteps = TxnRequest.newBuilder();
    TxnRequest.Builder large = TxnRequest.newBuilder();
    for (int i = 0; i < 129; i++) {
      manySteps.addElse(putStep("desired/" + i));
    }
    for (int i = 0; i < 33; i++) {
      large.addThen(
          Operation.newBuilder()
              .setPut(
                  Operation.Put.newBuilder()
                      .setKey(utf8("config/" + i))
                      .setBody(config(16 * 1024))));
    }
    Operation.Builder list = Operation.newBuilder();
    return Stream.of(
        wrong("129 steps", manySteps, INVALID_FIELD, "else"),
        wrong("more than 512 KiB", large, BODY_TOO_LARGE, "then[31]"),
        wrong(
            "an empty step",
            then(Operation.getDefaultInstance()),
            INVALID_FIELD,
            "then[0].operation"),
        wrong(
            "two puts of a key",
            then(putStep("desired/a"), putStep("desired/b"), putStep("desired/a")),
            INVALID_FIELD,
            "then[2].put.key"),
        wrong(
            "a put inside a deleted prefix",
            then(deletePrefixStep("desired/a"), putStep("desired/ab")),
            INVALID_FIELD,
            "then[1].put.key"),
        wrong(
            "a deleted prefix around a put",
            then(putStep("desired/ab"), deletePrefixStep("desired/a")),
            INVALID_FIELD,
            "then[1].delete.prefix"),
        wrong(
            "two deletes that overlap",
            then(deletePrefixStep("desired/"), deleteStep("desired/zz")),
            INVALID_FIELD,
            "then[1].delete.key"),
        wrong(
            "a key twice in the branch that will not run",
            TxnRequest.newBuilder().addElse(putStep("desired/a")).addElse(deleteStep("desired/a")),
            INVALID_FIELD,
            "else[1].delete.key"),
        wrong(
            "a delete without a target",
            then(list.clone().setDelete(Operation.Delete.getDefaultInstance()).build()),
            INVALID_FIELD,
            "then[0].delete.target"),
        wrong(
            "a get of a bad key",
            then(list.clone().setGet(Operation.Get.getDefaultInstance()).build()),
            INVALID_FIELD,
            "then[0].get.key"),
        wrong(
            "a list without a target",
            then(list.clone().setList(Operation.List.getDefaultInstance()).build()),
            INVALID_FIELD,
            "then[0].list.target"),
        wrong(
            "a list of too many",
            then(
                list.clone()
                    .setList(
                        Operation.List.newBuilder().setPrefix(utf8("desired/")).setLimit(1_001))
                    .build()),
            INVALID_FIELD,
            "then[0].list.limit"),
        wrong(
            "a guard without a name",
            then(putStep("desired/a")).addGuards(lease("", 3)),
            INVALID_FIELD,
            "guards[0].name"));
  }

  static Stream<Arguments> reads() {
    return Stream.of(
        wrong("a bad key", get("desired"), INVALID_FIELD, "key"),
        wrong("an unknown kind", get("nokind/x"), UNKNOWN_KIND, "key"),
        wrong(
            "a revision yet to come",
            get("desired/x").setRead(at(1_000)),
            INVALID_FIELD,
            "read.at"),
        wrong("a negative revision", get("desired/x").setRead(at(-1)), INVALID_FIELD, "read.at"),
        wrong(
            "at least a negative revision",
            get("desired/x").setRead(atLeast(-1)),
            INVALID_FIELD,
            "read.at_least"),
        wrong("a bad prefix", list("Desired/"), INVALID_FIELD, "prefix"),
        wrong("a prefix of an unknown kind", list("nokind/"), UNKNOWN_KIND, "prefix"),
        wrong(
            "a range backwards",
            ListRequest.newBuilder().setRange(range("b", "a")),
            INVALID_FIELD,
            "range.to"),
        wrong(
            "an empty range",
            ListRequest.newBuilder().setRange(range("a", "")),
            INVALID_FIELD,
            "range.to"),
        wrong(
            "a bound longer than any key",
            ListRequest.newBuilder().setRange(range("a".repeat(515), "b")),
            INVALID_FIELD,
            "range.from"),
        wrong("a limit of 1001", list("desired/").setLimit(1_001), INVALID_FIELD, "limit"),
        wrong("a limit of 2^32-1", list("desired/").setLimit(-1), INVALID_FIELD, "limit"),
        wrong(
            "a token that is garbage",
            list("desired/").setPageToken(utf8("garbage that is long enough to be one")),
            INVALID_FIELD,
            "page_token"),
        wrong(
            "a token that is too long",
            list("desired/").setPageToken(zeros(10_000)),
            INVALID_FIELD,
            "page_token"),
        wrong("a history of a bad key", history("x"), INVALID_FIELD, "key"),
        wrong(
            "a history with a limit of 1001",
            history("desired/x").setLimit(1_001),
            INVALID_FIELD,
            "limit"),
        wrong(
            "a history with a bad token",
            history("desired/x").setPageToken(utf8("short")),
            INVALID_FIELD,
            "page_token"));
  }

  static Stream<Arguments> headers() {
    RequestHeader otherCluster = RequestHeader.newBuilder().setClusterId("other").build();
    RequestHeader otherEpoch =
        RequestHeader.newBuilder().setClusterId("cluster-1").setEpoch(2).build();
    return Stream.of(
        wrong(
            "another cluster, before all else",
            put("").setHeader(otherCluster),
            WRONG_EPOCH,
            "header.cluster_id"),
        wrong("another epoch", list("Bad").setHeader(otherEpoch), WRONG_EPOCH, "header.epoch"),
        wrong(
            "another epoch of a delete",
            delete("").setHeader(otherEpoch),
            WRONG_EPOCH,
            "header.epoch"),
        wrong(
            "an epoch alone",
            get("").setHeader(RequestHeader.newBuilder().setEpoch(4)),
            WRONG_EPOCH,
            "header.epoch"),
        wrong(
            "another cluster's transaction",
            then().setHeader(otherCluster),
            WRONG_EPOCH,
            "header.cluster_id"),
        wrong(
            "another cluster's history",
            history("").setHeader(otherCluster),
            WRONG_EPOCH,
            "header.cluster_id"));
  }

  @Test
  void whatIsExactlyAtItsLimitIsTaken() {
    PutRequest.Builder guarded = put("desired/guarded");
    TxnRequest.Builder txn = TxnRequest.newBuilder();
    for (int i = 0; i < 128; i++) {
      txn.addCompares(compare("desired/x").setRelation(Compare.Relation.NOT_EQUAL));
      txn.addThen(putStep("desired/t" + i));
      txn.addElse(putStep("desired/e" + i));
    }
    for (int i = 0; i < 16; i++) {
      guarded.addGuards(lease("a", 1));
    }
    FactsGrpc.FactsBlockingStub facts = node.facts();
    assertThat(facts.txn(txn.build()).getResultsCount()).isEqualTo(128);
    assertThat(facts.put(put("desired/" + "n".repeat(480)).build()).getRevision()).isPositive();
    assertThat(facts.put(put("config/x").setBody(config(16 * 1024)).build()).getRevision())
        .isPositive();
    assertThat(facts.list(list("desired/").setLimit(1_000).build()).getFactsCount()).isPositive();
    assertThat(facts.list(list("desired/" + "n".repeat(480)).build()).getFactsCount()).isEqualTo(1);
    assertThat(Refused.by(() -> facts.put(guarded.build())).reason())
        .as("16 guards are judged by the core")
        .isEqualTo(FENCED);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.stele.client.Compare;
import dev.stele.client.Expect;
import dev.stele.client.Fact;
import dev.stele.client.FactKey;
import dev.stele.client.Got;
import dev.stele.client.HistoryOptions;
import dev.stele.client.HistoryPage;
import dev.stele.client.Keys;
import dev.stele.client.LeaseRef;
import dev.stele.client.ListOptions;
import dev.stele.client.Operation;
import dev.stele.client.OperationResult;
import dev.stele.client.PageToken;
import dev.stele.client.PutOptions;
import dev.stele.client.ReadMode;
import dev.stele.client.Selector;
import dev.stele.client.StoreClient;
import dev.stele.client.TxnResult;
import dev.stele.client.Walked;
import dev.stele.client.Written;
import dev.stele.client.error.CorruptException;
import dev.stele.client.kind.DesiredState;
import dev.stele.client.kind.Kinds;
import dev.stele.proto.v1.Change;
import dev.stele.proto.v1.DeleteRequest;
import dev.stele.proto.v1.GetRequest;
import dev.stele.proto.v1.GetResponse;
import dev.stele.proto.v1.HistoryRequest;
import dev.stele.proto.v1.HistoryResponse;
import dev.stele.proto.v1.KeyRange;
import dev.stele.proto.v1.ListRequest;
import dev.stele.proto.v1.ListResponse;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.PutResponse;
import dev.stele.proto.v1.TxnRequest;
import dev.stele.proto.v1.TxnResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests and answers say on the wire what they say in Java. */
final class FactsTest {
  private static final FactKey<DesiredState> WEB = Keys.desired("prod/web");
  private static final DesiredState THREE = DesiredState.replicas(3);
  private static final LeaseRef LEASE = new LeaseRef("controllers/scheduler", 8);
  private static final dev.stele.proto.v1.LeaseRef LEASE_MESSAGE =
      dev.stele.proto.v1.LeaseRef.newBuilder().setName("controllers/scheduler").setToken(8).build();

  private final FakeCluster cluster = new FakeCluster();
  private final StoreClient client = cluster.client("a:1");

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void aPutSaysAllThatItAsksFor() {
    PutOptions options =
        PutOptions.none().expect(Expect.revision(7)).boundTo(LEASE).guardedBy(List.of(LEASE));
    client.facts().put(WEB, THREE, options).join();

    PutRequest request = cluster.a.received(0, PutRequest.class);
    assertThat(request.getKey().toStringUtf8()).isEqualTo("desired/prod/web");
    assertThat(request.getBody().toByteArray()).isEqualTo(Kinds.DESIRED.codec().encode(THREE));
    assertThat(request.getIfRevision()).isEqualTo(7);
    assertThat(request.getLease()).isEqualTo(LEASE_MESSAGE);
    assertThat(request.getGuardsList()).containsExactly(LEASE_MESSAGE);
  }

  @Test
  void aPutOfWhatIsAbsentSaysSoAndAPlainOneSaysNothing() {
    client.facts().put(WEB, THREE, Expect.absent()).join();
    client.facts().put(WEB, THREE).join();

    assertThat(cluster.a.received(0, PutRequest.class).getIfAbsent()).isTrue();
    assertThat(cluster.a.received(1, PutRequest.class).getExpectCase())
        .isEqualTo(PutRequest.ExpectCase.EXPECT_NOT_SET);
    assertThat(cluster.a.received(1, PutRequest.class).hasLease()).isFalse();
  }

  @Test
  void aPutAnswersTheFactAsItStandsThen() {
    cluster.a.answers(
        PutResponse.newBuilder()
            .setHeader(cluster.a.header)
            .setRevision(10)
            .setCreateRevision(4)
            .setVersion(3)
            .setDuplicate(true)
            .build());
    Fact<DesiredState> fact =
        client.facts().put(WEB, THREE, PutOptions.none().boundTo(LEASE)).join();
    assertThat(fact).isEqualTo(new Fact<>(WEB, THREE, 4, 10, 3, Optional.of(LEASE)));
  }

  @Test
  void aRawPutAnswersEverything() {
    cluster.a.header =
        cluster.a.header.toBuilder()
            .setStoreTimeMillis(99)
            .setLeaderContactAgeMillis(1_500)
            .build();
    Written written =
        client
            .facts()
            .raw()
            .put(Keys.raw("desired/prod/web"), new byte[] {8, 3}, PutOptions.none())
            .join();

    assertThat(written.revision()).isEqualTo(10);
    assertThat(written.duplicate()).isFalse();
    assertThat(written.info().member()).isEqualTo("a:1");
    assertThat(written.info().clusterId()).isEqualTo(FakeCluster.CLUSTER);
    assertThat(written.info().storeTimeMillis()).isEqualTo(99);
    assertThat(written.info().leaderContactAge()).isEqualTo(Duration.ofMillis(1_500));
  }

  @Test
  void eachReadModeIsSaid() {
    client.facts().get(WEB).join();
    client.facts().get(WEB, ReadMode.local()).join();
    client.facts().get(WEB, ReadMode.atLeast(5)).join();
    client.facts().get(WEB, ReadMode.at(6)).join();

    assertThat(cluster.a.received(0, GetRequest.class).getRead().hasLinearizable()).isTrue();
    assertThat(cluster.a.received(1, GetRequest.class).getRead().hasLocal()).isTrue();
    assertThat(cluster.a.received(2, GetRequest.class).getRead().getAtLeast()).isEqualTo(5);
    assertThat(cluster.a.received(3, GetRequest.class).getRead().getAt()).isEqualTo(6);
  }

  @Test
  void aGetOfNothingIsEmpty() {
    cluster.a.answers(GetResponse.newBuilder().setHeader(cluster.a.header).build());
    Got<DesiredState> got = client.facts().get(WEB).join();
    assertThat(got.fact()).isEmpty();
    assertThat(got.info().revision()).isEqualTo(10);
  }

  @Test
  void aBodyThatIsNoneOfItsKindIsReportedWithItsKey() {
    cluster.a.answers(
        GetResponse.newBuilder()
            .setHeader(cluster.a.header)
            .setFact(fact("desired/prod/web", 5, new byte[] {(byte) 0xFF}))
            .build());
    CorruptException failure = Failures.of(client.facts().get(WEB), CorruptException.class);
    assertThat(failure).hasMessageContaining("desired/prod/web");
  }

  @Test
  void deletesSayWhatTheyReach() {
    client.facts().guardedBy(LEASE).delete(WEB, Expect.revision(7)).join();
    client.facts().deleteAll(Selector.prefix("desired/prod/")).join();
    client.facts().deleteAll(Selector.range("desired/a", "desired/b")).join();
    client.facts().delete(WEB).join();

    DeleteRequest first = cluster.a.received(0, DeleteRequest.class);
    assertThat(first.getKey().toStringUtf8()).isEqualTo("desired/prod/web");
    assertThat(first.getIfRevision()).isEqualTo(7);
    assertThat(first.getGuardsList()).containsExactly(LEASE_MESSAGE);
    assertThat(cluster.a.received(1, DeleteRequest.class).getPrefix().toStringUtf8())
        .isEqualTo("desired/prod/");
    assertThat(cluster.a.received(2, DeleteRequest.class).getRange())
        .isEqualTo(
            KeyRange.newBuilder()
                .setFrom(ByteString.copyFromUtf8("desired/a"))
                .setTo(ByteString.copyFromUtf8("desired/b"))
                .build());
    assertThat(cluster.a.received(3, DeleteRequest.class).hasIfRevision()).isFalse();
  }

  @Test
  void aDeleteOfEverythingIsSentAsAnEmptyPrefixForTheServerToRefuse() {
    client.facts().deleteAll(Selector.all()).join();
    DeleteRequest request = cluster.a.received(0, DeleteRequest.class);
    assertThat(request.getTargetCase()).isEqualTo(DeleteRequest.TargetCase.PREFIX);
    assertThat(request.getPrefix()).isEmpty();
  }

  @Test
  void guardsAddUpAndReachRawWritesAndTransactions() {
    LeaseRef other = new LeaseRef("other", 9);
    var guarded = client.facts().guardedBy(LEASE).guardedBy(other);
    guarded.put(WEB, THREE).join();
    guarded.raw().put(WEB, new byte[0], PutOptions.none()).join();
    guarded.txn().commit().join();

    assertThat(guarded.guards()).containsExactly(LEASE, other);
    assertThat(cluster.a.received(0, PutRequest.class).getGuardsCount()).isEqualTo(2);
    assertThat(cluster.a.received(1, PutRequest.class).getGuardsCount()).isEqualTo(2);
    assertThat(cluster.a.received(2, TxnRequest.class).getGuardsCount()).isEqualTo(2);
    assertThat(client.facts().guards()).isEmpty();
  }

  @Test
  void aTransactionSaysItsComparesAndBranchesInOrder() {
    client
        .facts()
        .txn()
        .when(
            Compare.exists(WEB),
            Compare.absent(Keys.desired("x")),
            Compare.modRevision(WEB, Compare.Relation.LESS, 5),
            Compare.createRevision(WEB, Compare.Relation.GREATER, 1),
            Compare.version(WEB, Compare.Relation.NOT_EQUAL, 2),
            Compare.leaseToken(WEB, Compare.Relation.EQUAL, 8),
            Compare.body(WEB, Compare.Relation.EQUAL, THREE))
        .then(Operation.put(WEB, THREE, LEASE), Operation.delete(Keys.desired("x")))
        .then(Operation.deleteAll(Selector.prefix("desired/old/")))
        .orElse(
            Operation.get(WEB),
            Operation.list(Selector.prefix("desired/"), 5, true),
            Operation.deleteAll(Selector.range("desired/a", "desired/b")),
            Operation.list(Selector.range("desired/a", "desired/b"), 0, false))
        .commit()
        .join();

    TxnRequest request = cluster.a.received(0, TxnRequest.class);
    assertThat(request.getCompares(0).getExists()).isTrue();
    assertThat(request.getCompares(1).hasExists()).isTrue();
    assertThat(request.getCompares(1).getExists()).isFalse();
    assertThat(request.getCompares(2).getModRevision()).isEqualTo(5);
    assertThat(request.getCompares(2).getRelation())
        .isEqualTo(dev.stele.proto.v1.Compare.Relation.LESS);
    assertThat(request.getCompares(3).getCreateRevision()).isEqualTo(1);
    assertThat(request.getCompares(4).getVersion()).isEqualTo(2);
    assertThat(request.getCompares(5).getLeaseToken()).isEqualTo(8);
    assertThat(request.getCompares(6).getBody().toByteArray())
        .isEqualTo(Kinds.DESIRED.codec().encode(THREE));
    assertThat(request.getThen(0).getPut().getLease()).isEqualTo(LEASE_MESSAGE);
    assertThat(request.getThen(1).getDelete().getKey().toStringUtf8()).isEqualTo("desired/x");
    assertThat(request.getThen(2).getDelete().getPrefix().toStringUtf8()).isEqualTo("desired/old/");
    assertThat(request.getElse(0).getGet().getKey().toStringUtf8()).isEqualTo("desired/prod/web");
    assertThat(request.getElse(1).getList().getLimit()).isEqualTo(5);
    assertThat(request.getElse(1).getList().getKeysOnly()).isTrue();
    assertThat(request.getElse(2).getDelete().hasRange()).isTrue();
    assertThat(request.getElse(3).getList().hasRange()).isTrue();
  }

  @Test
  void aTransactionAnswersEachStep() {
    cluster.a.answers(
        TxnResponse.newBuilder()
            .setHeader(cluster.a.header)
            .setRevision(10)
            .setSucceeded(true)
            .addResults(result().setPut(dev.stele.proto.v1.OperationResult.Put.newBuilder()))
            .addResults(
                result()
                    .setDelete(
                        dev.stele.proto.v1.OperationResult.Delete.newBuilder().setDeleted(2)))
            .addResults(
                result()
                    .setGet(
                        dev.stele.proto.v1.OperationResult.Get.newBuilder()
                            .setFact(
                                fact("desired/prod/web", 9, Kinds.DESIRED.codec().encode(THREE)))))
            .addResults(
                result()
                    .setList(
                        dev.stele.proto.v1.OperationResult.List.newBuilder()
                            .addFacts(fact("desired/x", 3, new byte[0]))
                            .setMore(true)))
            .build());
    TxnResult result = client.facts().txn().commit().join();

    assertThat(result.succeeded()).isTrue();
    assertThat(result.results().get(0)).isEqualTo(new OperationResult.Put());
    assertThat(result.results().get(1)).isEqualTo(new OperationResult.Delete(2));
    assertThat(result.got(2, WEB).orElseThrow().body()).isEqualTo(THREE);
    OperationResult.Listed listed = (OperationResult.Listed) result.results().get(3);
    assertThat(listed.more()).isTrue();
    assertThat(listed.facts().get(0).key().text()).isEqualTo("desired/x");
    assertThatThrownBy(() -> result.got(0, WEB)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> result.got(2, Keys.desired("x")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aWalkReadsAllPagesAtTheRevisionOfTheFirst() {
    cluster.a.answers(
        page(10, "next-1", fact("desired/a", 1, Kinds.DESIRED.codec().encode(THREE))),
        page(10, "next-2", fact("desired/b", 2, Kinds.DESIRED.codec().encode(THREE))),
        page(10, "", fact("desired/c", 3, Kinds.DESIRED.codec().encode(THREE))));
    List<String> seen = new ArrayList<>();
    Walked walked =
        client
            .facts()
            .forEach(
                Kinds.DESIRED,
                "",
                ListOptions.defaults().limit(1),
                fact -> seen.add(fact.key().name()))
            .join();

    assertThat(walked).isEqualTo(new Walked(10, 3));
    assertThat(seen).containsExactly("a", "b", "c");
    ListRequest first = cluster.a.received(0, ListRequest.class);
    assertThat(first.getPrefix().toStringUtf8()).isEqualTo("desired/");
    assertThat(first.getRead().hasLinearizable()).isTrue();
    ListRequest second = cluster.a.received(1, ListRequest.class);
    assertThat(second.getPageToken().toStringUtf8()).isEqualTo("next-1");
    assertThat(second.getRead().getAtLeast()).isEqualTo(10);
    assertThat(second.getLimit()).isEqualTo(1);
    assertThat(cluster.a.received(2, ListRequest.class).getPageToken().toStringUtf8())
        .isEqualTo("next-2");
  }

  @Test
  void pagesOfThePastStayThere() {
    client
        .facts()
        .raw()
        .list(
            Selector.all(),
            ListOptions.defaults()
                .mode(ReadMode.at(4))
                .withoutBodies()
                .from(PageToken.of(new byte[] {1}, 4)))
        .join();
    ListRequest request = cluster.a.received(0, ListRequest.class);
    assertThat(request.getRead().getAt()).isEqualTo(4);
    assertThat(request.getKeysOnly()).isTrue();
    assertThat(request.getTargetCase()).isEqualTo(ListRequest.TargetCase.TARGET_NOT_SET);
  }

  @Test
  void whatAVisitorThrowsEndsTheWalk() {
    cluster.a.answers(page(10, "next-1", fact("desired/a", 1, new byte[0])));
    IllegalStateException enough = new IllegalStateException("enough");
    CompletableFuture<Walked> walk =
        client
            .facts()
            .raw()
            .forEach(
                Selector.prefix("desired/"),
                ListOptions.defaults(),
                fact -> {
                  throw enough;
                });
    assertThatThrownBy(walk::join).hasCause(enough);
    assertThat(cluster.a.calls()).isEqualTo(1);
  }

  @Test
  void aTypedListKeepsItsBodies() {
    assertThatThrownBy(
            () -> client.facts().list(Kinds.DESIRED, "", ListOptions.defaults().withoutBodies()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void historyTellsPutsAndDeletesAndWhereItGoesOn() {
    cluster.a.answers(
        HistoryResponse.newBuilder()
            .setHeader(cluster.a.header)
            .addChanges(
                Change.newBuilder()
                    .setRevision(9)
                    .setType(Change.Type.DELETE)
                    .setPreviousRevision(4))
            .addChanges(
                Change.newBuilder()
                    .setRevision(4)
                    .setFact(fact("desired/prod/web", 4, Kinds.DESIRED.codec().encode(THREE))))
            .setMore(true)
            .setNextPageToken(ByteString.copyFromUtf8("older"))
            .build());
    HistoryPage<DesiredState> page =
        client.facts().history(WEB, HistoryOptions.defaults().limit(2)).join();

    assertThat(page.changes()).hasSize(2);
    assertThat(page.changes().get(0).fact()).isEmpty();
    assertThat(page.changes().get(0).previousRevision()).isEqualTo(4);
    assertThat(page.changes().get(1).fact().orElseThrow().body()).isEqualTo(THREE);

    client
        .facts()
        .raw()
        .history(WEB, HistoryOptions.defaults().from(page.next().orElseThrow()))
        .join();
    HistoryRequest older = cluster.a.received(1, HistoryRequest.class);
    assertThat(older.getPageToken().toStringUtf8()).isEqualTo("older");
    assertThat(older.getRead().getAtLeast()).isEqualTo(10);
  }

  @Test
  void rawKeysAreSentAsTheyAre() {
    client.facts().raw().get(Keys.raw("no slash"), ReadMode.local()).join();
    assertThat(cluster.a.received(0, GetRequest.class).getKey().toByteArray())
        .isEqualTo("no slash".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void textThatTheWireCannotCarryIsRefusedHere() {
    assertThatThrownBy(() -> Keys.desired("a\uD800b")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Selector.prefix("desired/\uDC00"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new LeaseRef("\uD800", 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Keys.desired("\uD83D\uDE00").utf8()).hasSize("desired/".length() + 4);
  }

  private static ListResponse page(long revision, String next, dev.stele.proto.v1.Fact... facts) {
    return ListResponse.newBuilder()
        .setHeader(FakeCluster.header("a:1", "a:1", 1, revision))
        .setRevision(revision)
        .addAllFacts(List.of(facts))
        .setMore(!next.isEmpty())
        .setNextPageToken(ByteString.copyFromUtf8(next))
        .build();
  }

  private static dev.stele.proto.v1.OperationResult.Builder result() {
    return dev.stele.proto.v1.OperationResult.newBuilder();
  }

  private static dev.stele.proto.v1.Fact fact(String key, long modRevision, byte[] body) {
    return dev.stele.proto.v1.Fact.newBuilder()
        .setKey(ByteString.copyFromUtf8(key))
        .setBody(ByteString.copyFrom(body))
        .setCreateRevision(1)
        .setModRevision(modRevision)
        .setVersion(1)
        .build();
  }
}

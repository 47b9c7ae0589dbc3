// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static dev.stele.server.wire.Requests.at;
import static dev.stele.server.wire.Requests.atLeast;
import static dev.stele.server.wire.Requests.delete;
import static dev.stele.server.wire.Requests.get;
import static dev.stele.server.wire.Requests.history;
import static dev.stele.server.wire.Requests.list;
import static dev.stele.server.wire.Requests.local;
import static dev.stele.server.wire.Requests.put;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.stele.proto.v1.Change;
import dev.stele.proto.v1.Fact;
import dev.stele.proto.v1.GetResponse;
import dev.stele.proto.v1.HistoryRequest;
import dev.stele.proto.v1.HistoryResponse;
import dev.stele.proto.v1.ListRequest;
import dev.stele.proto.v1.ListResponse;
import dev.stele.proto.v1.ResponseHeader;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.ReadGate;
import dev.stele.server.wire.parse.PageToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Get, List and History in all their modes. */
final class ReadsTest {
  private TestNode node;
  private final List<String> asked = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    node = TestNode.formed("n1");
    node.gate = new WatchedGate();
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private void put5() {
    for (int i = 1; i <= 5; i++) {
      node.facts().put(put("desired/a" + i).build());
    }
  }

  @Test
  void aReadIsLinearizableUnlessItSaysOtherwise() {
    node.facts().get(get("desired/a").build());
    node.facts().list(list("desired/").build());
    node.facts().history(history("desired/a").build());
    assertThat(asked).containsExactly("linearizable", "linearizable", "linearizable");
  }

  @Test
  void aLocalReadAsksNobodyAndTellsItsAge() {
    node.standing =
        new Leadership.Standing(Leadership.Role.FOLLOWER, 8, Optional.empty(), false, 12_345, 0);
    put5OnTheStore();
    GetResponse response = node.facts().get(get("desired/a1").setRead(local()).build());
    assertThat(asked).isEmpty();
    assertThat(response.hasFact()).isTrue();
    assertThat(response.getHeader().getLeaderContactAgeMillis()).isEqualTo(12_345);
    assertThat(response.getHeader().getLeader()).isEmpty();
  }

  private void put5OnTheStore() {
    Leadership.Standing standing = node.standing;
    node.standing = TestNode.leading("n1");
    put5();
    node.standing = standing;
  }

  @Test
  void atLeastWaitsForTheRevision() {
    node.facts().get(get("desired/a").setRead(atLeast(77)).build());
    assertThat(asked).containsExactly("atLeast 77");
  }

  @Test
  void aDeniedReadTellsWhy() {
    node.gate = new DeniedGate();
    Refused refused = Refused.by(() -> node.facts().get(get("desired/a").build()));
    assertThat(refused.reason()).isEqualTo(Reason.NO_QUORUM);
    assertThat(refused.metadata("leader")).isEqualTo("n1");
    assertThat(refused.retry()).isPresent();
  }

  @Test
  void theHeaderTellsWhereTheAnswerIsFrom() {
    put5();
    ResponseHeader header = node.facts().get(get("desired/a1").build()).getHeader();
    assertThat(header.getClusterId()).isEqualTo("cluster-1");
    assertThat(header.getEpoch()).isEqualTo(3);
    assertThat(header.getMember()).isEqualTo("n1");
    assertThat(header.getLeader()).isEqualTo("n1");
    assertThat(header.getLeaderEndpoint()).isEqualTo("127.0.0.1:1");
    assertThat(header.getTerm()).isEqualTo(7);
    assertThat(header.getRevision()).isEqualTo(5);
    assertThat(header.getStoreTimeMillis()).isPositive();
  }

  @Test
  void historyThroughWhatIsAppliedNeedsNoMajority() {
    put5();
    node.facts().delete(delete("desired/a2").build());
    node.gate = new DeniedGate();
    assertThat(node.facts().get(get("desired/a2").setRead(at(5)).build()).hasFact()).isTrue();
    assertThat(node.facts().get(get("desired/a2").setRead(at(1)).build()).hasFact()).isFalse();
    assertThat(keys(node.facts().list(list("desired/").setRead(at(3)).build())))
        .containsExactly("desired/a1", "desired/a2", "desired/a3");
    assertThat(
            Refused.by(() -> node.facts().get(get("desired/a2").setRead(at(7)).build())).reason())
        .as("only a majority knows whether there is a revision 7")
        .isEqualTo(Reason.NO_QUORUM);
  }

  @Test
  void aCompactedRevisionTellsTheFloor() {
    put5();
    node.compact(4);
    Refused refused = Refused.by(() -> node.facts().get(get("desired/a1").setRead(at(3)).build()));
    assertThat(refused.reason()).isEqualTo(Reason.COMPACTED);
    assertThat(refused.field()).isEqualTo("read.at");
    assertThat(refused.metadata("floor")).isEqualTo("4");
    assertThat(node.facts().get(get("desired/a1").setRead(at(4)).build()).hasFact()).isTrue();
  }

  @Test
  void allPagesShowTheRevisionOfTheFirst() {
    put5();
    ListRequest.Builder request = list("desired/").setLimit(2);
    ListResponse first = node.facts().list(request.build());
    node.facts().delete(delete("desired/a3").build());
    node.facts().put(put("desired/a31").build());
    ListResponse second = node.facts().list(request.setPageToken(first.getNextPageToken()).build());
    ListResponse third = node.facts().list(request.setPageToken(second.getNextPageToken()).build());
    assertThat(keys(first)).containsExactly("desired/a1", "desired/a2");
    assertThat(keys(second)).containsExactly("desired/a3", "desired/a4");
    assertThat(keys(third)).containsExactly("desired/a5");
    assertThat(List.of(first.getRevision(), second.getRevision(), third.getRevision()))
        .containsOnly(5L);
    assertThat(third.getMore()).isFalse();
    assertThat(third.getNextPageToken()).isEmpty();
  }

  @Test
  void aPageTokenGoesWithItsTargetAndCallOnly() {
    put5();
    ByteString token = node.facts().list(list("desired/").setLimit(2).build()).getNextPageToken();
    isWrongToken(() -> node.facts().list(list("desired/a").setPageToken(token).build()));
    isWrongToken(() -> node.facts().history(history("desired/a1").setPageToken(token).build()));
    isWrongToken(
        () -> node.facts().list(list("desired/").setPageToken(token).setRead(at(3)).build()));
  }

  private static void isWrongToken(java.util.concurrent.Callable<?> call) {
    Refused refused = Refused.by(call);
    assertThat(refused.reason()).isEqualTo(Reason.INVALID_FIELD);
    assertThat(refused.field()).isEqualTo("page_token");
  }

  @Test
  void aPageTokenWithAnyByteChangedIsRefused() {
    put5();
    byte[] token =
        node.facts().list(list("desired/").setLimit(2).build()).getNextPageToken().toByteArray();
    for (int i = 0; i < token.length; i++) {
      byte[] changed = token.clone();
      changed[i] ^= 1;
      isWrongToken(
          () ->
              node.facts()
                  .list(list("desired/").setPageToken(ByteString.copyFrom(changed)).build()));
    }
  }

  @Test
  void aForgedPageTokenLeadsNowhere() {
    put5();
    Key key = Key.of("desired/a1");
    KeyRange range = KeyRange.prefix(Bytes.utf8("desired/"));
    PageToken othersChange = PageToken.behind(3, 5, key, new Position(2, 0));
    PageToken future = PageToken.behind(3, 99, range, key);
    PageToken outside = PageToken.behind(3, 5, range, Key.of("config/a"));
    isWrongToken(
        () ->
            node.facts()
                .history(history("desired/a1").setPageToken(othersChange.encoded()).build()));
    isWrongToken(() -> node.facts().list(list("desired/").setPageToken(future.encoded()).build()));
    isWrongToken(() -> node.facts().list(list("desired/").setPageToken(outside.encoded()).build()));
  }

  @Test
  void aPageTokenOfAnotherEpochIsRefused() {
    put5();
    KeyRange range = KeyRange.prefix(Bytes.utf8("desired/"));
    PageToken old = PageToken.behind(2, 5, range, Key.of("desired/a1"));
    Refused refused =
        Refused.by(() -> node.facts().list(list("desired/").setPageToken(old.encoded()).build()));
    assertThat(refused.reason()).isEqualTo(Reason.WRONG_EPOCH);
  }

  @Test
  void aPageWhoseRevisionIsCompactedSaysSo() {
    put5();
    ByteString token = node.facts().list(list("desired/").setLimit(2).build()).getNextPageToken();
    node.facts().put(put("desired/b").build());
    node.compact(6);
    Refused refused =
        Refused.by(() -> node.facts().list(list("desired/").setPageToken(token).build()));
    assertThat(refused.reason()).isEqualTo(Reason.COMPACTED);
    assertThat(refused.metadata("floor")).isEqualTo("6");
  }

  @Test
  void historyComesNewestFirstInPages() {
    for (int i = 0; i < 3; i++) {
      node.facts().put(put("desired/a").build());
      node.facts().put(put("desired/other").build());
    }
    node.facts().delete(delete("desired/a").build());
    HistoryRequest.Builder request = history("desired/a").setLimit(3);
    HistoryResponse first = node.facts().history(request.build());
    node.facts().put(put("desired/a").build());
    HistoryResponse second =
        node.facts().history(request.setPageToken(first.getNextPageToken()).build());
    assertThat(first.getChangesList().stream().map(Change::getRevision))
        .containsExactly(7L, 5L, 3L);
    assertThat(first.getChanges(0).getType()).isEqualTo(Change.Type.DELETE);
    assertThat(first.getChanges(0).getPreviousRevision()).isEqualTo(5);
    assertThat(second.getChangesList().stream().map(Change::getRevision)).containsExactly(1L);
    assertThat(second.getMore()).isFalse();
  }

  @Test
  void historyAtARevisionBeginsThere() {
    for (int i = 0; i < 4; i++) {
      node.facts().put(put("desired/a").build());
    }
    assertThat(node.facts().history(history("desired/a").setRead(at(2)).build()).getChangesList())
        .extracting(Change::getRevision)
        .containsExactly(2L, 1L);
  }

  @Test
  void keysOnlyLeavesTheBodiesOut() {
    put5();
    assertThat(node.facts().list(list("desired/").setKeysOnly(true).build()).getFactsList())
        .hasSize(5)
        .allSatisfy(fact -> assertThat(fact.getBody()).isEmpty());
  }

  @Test
  void nothingIsServedBeforeTheClusterIsFormed() throws IOException {
    try (TestNode fresh = new TestNode("n9")) {
      Refused read = Refused.by(() -> fresh.facts().get(get("desired/a").build()));
      Refused write = Refused.by(() -> fresh.facts().put(put("desired/a").build()));
      assertThat(List.of(read.reason(), write.reason())).containsOnly(Reason.NO_QUORUM);
      assertThat(read.status().getDescription()).contains("not ready");
    }
  }

  private static List<String> keys(ListResponse page) {
    return page.getFactsList().stream().map(Fact::getKey).map(ByteString::toStringUtf8).toList();
  }

  private final class WatchedGate implements ReadGate {
    @Override
    public CompletableFuture<Admission> linearizable(long deadlineNanos) {
      asked.add("linearizable");
      return CompletableFuture.completedFuture(new Admitted());
    }

    @Override
    public CompletableFuture<Admission> atLeast(long revision, long deadlineNanos) {
      asked.add("atLeast " + revision);
      return CompletableFuture.completedFuture(new Admitted());
    }
  }

  private static final class DeniedGate implements ReadGate {
    @Override
    public CompletableFuture<Admission> linearizable(long deadlineNanos) {
      return CompletableFuture.completedFuture(new Denied(Reason.NO_QUORUM, "no majority answers"));
    }

    @Override
    public CompletableFuture<Admission> atLeast(long revision, long deadlineNanos) {
      return linearizable(deadlineNanos);
    }
  }
}

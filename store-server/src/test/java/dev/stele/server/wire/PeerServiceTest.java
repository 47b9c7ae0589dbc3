// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import dev.stele.proto.peer.v1.ConfirmTermRequest;
import dev.stele.proto.peer.v1.ConfirmTermResponse;
import dev.stele.proto.peer.v1.ConfirmedIndexRequest;
import dev.stele.proto.peer.v1.ConfirmedIndexResponse;
import dev.stele.proto.peer.v1.NodeRequest;
import dev.stele.proto.peer.v1.NodeResponse;
import dev.stele.proto.peer.v1.PeerGrpc;
import dev.stele.proto.peer.v1.WatchersRequest;
import dev.stele.proto.peer.v1.WatchersResponse;
import dev.stele.proto.v1.NodeStatus;
import dev.stele.proto.v1.WatchSelector;
import dev.stele.proto.v1.WatcherStanding;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.PeerAnswers;
import dev.stele.server.watch.NamedWatchers.Seat;
import dev.stele.server.watch.Selector;
import dev.stele.server.watch.WatcherName;
import dev.stele.server.watch.applied.WatcherRegistry;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PeerServiceTest {
  /** As many as a node holds. */
  private static final int HELD_MAX_CALLS = 256;

  private TestNode node;
  private PeerGrpc.PeerBlockingStub peer;

  @BeforeEach
  void start() throws IOException {
    node = TestNode.formed("n1");
    peer =
        PeerGrpc.newBlockingStub(node.channel())
            .withInterceptors(
                MetadataUtils.newAttachHeadersInterceptor(
                    RawCall.peerHeaders("n2", TestNode.SECRET)));
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private static ConfirmTermRequest.Builder question() {
    return ConfirmTermRequest.newBuilder()
        .setGroupId(TestNode.GROUP)
        .setFrom("n2")
        .setTo("n1")
        .setTerm(7);
  }

  @Test
  void aTermIsConfirmedWithGroupAndMember() {
    ConfirmTermResponse answer = peer.confirmTerm(question().build());
    assertThat(answer.getTerm()).isEqualTo(7);
    assertThat(answer.getGroupId()).isEqualTo(TestNode.GROUP);
    assertThat(answer.getMember()).isEqualTo("n1");
  }

  @Test
  void aQuestionForAnotherGroupIsRefused() {
    Refused refused = Refused.by(() -> peer.confirmTerm(question().setGroupId("other").build()));
    assertThat(refused.reason()).isEqualTo(Reason.INVALID_FIELD);
    assertThat(refused.field()).isEqualTo("group_id");
  }

  @Test
  void aQuestionForAnotherNodeIsRefused() {
    Refused refused = Refused.by(() -> peer.confirmTerm(question().setTo("n3").build()));
    assertThat(refused.reason()).isEqualTo(Reason.INVALID_FIELD);
    assertThat(refused.field()).isEqualTo("to");
  }

  @Test
  void anIndexIsConfirmedOrTheReasonTold() {
    ConfirmedIndexRequest request =
        ConfirmedIndexRequest.newBuilder().setGroupId(TestNode.GROUP).setFrom("n2").build();
    ConfirmedIndexResponse answer = peer.confirmedIndex(request);
    assertThat(answer.getIndex()).isEqualTo(42);
    assertThat(answer.getTerm()).isEqualTo(7);
    node.index = new PeerAnswers.NotConfirmed(Reason.NOT_LEADER, "not any more");
    assertThat(Refused.by(() -> peer.confirmedIndex(request)).reason())
        .isEqualTo(Reason.NOT_LEADER);
  }

  @Test
  void aNodeTellsItsStatus() {
    NodeResponse answer = peer.node(NodeRequest.newBuilder().setGroupId(TestNode.GROUP).build());
    NodeStatus status = answer.getStatus();
    assertThat(status.getId()).isEqualTo("n1");
    assertThat(status.getRole()).isEqualTo(NodeStatus.Role.LEADER);
    assertThat(status.getHealthy()).isTrue();
    assertThat(status.getVersion()).isEqualTo("1.2.3");
    assertThat(status.getTerm()).isEqualTo(7);
  }

  private static WatchersRequest.Builder watchers() {
    return WatchersRequest.newBuilder().setGroupId(TestNode.GROUP);
  }

  private WatchersRequest news(WatchersResponse seen) {
    return watchers().setSeenVersion(seen.getVersion()).setSeenStart(seen.getStart()).build();
  }

  private Seat seat(String name) {
    return (Seat) node.named.open(new WatcherName(name, 1), Selector.ALL);
  }

  @Test
  void namedWatchersAreToldAtOnceToWhoKnowsNothing() {
    seat("a").report(4, "");
    WatchersResponse answer = peer.watchers(watchers().build());
    assertThat(answer.getWatchersList())
        .containsExactly(
            WatcherStanding.newBuilder()
                .setName("a")
                .setNode("n1")
                .setIncarnation(1)
                .setApplied(4)
                .setConnected(true)
                .build());
    assertThat(answer.getVersion()).isPositive();
    WatchersRequest ofAnotherProcess =
        news(answer).toBuilder().setSeenStart(answer.getStart() + 1).build();
    assertThat(peer.watchers(ofAnotherProcess)).isEqualTo(answer);
  }

  @Test
  void whoKnowsEverythingIsAnsweredWhenThereIsNews() throws Exception {
    Seat seat = seat("a");
    WatchersResponse seen = peer.watchers(watchers().build());
    ListenableFuture<WatchersResponse> news = future(20).watchers(news(seen));
    await().until(() -> node.named.waiting() == 1);
    seat.report(3, "no");
    WatchersResponse answer = news.get(5, TimeUnit.SECONDS);
    assertThat(answer.getVersion()).isNotEqualTo(seen.getVersion());
    assertThat(answer.getWatchers(0).getRefusal()).isEqualTo("no");
    assertThat(node.named.waiting()).isZero();
  }

  @Test
  void whoKnowsEverythingIsToldSoInTime() {
    seat("a");
    WatchersResponse seen = peer.watchers(watchers().build());
    WatchersResponse same = peer.withDeadlineAfter(1, TimeUnit.SECONDS).watchers(news(seen));
    assertThat(same).isEqualTo(seen);
    assertThat(node.named.waiting()).isZero();
  }

  @Test
  void whoDoesNotWaitAnyMoreIsForgotten() {
    WatchersResponse seen = peer.watchers(watchers().build());
    ListenableFuture<WatchersResponse> news = future(20).watchers(news(seen));
    await().until(() -> node.named.waiting() == 1);
    news.cancel(true);
    await().until(() -> node.named.waiting() == 0);
  }

  @Test
  void noMoreQuestionsForWatchersWaitThanMay() {
    Seat seat = seat("a");
    WatchersResponse seen = peer.watchers(watchers().build());
    List<ListenableFuture<WatchersResponse>> held = new ArrayList<>();
    for (int i = 0; i < HELD_MAX_CALLS; i++) {
      held.add(future(20).watchers(news(seen)));
    }
    await().until(() -> node.named.waiting() == HELD_MAX_CALLS);
    assertThat(Refused.by(() -> peer.watchers(news(seen))).reason()).isEqualTo(Reason.OVERLOADED);
    seat.close();
    held.forEach(each -> assertThat(each).succeedsWithin(10, TimeUnit.SECONDS));
    WatchersResponse now = peer.watchers(news(seen));
    assertThat(now.getWatchers(0).getConnected()).isFalse();
  }

  @Test
  void watchersWithAnotherSelectorAreToldByNameOnly() {
    seat("a").report(4, "");
    WatchersResponse answer =
        peer.watchers(
            watchers().setSelector(WatchSelector.newBuilder().addKinds("desired")).build());
    assertThat(answer.getWatchersList()).isEmpty();
    assertThat(answer.getOthersList())
        .containsExactly(
            dev.stele.proto.v1.WatcherName.newBuilder().setName("a").setIncarnation(1).build());
  }

  @Test
  void tenThousandWatchersThatRefuseAtLengthFitIntoOneMessage() {
    String name = "x".repeat(WatcherName.MAX_CHARS - 5);
    for (int i = 0; i < WatcherRegistry.NAMES_MAX; i++) {
      seat(name + i).report(Long.MAX_VALUE - 1, "é".repeat(1_024));
    }
    WatchersResponse answer = peer.watchers(watchers().build());
    assertThat(answer.getWatchersCount()).isEqualTo(WatcherRegistry.NAMES_MAX);
    assertThat(answer.getSerializedSize()).isLessThan(4 << 20);
    assertThat(answer.getWatchers(0).getRefusal()).isNotEmpty();
    assertThat(answer.getWatchers(WatcherRegistry.NAMES_MAX - 1).getRefused()).isPositive();
  }

  private PeerGrpc.PeerFutureStub future(int seconds) {
    return PeerGrpc.newFutureStub(node.channel())
        .withDeadlineAfter(seconds, TimeUnit.SECONDS)
        .withInterceptors(
            MetadataUtils.newAttachHeadersInterceptor(RawCall.peerHeaders("n2", TestNode.SECRET)));
  }
}

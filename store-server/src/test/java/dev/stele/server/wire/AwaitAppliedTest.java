// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static dev.stele.server.wire.Requests.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import dev.stele.proto.v1.AwaitAppliedRequest;
import dev.stele.proto.v1.AwaitAppliedResponse;
import dev.stele.proto.v1.AwaitAppliedResponse.Outcome;
import dev.stele.proto.v1.KeyRange;
import dev.stele.proto.v1.WatchGrpc;
import dev.stele.proto.v1.WatchSelector;
import dev.stele.proto.v1.WatcherStanding;
import dev.stele.proto.v1.WatcherStanding.State;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.NodeAddress;
import dev.stele.server.port.ReadGate;
import dev.stele.server.watch.NamedWatchers.Seat;
import dev.stele.server.watch.Selector;
import dev.stele.server.watch.WatcherName;
import dev.stele.server.watch.applied.AppliedQuestion;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class AwaitAppliedTest {
  /** More than any answer should need that does not wait for the deadline. */
  private static final long LONG_MILLIS = 20_000;

  private static final long SHORT_MILLIS = 700;

  private final List<TestNode> nodes = new ArrayList<>();
  private TestNode second;
  private TestNode third;
  private TestNode leader;

  @BeforeEach
  void start() throws IOException {
    second = started(TestNode.formed("n2"));
    third = started(TestNode.formed("n3"));
    leader = started(TestNode.formed("n1", second.address(), third.address()));
    for (int i = 0; i < 9; i++) {
      leader.facts().put(put("desired/a").build());
    }
  }

  @AfterEach
  void stop() {
    nodes.forEach(TestNode::close);
  }

  private TestNode started(TestNode node) {
    nodes.add(node);
    return node;
  }

  private void lose(TestNode node) {
    nodes.remove(node);
    node.close();
  }

  private static Seat seat(TestNode node, String name, long incarnation) {
    return (Seat) node.named.open(new WatcherName(name, incarnation), Selector.ALL);
  }

  private static AwaitAppliedRequest.Builder question(long revision, String... expected) {
    return AwaitAppliedRequest.newBuilder().setRevision(revision).addAllExpected(List.of(expected));
  }

  private static AwaitAppliedResponse ask(
      TestNode node, long timeoutMillis, AwaitAppliedRequest.Builder question) {
    return WatchGrpc.newBlockingStub(node.channel())
        .withDeadlineAfter(timeoutMillis, TimeUnit.MILLISECONDS)
        .awaitApplied(question.build());
  }

  private static CompletableFuture<AwaitAppliedResponse> asking(
      TestNode node, long timeoutMillis, AwaitAppliedRequest.Builder question) {
    return CompletableFuture.supplyAsync(() -> ask(node, timeoutMillis, question));
  }

  private static State state(AwaitAppliedResponse response, String name) {
    return watcher(response, name).getState();
  }

  private static WatcherStanding watcher(AwaitAppliedResponse response, String name) {
    return response.getWatchersList().stream()
        .filter(watcher -> watcher.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void isAYesOnceAllAtAllNodesHaveAppliedIt() {
    seat(leader, "a", 1).report(5, "");
    seat(second, "b", 1).report(6, "");
    seat(third, "c", 4).report(5, "");
    AwaitAppliedResponse response = ask(leader, LONG_MILLIS, question(5, "c", "a", "b"));
    assertThat(response.getOutcome()).isEqualTo(Outcome.APPLIED);
    assertThat(response.getUnheardNodesList()).isEmpty();
    assertThat(response.getHeader().getMember()).isEqualTo("n1");
    assertThat(response.getWatchersList().stream().map(WatcherStanding::getName))
        .containsExactly("a", "b", "c");
    assertThat(watcher(response, "c"))
        .isEqualTo(
            WatcherStanding.newBuilder()
                .setName("c")
                .setNode("n3")
                .setIncarnation(4)
                .setApplied(5)
                .setConnected(true)
                .setState(State.APPLIED)
                .build());
  }

  @Test
  void returnsWhenTheLastOfThemHasReportedAtAnotherNode() {
    Seat here = seat(leader, "a", 1);
    Seat there = seat(third, "b", 1);
    CompletableFuture<AwaitAppliedResponse> answer =
        asking(leader, LONG_MILLIS, question(5, "a", "b"));
    await().until(() -> third.named.waiting() == 1);
    here.report(5, "");
    there.report(4, "");
    assertThat(answer).isNotDone();
    there.report(5, "");
    assertThat(answer).succeedsWithin(5, TimeUnit.SECONDS);
    assertThat(answer.join().getOutcome()).isEqualTo(Outcome.APPLIED);
  }

  @Test
  void returnsWhenTheLastOfThemHasReportedAtTheLeader() {
    Seat here = seat(leader, "a", 1);
    CompletableFuture<AwaitAppliedResponse> answer = asking(leader, LONG_MILLIS, question(5, "a"));
    for (int revision = 1; revision < 5; revision++) {
      here.report(revision, "");
    }
    assertThat(answer).isNotDone();
    here.report(5, "");
    assertThat(answer).succeedsWithin(5, TimeUnit.SECONDS);
    assertThat(answer.join().getOutcome()).isEqualTo(Outcome.APPLIED);
  }

  @Test
  void namesTheOneThatLagsWhenTheTimeIsOver() {
    seat(leader, "a", 1).report(5, "");
    seat(second, "b", 1).report(4, "");
    AwaitAppliedResponse response = ask(leader, SHORT_MILLIS, question(5, "a", "b", "x"));
    assertThat(response.getOutcome()).isEqualTo(Outcome.LAGGING);
    assertThat(state(response, "a")).isEqualTo(State.APPLIED);
    assertThat(state(response, "b")).isEqualTo(State.LAGGING);
    assertThat(watcher(response, "b").getApplied()).isEqualTo(4);
    assertThat(state(response, "x")).isEqualTo(State.AWAY);
    assertThat(response.getUnheardNodesList()).isEmpty();
  }

  @Test
  void aRefusalByOneThatIsNeededEndsTheWait() {
    seat(leader, "a", 1);
    seat(second, "b", 1).report(5, "no such image");
    AwaitAppliedResponse response = ask(leader, LONG_MILLIS, question(5, "a", "b"));
    assertThat(response.getOutcome()).isEqualTo(Outcome.REFUSED);
    assertThat(watcher(response, "b").getRefusal()).isEqualTo("no such image");
    assertThat(watcher(response, "b").getRefused()).isEqualTo(5);
    assertThat(state(response, "a")).isEqualTo(State.LAGGING);
  }

  @Test
  void aWatcherThatIsAwayIsNoYesWhateverItSaid() {
    Seat gone = seat(second, "a", 1);
    gone.report(5, "");
    gone.close();
    AwaitAppliedResponse response = ask(leader, SHORT_MILLIS, question(5, "a"));
    assertThat(response.getOutcome()).isEqualTo(Outcome.LAGGING);
    assertThat(state(response, "a")).isEqualTo(State.AWAY);
    assertThat(watcher(response, "a").getApplied()).isEqualTo(5);
  }

  @Test
  void theNewestStreamOfANameCountsWhereverItHangs() {
    seat(second, "a", 1).report(9, "");
    Seat young = seat(third, "a", 2);
    AwaitAppliedResponse lagging = ask(leader, SHORT_MILLIS, question(5, "a"));
    assertThat(lagging.getOutcome()).isEqualTo(Outcome.LAGGING);
    assertThat(watcher(lagging, "a").getNode()).isEqualTo("n3");
    young.report(5, "");
    assertThat(ask(leader, LONG_MILLIS, question(5, "a")).getOutcome()).isEqualTo(Outcome.APPLIED);
  }

  @Test
  void isIncompleteWhileANodeCantBeAsked() {
    seat(leader, "a", 1).report(5, "");
    lose(third);
    AwaitAppliedResponse response = ask(leader, 2_500, question(5, "a"));
    assertThat(response.getOutcome()).isEqualTo(Outcome.INCOMPLETE);
    assertThat(response.getUnheardNodesList()).containsExactly("n3");
    assertThat(state(response, "a")).isEqualTo(State.APPLIED);
  }

  @Test
  void isIncompleteWhileANodeIsSilent() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      NodeAddress mute = new NodeAddress("n2", "127.0.0.1:" + silent.getLocalPort(), "127.0.0.1:9");
      TestNode asked = started(TestNode.formed("n1", mute));
      asked.facts().put(put("desired/a").build());
      seat(asked, "a", 1).report(1, "");
      AwaitAppliedResponse response = ask(asked, SHORT_MILLIS, question(1, "a"));
      assertThat(response.getOutcome()).isEqualTo(Outcome.INCOMPLETE);
      assertThat(response.getUnheardNodesList()).containsExactly("n2");
    }
  }

  /** It was heard at first; by the time that the last report comes it could know better. */
  @Test
  void aNodeThatFellSilentMeanwhileMakesItIncomplete() {
    Seat here = seat(leader, "a", 1);
    CompletableFuture<AwaitAppliedResponse> answer = asking(leader, 4_000, question(5, "a"));
    await().until(() -> third.named.waiting() == 1);
    lose(third);
    here.report(5, "");
    assertThat(answer).succeedsWithin(10, TimeUnit.SECONDS);
    assertThat(answer.join().getOutcome()).isEqualTo(Outcome.INCOMPLETE);
    assertThat(answer.join().getUnheardNodesList()).containsExactly("n3");
  }

  @Test
  void aNodeThatComesBackInTimeMakesItComplete() throws IOException {
    int port = freePort();
    NodeAddress away = new NodeAddress("n2", "127.0.0.1:" + port, "127.0.0.1:9");
    TestNode asked = started(TestNode.formed("n1", away));
    asked.facts().put(put("desired/a").build());
    seat(asked, "a", 1).report(1, "");
    CompletableFuture<AwaitAppliedResponse> answer =
        asking(asked, LONG_MILLIS, question(1, "a", "b"));
    TestNode back = started(TestNode.formedAt(port, "n2"));
    seat(back, "b", 1).report(1, "");
    assertThat(answer).succeedsWithin(15, TimeUnit.SECONDS);
    assertThat(answer.join().getOutcome()).isEqualTo(Outcome.APPLIED);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void countsAndPartsOfThoseThatAreKnownAreEnough() {
    seat(leader, "a", 1).report(5, "");
    seat(second, "b", 1).report(5, "");
    seat(third, "c", 1).report(1, "");
    assertThat(ask(leader, LONG_MILLIS, question(5).setCount(2)).getOutcome())
        .isEqualTo(Outcome.APPLIED);
    assertThat(ask(leader, SHORT_MILLIS, question(5).setCount(3)).getOutcome())
        .isEqualTo(Outcome.LAGGING);
    assertThat(ask(leader, LONG_MILLIS, question(5).setPercent(66)).getOutcome())
        .isEqualTo(Outcome.APPLIED);
    assertThat(ask(leader, SHORT_MILLIS, question(5).setPercent(67)).getOutcome())
        .isEqualTo(Outcome.LAGGING);
    assertThat(ask(leader, SHORT_MILLIS, question(5)).getWatchersCount()).isEqualTo(3);
  }

  @Test
  void onlyWatchersWithTheSelectorThatIsAskedForCount() {
    Selector desired =
        Selector.range(dev.stele.server.core.model.KeyRange.prefix(Bytes.utf8("desired/")));
    Seat match = (Seat) second.named.open(new WatcherName("a", 1), desired);
    match.report(5, "");
    seat(third, "b", 1);
    WatchSelector selector =
        WatchSelector.newBuilder().setPrefix(ByteString.copyFromUtf8("desired/")).build();
    AwaitAppliedResponse response = ask(leader, LONG_MILLIS, question(5).setSelector(selector));
    assertThat(response.getOutcome()).isEqualTo(Outcome.APPLIED);
    assertThat(response.getWatchersList().stream().map(WatcherStanding::getName))
        .containsExactly("a");
    seat(third, "a", 2).report(5, "");
    assertThat(ask(leader, SHORT_MILLIS, question(5, "a").setSelector(selector)).getOutcome())
        .as("its newest stream has another one")
        .isEqualTo(Outcome.LAGGING);
  }

  @Test
  void anyNodeCanBeAskedAndTheLeaderAnswers() throws IOException {
    seat(third, "a", 1).report(5, "");
    TestNode follower = started(TestNode.formed("n4", leader.address()));
    follower.standing = TestNode.following(Optional.of("n1"));
    AwaitAppliedResponse response = ask(follower, LONG_MILLIS, question(5, "a"));
    assertThat(response.getOutcome()).isEqualTo(Outcome.APPLIED);
    assertThat(response.getHeader().getMember()).isEqualTo("n1");
  }

  @Test
  void aNodeWithoutALeaderWaitsForOne() throws IOException {
    seat(third, "a", 1).report(5, "");
    TestNode follower = started(TestNode.formed("n4", leader.address()));
    follower.standing = TestNode.following(Optional.empty());
    CompletableFuture<AwaitAppliedResponse> answer =
        asking(follower, LONG_MILLIS, question(5, "a"));
    long looks = follower.looks.get();
    await().until(() -> follower.looks.get() > looks + 1);
    follower.standing = TestNode.following(Optional.of("n1"));
    assertThat(answer).succeedsWithin(10, TimeUnit.SECONDS);
  }

  @Test
  void withoutALeaderItIsRefusedInTime() throws IOException {
    TestNode follower = started(TestNode.formed("n4"));
    follower.standing = TestNode.following(Optional.empty());
    follower.onLook =
        () -> follower.nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(SHORT_MILLIS / 4));
    assertThat(Refused.by(() -> ask(follower, SHORT_MILLIS, question(5, "a"))).reason())
        .isEqualTo(Reason.NO_QUORUM);
  }

  @Test
  void isNotPassedOnTwice() throws IOException {
    TestNode follower = started(TestNode.formed("n4", leader.address()));
    follower.standing = TestNode.following(Optional.of("n1"));
    Metadata forwarded = RawCall.peerHeaders("n3", TestNode.SECRET);
    forwarded.merge(RawCall.headers("stele-forwarded", "n3"));
    Refused refused =
        Refused.by(
            () ->
                WatchGrpc.newBlockingStub(follower.channel())
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(forwarded))
                    .awaitApplied(question(5).build()));
    assertThat(refused.reason()).isEqualTo(Reason.NOT_LEADER);
    assertThat(refused.metadata("leader")).isEqualTo("n1");
  }

  @Test
  void theRevisionIsComparedWithAConfirmedOne() {
    seat(second, "a", 1).report(9, "");
    assertThat(ask(leader, LONG_MILLIS, question(9, "a")).getOutcome()).isEqualTo(Outcome.APPLIED);
    Refused beyond = Refused.by(() -> ask(leader, LONG_MILLIS, question(10, "a")));
    assertThat(beyond.reason()).isEqualTo(Reason.INVALID_FIELD);
    assertThat(beyond.field()).isEqualTo("revision");
    leader.gate =
        new TestNode.OpenGate() {
          @Override
          public CompletableFuture<Admission> linearizable(long deadlineNanos) {
            return CompletableFuture.completedFuture(
                new ReadGate.Denied(Reason.NO_QUORUM, "no majority"));
          }
        };
    assertThat(Refused.by(() -> ask(leader, LONG_MILLIS, question(9, "a"))).reason())
        .isEqualTo(Reason.NO_QUORUM);
  }

  static Stream<Arguments> wrong() {
    String[] many =
        IntStream.rangeClosed(0, AppliedQuestion.EXPECTED_MAX)
            .mapToObj(i -> "w" + i)
            .toArray(String[]::new);
    return Stream.of(
        wrong("revision", question -> question.setRevision(0)),
        wrong("revision", question -> question.setRevision(-1)),
        wrong("expected", question -> question.addAllExpected(List.of(many))),
        wrong("expected[1]", question -> question.addExpected("a").addExpected("")),
        wrong("expected[0]", question -> question.addExpected("x".repeat(121))),
        wrong("expected[0]", question -> question.addExpected("a b")),
        wrong("expected[0]", question -> question.addExpected("é")),
        wrong("expected[1]", question -> question.addExpected("a").addExpected("a")),
        wrong("count", question -> question.setCount(0)),
        wrong("count", question -> question.setCount(-1)),
        wrong("count", question -> question.addExpected("a").setCount(2)),
        wrong("count", question -> question.setCount(AppliedQuestion.EXPECTED_MAX + 1)),
        wrong("percent", question -> question.setPercent(0)),
        wrong("percent", question -> question.setPercent(101)),
        wrong(
            "selector.range.to",
            question ->
                question.setSelector(
                    WatchSelector.newBuilder()
                        .setRange(
                            KeyRange.newBuilder()
                                .setFrom(ByteString.copyFromUtf8("b"))
                                .setTo(ByteString.copyFromUtf8("a"))))),
        wrong(
            "selector.kinds",
            question ->
                question.setSelector(
                    WatchSelector.newBuilder()
                        .addKinds("desired")
                        .setPrefix(ByteString.copyFromUtf8("desired/")))));
  }

  private static Arguments wrong(String field, UnaryOperator<AwaitAppliedRequest.Builder> change) {
    return Arguments.of(field, change);
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void aQuestionThatIsWrongIsRefusedWithItsField(
      String field, UnaryOperator<AwaitAppliedRequest.Builder> change) {
    Refused refused = Refused.by(() -> ask(leader, LONG_MILLIS, change.apply(question(5))));
    assertThat(refused.reason()).isEqualTo(Reason.INVALID_FIELD);
    assertThat(refused.field()).isEqualTo(field);
  }

  @Test
  void atTheirLimitsAllFieldsAreRight() {
    String[] many =
        IntStream.range(0, AppliedQuestion.EXPECTED_MAX)
            .mapToObj(i -> "w" + i)
            .toArray(String[]::new);
    assertThat(ask(leader, 2_000, question(1, many)).getWatchersCount()).isEqualTo(many.length);
    String longest = "aZ09-_./".repeat(WatcherName.MAX_CHARS / 8);
    assertThat(ask(leader, SHORT_MILLIS, question(1, longest).setCount(1)).getWatchersCount())
        .isEqualTo(1);
  }

  @Test
  void anUnknownKindIsRefused() {
    Refused refused =
        Refused.by(
            () ->
                ask(
                    leader,
                    LONG_MILLIS,
                    question(5)
                        .setSelector(
                            WatchSelector.newBuilder().addKinds("desired").addKinds("nokind"))));
    assertThat(refused.reason()).isEqualTo(Reason.UNKNOWN_KIND);
    assertThat(refused.field()).isEqualTo("selector.kinds[1]");
  }

  @Test
  void noMoreCallsWaitThanMay() {
    WatchGrpc.WatchFutureStub stub =
        WatchGrpc.newFutureStub(leader.channel())
            .withDeadlineAfter(LONG_MILLIS, TimeUnit.MILLISECONDS);
    Seat seat = seat(leader, "a", 1);
    List<ListenableFuture<AwaitAppliedResponse>> calls = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      calls.add(stub.awaitApplied(question(5, "a").build()));
    }
    await()
        .atMost(10, TimeUnit.SECONDS)
        .untilAsserted(
            () ->
                assertThat(Refused.by(() -> ask(leader, SHORT_MILLIS, question(5, "a"))).reason())
                    .isEqualTo(Reason.OVERLOADED));
    seat.report(5, "");
    for (var call : calls) {
      assertThat(call).succeedsWithin(10, TimeUnit.SECONDS);
    }
    assertThat(ask(leader, LONG_MILLIS, question(5, "a")).getOutcome()).isEqualTo(Outcome.APPLIED);
  }
}

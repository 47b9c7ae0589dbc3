// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import static dev.stele.server.testing.RawClient.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.stele.proto.v1.AwaitAppliedRequest;
import dev.stele.proto.v1.AwaitAppliedResponse;
import dev.stele.proto.v1.AwaitAppliedResponse.Outcome;
import dev.stele.proto.v1.CreateWatch;
import dev.stele.proto.v1.ReportApplied;
import dev.stele.proto.v1.WatchGrpc;
import dev.stele.proto.v1.WatchRequest;
import dev.stele.proto.v1.WatchResponse;
import dev.stele.proto.v1.WatchResponse.ResponseCase;
import dev.stele.proto.v1.WatchSelector;
import dev.stele.proto.v1.WatcherName;
import dev.stele.proto.v1.WatcherStanding;
import dev.stele.proto.v1.WatcherStanding.State;
import dev.stele.server.core.model.Reason;
import dev.stele.server.wire.WatchCall;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Named watchers at the three nodes of a cluster, and who is asked for what they have applied. */
final class AppliedTest {
  private static final int NODES = 3;
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofSeconds(3);

  private final List<ManagedChannel> channels = new ArrayList<>();
  private final List<WatchCall> watchers = new ArrayList<>();
  private LocalCluster cluster;

  @BeforeEach
  void start() throws InterruptedException {
    cluster = LocalCluster.start(NODES);
    for (String endpoint : cluster.endpoints()) {
      channels.add(NettyChannelBuilder.forTarget("dns:///" + endpoint).usePlaintext().build());
    }
  }

  @AfterEach
  void stop() {
    watchers.forEach(WatchCall::close);
    channels.forEach(ManagedChannel::shutdownNow);
    cluster.close();
  }

  private long put(int node) {
    try (RawClient client = new RawClient(cluster.endpoints().get(node))) {
      return client.put("config/a", "x").getRevision();
    }
  }

  /** A watcher that has been told where it begins. */
  private WatchCall watcher(int node, String name, long incarnation, long from) {
    WatchCall call = WatchCall.open(channels.get(node));
    watchers.add(call);
    call.send(
        CreateWatch.newBuilder()
            .setWatchId(1)
            .setSelector(WatchSelector.newBuilder().setPrefix(utf8("config/")))
            .setFromRevision(from)
            .setWatcher(WatcherName.newBuilder().setName(name).setIncarnation(incarnation)));
    call.next(1, ResponseCase.CREATED);
    return call;
  }

  private static void report(WatchCall watcher, long revision) {
    watcher.send(
        WatchRequest.newBuilder()
            .setReport(ReportApplied.newBuilder().setWatchId(1).setRevision(revision)));
  }

  private CompletableFuture<AwaitAppliedResponse> asking(
      int node, Duration timeout, long revision, String... expected) {
    return CompletableFuture.supplyAsync(() -> ask(node, timeout, revision, expected));
  }

  private AwaitAppliedResponse ask(int node, Duration timeout, long revision, String... expected) {
    return WatchGrpc.newBlockingStub(channels.get(node))
        .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .awaitApplied(
            AwaitAppliedRequest.newBuilder()
                .setRevision(revision)
                .addAllExpected(List.of(expected))
                .build());
  }

  private static WatcherStanding watcher(AwaitAppliedResponse response, String name) {
    return response.getWatchersList().stream()
        .filter(watcher -> watcher.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theQuestionIsAnsweredWhenTheLastWatcherHasReportedAtWhateverNode() {
    long revision = put(0);
    List<WatchCall> three = new ArrayList<>();
    for (int node = 0; node < NODES; node++) {
      WatchCall watcher = watcher(node, "w" + node, 1, revision);
      assertThat(watcher.events(1, 1).get(0).getFact().getModRevision()).isEqualTo(revision);
      three.add(watcher);
    }
    report(three.get(0), revision);
    report(three.get(1), revision);
    for (int node = 0; node < NODES; node++) {
      AwaitAppliedResponse lagging = ask(node, SHORT, revision, "w0", "w1", "w2");
      assertThat(lagging.getOutcome()).isEqualTo(Outcome.LAGGING);
      assertThat(lagging.getWatchersList().stream().map(WatcherStanding::getState))
          .containsExactly(State.APPLIED, State.APPLIED, State.LAGGING);
      assertThat(watcher(lagging, "w2").getNode()).isEqualTo("n2");
      assertThat(lagging.getUnheardNodesList()).isEmpty();
    }
    CompletableFuture<AwaitAppliedResponse> answer = asking(0, LONG, revision, "w0", "w1", "w2");
    report(three.get(2), revision);
    assertThat(answer).succeedsWithin(Duration.ofSeconds(20));
    assertThat(answer.join().getOutcome()).isEqualTo(Outcome.APPLIED);
  }

  @Test
  void aStreamThatWasReplacedAtAnotherNodeCountsNoMore() {
    long revision = put(0);
    WatchCall old = watcher(0, "w", 1, revision);
    old.events(1, 1);
    report(old, revision);
    assertThat(ask(1, LONG, revision, "w").getOutcome()).isEqualTo(Outcome.APPLIED);
    WatchCall young = watcher(1, "w", 2, revision);
    young.events(1, 1);
    report(old, revision);
    AwaitAppliedResponse lagging = ask(2, SHORT, revision, "w");
    assertThat(lagging.getOutcome()).isEqualTo(Outcome.LAGGING);
    assertThat(watcher(lagging, "w").getIncarnation()).isEqualTo(2);
    report(young, revision);
    assertThat(ask(2, LONG, revision, "w").getOutcome()).isEqualTo(Outcome.APPLIED);
  }

  @Test
  void atTheSameNodeTheOldStreamsReportIsRefused() {
    long revision = put(0);
    WatchCall old = watcher(0, "w", 1, revision);
    old.events(1, 1);
    watcher(0, "w", 2, revision).events(1, 1);
    report(old, revision);
    WatchResponse refused = old.next(1, ResponseCase.REFUSED);
    assertThat(refused.getRefused().getProblem().getReason()).isEqualTo(Reason.FENCED.name());
    assertThat(watcher(ask(0, SHORT, revision, "w"), "w").getApplied()).isZero();
  }

  @Test
  void aWatcherThatWentAwayIsNoYes() {
    long revision = put(0);
    WatchCall watcher = watcher(2, "w", 1, revision);
    watcher.events(1, 1);
    report(watcher, revision);
    assertThat(ask(0, LONG, revision, "w").getOutcome()).isEqualTo(Outcome.APPLIED);
    watcher.close();
    AwaitAppliedResponse away =
        await()
            .atMost(LONG)
            .until(
                () -> ask(0, SHORT, revision, "w"),
                response -> watcher(response, "w").getState() == State.AWAY);
    assertThat(away.getOutcome()).isEqualTo(Outcome.LAGGING);
    assertThat(watcher(away, "w").getApplied()).isEqualTo(revision);
  }

  @Test
  void whileANodeIsDownTheAnswerIsIncompleteAndNoYes() throws InterruptedException {
    long revision = put(0);
    int leader = cluster.awaitLeader(LONG);
    int down = (leader + 1) % NODES;
    WatchCall watcher = watcher(leader, "w", 1, revision);
    watcher.events(1, 1);
    report(watcher, revision);
    assertThat(ask(leader, LONG, revision, "w").getOutcome()).isEqualTo(Outcome.APPLIED);
    cluster.kill(down);
    AwaitAppliedResponse incomplete = ask((leader + 2) % NODES, SHORT, revision, "w");
    assertThat(incomplete.getOutcome()).isEqualTo(Outcome.INCOMPLETE);
    assertThat(incomplete.getUnheardNodesList()).containsExactly("n" + down);
    assertThat(watcher(incomplete, "w").getState()).isEqualTo(State.APPLIED);
    cluster.restart(down);
    assertThat(ask(leader, LONG, revision, "w").getOutcome()).isEqualTo(Outcome.APPLIED);
  }
}

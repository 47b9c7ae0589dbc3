// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static dev.stele.server.wire.Requests.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.stele.proto.v1.FactsGrpc;
import dev.stele.proto.v1.PutResponse;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.NodeAddress;
import dev.stele.server.port.Proposal;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A write at a node that does not lead. */
final class ForwardTest {
  /** Leaves 100 ms of the default deadline. */
  private static final long ALMOST_FIVE_SECONDS = TimeUnit.MILLISECONDS.toNanos(4_900);

  private TestNode leader;
  private TestNode follower;

  @BeforeEach
  void start() throws IOException {
    leader = TestNode.formed("n1");
    follower = TestNode.formed("n2", leader.address());
    follower.standing = TestNode.following(Optional.of("n1"));
  }

  @AfterEach
  void stop() {
    follower.close();
    leader.close();
  }

  @Test
  void isAnsweredByTheLeader() {
    PutResponse response = follower.facts().put(put("desired/a").build());
    assertThat(response.getRevision()).isEqualTo(1);
    assertThat(response.getHeader().getMember()).isEqualTo("n1");
    assertThat(leader.revision()).isEqualTo(1);
    assertThat(follower.revision()).isZero();
  }

  @Test
  void isRefusedByTheLeaderWithTheSameWords() {
    leader.facts().put(put("desired/a").build());
    Refused there =
        Refused.by(() -> leader.facts().put(put("desired/a").setIfAbsent(true).build()));
    Refused here =
        Refused.by(() -> follower.facts().put(put("desired/a").setIfAbsent(true).build()));
    assertThat(here.details()).isEqualTo(there.details());
    assertThat(here.status().getCode()).isEqualTo(there.status().getCode());
    assertThat(here.status().getDescription()).isEqualTo(there.status().getDescription());
    assertThat(here.metadata("revision")).isEqualTo("1");
  }

  @Test
  void isNotPassedOnTwice() {
    Metadata forwarded = RawCall.peerHeaders("n3", TestNode.SECRET);
    forwarded.merge(RawCall.headers("stele-forwarded", "n3"));
    FactsGrpc.FactsBlockingStub stub =
        follower.facts().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(forwarded));
    Refused refused = Refused.by(() -> stub.put(put("desired/a").build()));
    assertThat(refused.reason()).isEqualTo(Reason.NOT_LEADER);
    assertThat(refused.metadata("leader")).isEqualTo("n1");
    assertThat(refused.metadata("leaderEndpoint")).isEqualTo(leader.address().api());
    assertThat(leader.revision()).isZero();
  }

  @Test
  void goesToTheLeaderThatWasElectedMeanwhile() throws Exception {
    follower.standing = TestNode.following(Optional.empty());
    CompletableFuture<PutResponse> response =
        CompletableFuture.supplyAsync(() -> follower.facts().put(put("desired/a").build()));
    long looks = follower.looks.get();
    await().until(() -> follower.looks.get() > looks + 20);
    assertThat(response).isNotDone();
    follower.standing = TestNode.following(Optional.of("n1"));
    assertThat(response.get(5, TimeUnit.SECONDS).getHeader().getMember()).isEqualTo("n1");
  }

  @Test
  void goesOnWhenThisNodeJustStoppedLeading() {
    AtomicInteger proposals = new AtomicInteger();
    follower.standing = TestNode.leading("n2");
    follower.log =
        (command, deadline) -> {
          proposals.incrementAndGet();
          follower.standing = TestNode.following(Optional.of("n1"));
          return CompletableFuture.completedFuture(
              new Proposal.NotProposed(Reason.NOT_LEADER, "stepped down", Duration.ZERO));
        };
    assertThat(follower.facts().put(put("desired/a").build()).getHeader().getMember())
        .isEqualTo("n1");
    assertThat(proposals).hasValue(1);
  }

  @Test
  void withoutALeaderEndsWithinItsDeadlineAndHasNotHappened() {
    follower.standing = TestNode.following(Optional.empty());
    CompletableFuture<Refused> refused =
        CompletableFuture.supplyAsync(
            () -> Refused.by(() -> follower.facts().put(put("desired/a").build())));
    // The node's clock is the test's: past the default deadline, the next look ends it.
    await().until(() -> advance(follower, refused));
    assertThat(refused.join().reason()).isEqualTo(Reason.NO_QUORUM);
    assertThat(refused.join().metadata("mayHaveHappened")).isEqualTo("false");
  }

  private static boolean advance(TestNode node, CompletableFuture<?> until) {
    node.nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    return until.isDone();
  }

  @Test
  void thatCouldNotBeSentIsTriedAgainAndHasNotHappened() throws IOException {
    NodeAddress nobody = new NodeAddress("n3", "127.0.0.1:" + unusedPort(), "127.0.0.1:2");
    try (TestNode lost = TestNode.formed("n4", nobody)) {
      lost.standing = TestNode.following(Optional.of("n3"));
      CompletableFuture<Refused> refused =
          CompletableFuture.supplyAsync(
              () -> Refused.by(() -> lost.facts().put(put("desired/a").build())));
      await().until(() -> advance(lost, refused));
      assertThat(refused.join().reason()).isEqualTo(Reason.NO_QUORUM);
      assertThat(refused.join().metadata("leader")).isEqualTo("n3");
    }
  }

  private static int unusedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void thatBreaksOnItsWayBackHasAnUnknownOutcome() {
    leader.log =
        (command, deadline) -> {
          leader.decide(command);
          leader.server().close();
          return new CompletableFuture<>();
        };
    Refused refused = Refused.by(() -> follower.facts().put(put("desired/a").build()));
    assertThat(refused.reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
    assertThat(refused.metadata("mayHaveHappened")).isEqualTo("true");
    assertThat(refused.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void thatIsNotAnsweredInTimeHasAnUnknownOutcome() {
    leader.log = (command, deadline) -> new CompletableFuture<>();
    follower.onNextLook(() -> follower.nanos.addAndGet(ALMOST_FIVE_SECONDS));
    Refused refused = Refused.by(() -> follower.facts().put(put("desired/a").build()));
    assertThat(refused.reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
    assertThat(refused.status().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
  }

  @Test
  void toALeaderThatAcceptsConnectionsAndSaysNothingHasNotHappened() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      NodeAddress mute = new NodeAddress("n3", "127.0.0.1:" + silent.getLocalPort(), "127.0.0.1:2");
      try (TestNode asking = TestNode.formed("n4", mute)) {
        asking.standing = TestNode.following(Optional.of("n3"));
        asking.onLook = () -> asking.nanos.addAndGet(ALMOST_FIVE_SECONDS);
        Refused refused = Refused.by(() -> asking.facts().put(put("desired/a").build()));
        assertThat(refused.reason()).isEqualTo(Reason.NO_QUORUM);
        assertThat(refused.metadata("mayHaveHappened")).isEqualTo("false");
      }
    }
  }
}

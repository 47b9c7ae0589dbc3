// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static dev.stele.server.wire.LeasesTest.acquire;
import static dev.stele.server.wire.LeasesTest.tagged;
import static dev.stele.server.wire.Requests.lease;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import dev.stele.proto.v1.AcquireLeaseRequest;
import dev.stele.proto.v1.AcquireLeaseResponse;
import dev.stele.proto.v1.LeasesGrpc;
import dev.stele.proto.v1.ReleaseLeaseRequest;
import dev.stele.server.core.command.AcquireLease;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Reason;
import dev.stele.server.lease.LeaseDesk.Turn;
import dev.stele.server.port.NodeAddress;
import dev.stele.server.port.Proposal;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Acquisitions that wait. */
final class LeaseWaitTest {
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final NodeAddress OTHER =
      new NodeAddress("n2", "127.0.0.1:2222", "127.0.0.1:3333");

  private TestNode node;

  @BeforeEach
  void start() throws IOException {
    node = TestNode.formed("n1", OTHER);
    node.leases.holdsWaits = true;
  }

  @AfterEach
  void stop() {
    node.close();
    assertThat(node.faults).isEmpty();
  }

  private ListenableFuture<AcquireLeaseResponse> waiting(AcquireLeaseRequest.Builder request) {
    return waiting(node, request);
  }

  private static ListenableFuture<AcquireLeaseResponse> waiting(
      TestNode at, AcquireLeaseRequest.Builder request) {
    return LeasesGrpc.newFutureStub(at.channel()).acquire(request.build());
  }

  private static AcquireLeaseRequest.Builder patient(String name, String holder) {
    return acquire(name, holder).setWaitMillis(1_000);
  }

  private ScriptedLeases.Waiting next() throws InterruptedException {
    return node.leases.line.poll(20, TimeUnit.SECONDS);
  }

  private static AcquireLeaseResponse answer(ListenableFuture<AcquireLeaseResponse> call)
      throws InterruptedException, ExecutionException, TimeoutException {
    return call.get(20, TimeUnit.SECONDS);
  }

  private static Refused refused(ListenableFuture<AcquireLeaseResponse> call) {
    return Refused.by(
        () -> {
          try {
            return answer(call);
          } catch (ExecutionException e) {
            throw (StatusRuntimeException) e.getCause();
          }
        });
  }

  /** As if somebody else had acquired it. */
  private void hold(String name) {
    var unused = node.decide(new AcquireLease(name, "other", 10_000, Bytes.EMPTY));
  }

  @Test
  void nothingIsProposedBeforeItsTurn() throws Exception {
    ListenableFuture<AcquireLeaseResponse> call = waiting(patient("a", "me"));
    ScriptedLeases.Waiting waiting = next();
    assertThat(waiting.name()).isEqualTo("a");
    assertThat(node.proposalDeadlines).isEmpty();
    assertThat(call.isDone()).isFalse();
    waiting.turn().complete(node.leases.yours());
    assertThat(answer(call).getToken()).isEqualTo(1);
    await().until(() -> node.leases.turnsDone.get() == 1);
  }

  @Test
  void theTurnIsOverOnlyWhenItIsKnownWhatBecameOfTheAcquisition() throws Exception {
    CompletableFuture<Proposal> proposal = new CompletableFuture<>();
    node.log = (command, deadlineNanos) -> proposal;
    ListenableFuture<AcquireLeaseResponse> call = waiting(patient("a", "me"));
    next().turn().complete(node.leases.yours());
    await().during(300, TimeUnit.MILLISECONDS).until(() -> node.leases.turnsDone.get() == 0);
    proposal.complete(new Proposal.Unknown("the leader went away"));
    assertThat(refused(call).reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
    await().until(() -> node.leases.turnsDone.get() == 1);
  }

  @Test
  void withoutAWaitNobodyStandsInLine() throws Exception {
    hold("a");
    assertThat(refused(waiting(acquire("a", "me"))).reason()).isEqualTo(Reason.LEASE_HELD);
    assertThat(node.leases.line).isEmpty();
  }

  @Test
  void onceTheWaitIsOverTheLogSaysWhoHoldsIt() throws Exception {
    hold("a");
    ListenableFuture<AcquireLeaseResponse> call = waiting(patient("a", "me").setHeader(tagged(1)));
    next().turn().complete(new Turn.Late());
    Refused refused = refused(call);
    assertThat(refused.reason()).isEqualTo(Reason.LEASE_HELD);
    assertThat(refused.metadata("holder")).isEqualTo("other");
    assertThat(refused.metadata("token")).isEqualTo("1");
    // Then the answer stands: a try that was on its way all the time can't acquire it unnoticed.
    var unused =
        LeasesGrpc.newBlockingStub(node.channel())
            .release(ReleaseLeaseRequest.newBuilder().setLease(lease("a", 1)).build());
    assertThat(refused(waiting(patient("a", "me").setHeader(tagged(1)))).reason())
        .isEqualTo(Reason.LEASE_HELD);
  }

  @Test
  void aWaitEndsShortlyBeforeItsCallDoes() throws Exception {
    ListenableFuture<AcquireLeaseResponse> shortWait = waiting(patient("a", "me"));
    assertThat(next().deadlineNanos()).isEqualTo(SECOND_NANOS);
    ListenableFuture<AcquireLeaseResponse> longWait =
        waiting(acquire("a", "me").setWaitMillis(600_000));
    // Calls without a deadline have five seconds.
    assertThat(next().deadlineNanos()).isEqualTo(5 * SECOND_NANOS - SECOND_NANOS / 4);
    shortWait.cancel(true);
    longWait.cancel(true);
  }

  @Test
  void whatWasWaitedElsewhereCounts() throws Exception {
    ListenableFuture<AcquireLeaseResponse> call =
        waiting(patient("a", "me").setWaitedMillis(7_000));
    assertThat(next().waitedNanos()).isEqualTo(7 * SECOND_NANOS);
    call.cancel(true);
  }

  @Test
  void whoGoesAwayLeavesTheLine() throws Exception {
    ListenableFuture<AcquireLeaseResponse> call = waiting(patient("a", "me"));
    ScriptedLeases.Waiting waiting = next();
    call.cancel(true);
    await().until(waiting.turn()::isCancelled);
    assertThat(node.proposalDeadlines).isEmpty();
  }

  @Test
  void aLineThatIsFullTakesNobody() throws Exception {
    ListenableFuture<AcquireLeaseResponse> call = waiting(patient("a", "me"));
    next().turn().complete(new Turn.Full());
    Refused refused = refused(call);
    assertThat(refused.reason()).isEqualTo(Reason.OVERLOADED);
    assertThat(refused.retry()).isPresent();
    assertThat(node.revision()).isZero();
  }

  @Test
  void whoseTurnIsTakenByALaterTryMayStillBeServed() throws Exception {
    ListenableFuture<AcquireLeaseResponse> call = waiting(patient("a", "me").setHeader(tagged(1)));
    next().turn().complete(new Turn.Replaced());
    Refused refused = refused(call);
    assertThat(refused.reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
    assertThat(node.revision()).isZero();
  }

  @Test
  void aRetryOfWhatWasDecidedDoesNotWait() throws Exception {
    AcquireLeaseRequest.Builder request = patient("a", "me").setHeader(tagged(1));
    ListenableFuture<AcquireLeaseResponse> first = waiting(request);
    ScriptedLeases.Waiting waiting = next();
    assertThat(waiting.tag()).isPresent();
    waiting.turn().complete(node.leases.yours());
    assertThat(answer(first).getDuplicate()).isFalse();
    AcquireLeaseResponse again = answer(waiting(request));
    assertThat(again.getDuplicate()).isTrue();
    assertThat(again.getToken()).isEqualTo(1);
    assertThat(node.leases.line).isEmpty();
  }

  @Test
  void aRetryOfWhatIsBeingDecidedDoesNotWait() throws Exception {
    CompletableFuture<Proposal> proposal = new CompletableFuture<>();
    AcquireLeaseRequest.Builder request = patient("a", "me").setHeader(tagged(1));
    node.log = (command, deadlineNanos) -> proposal;
    ListenableFuture<AcquireLeaseResponse> first = waiting(request);
    next().turn().complete(node.leases.yours());
    await().until(() -> proposal.getNumberOfDependents() > 0);
    node.log = node::apply;
    assertThat(answer(waiting(request)).getToken()).isEqualTo(1);
    assertThat(node.leases.line).isEmpty();
    proposal.complete(new Proposal.Unknown("lost"));
    assertThat(refused(first).reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
  }

  @Test
  void whoWaitedIsToldWhoLeadsNext() throws Exception {
    ListenableFuture<AcquireLeaseResponse> call = waiting(patient("a", "me"));
    ScriptedLeases.Waiting waiting = next();
    node.standing = TestNode.following(Optional.of("n2"));
    waiting.turn().complete(new Turn.Elsewhere());
    Refused refused = refused(call);
    assertThat(refused.reason()).isEqualTo(Reason.NOT_LEADER);
    assertThat(refused.metadata("leaderEndpoint")).isEqualTo(OTHER.api());
    assertThat(node.proposalDeadlines).isEmpty();
  }

  @Test
  void aLeaderThatIsNotReadyTakesItALittleLater() throws Exception {
    ListenableFuture<AcquireLeaseResponse> call = waiting(patient("a", "me"));
    next().turn().complete(new Turn.Elsewhere());
    next().turn().complete(node.leases.yours());
    assertThat(answer(call).getToken()).isEqualTo(1);
  }

  @Test
  void aWaitAtAnotherNodeIsPassedOn() throws Exception {
    try (TestNode follower = TestNode.formed("n2", node.address())) {
      follower.standing = TestNode.following(Optional.of("n1"));
      ListenableFuture<AcquireLeaseResponse> call = waiting(follower, patient("a", "me"));
      next().turn().complete(node.leases.yours());
      assertThat(answer(call).getHeader().getMember()).isEqualTo("n1");
      ListenableFuture<AcquireLeaseResponse> left = waiting(follower, patient("a", "me"));
      ScriptedLeases.Waiting waiting = next();
      left.cancel(true);
      await().until(waiting.turn()::isCancelled);
    }
  }
}

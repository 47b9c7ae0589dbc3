// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static dev.stele.server.wire.Requests.get;
import static dev.stele.server.wire.Requests.put;
import static dev.stele.server.wire.Requests.zeros;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.stele.proto.v1.FactsGrpc;
import dev.stele.proto.v1.PutRequest;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.ReadGate;
import dev.stele.server.port.StoreFault;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What holds for every call: sizes, deadlines, outcomes, counting. */
final class CallsTest {
  private TestNode node;

  @BeforeEach
  void start() throws IOException {
    node = TestNode.formed("n1");
  }

  @AfterEach
  void stop() {
    node.close();
  }

  /** A put that is {@code bytes} long on the wire. */
  private static PutRequest request(int bytes) {
    PutRequest.Builder put = put("config/a");
    ByteString key = put.getKey();
    int overhead = 1 + 1 + key.size() + 1 + 4;
    PutRequest request = put.setBody(zeros(bytes - overhead)).build();
    assertThat(request.getSerializedSize()).isEqualTo(bytes);
    return request;
  }

  @Test
  void aRequestOfFourMebibytesIsReadAndALargerOneIsNot() {
    Refused read = Refused.by(() -> node.facts().put(request(4 << 20)));
    Refused unread = Refused.by(() -> node.facts().put(request((4 << 20) + 1)));
    assertThat(read.reason()).isEqualTo(Reason.BODY_TOO_LARGE);
    assertThat(read.field()).isEqualTo("body");
    assertThat(unread.reason()).isEqualTo(Reason.BODY_TOO_LARGE);
    assertThat(unread.field()).isEqualTo("request");
    assertThat(node.revision()).isZero();
  }

  @Test
  void aCompressedRequestCountsAsWhatItUnfoldsTo() {
    Refused refused = Refused.by(() -> node.facts().withCompression("gzip").put(request(64 << 20)));
    assertThat(refused.reason()).isEqualTo(Reason.BODY_TOO_LARGE);
    assertThat(refused.field()).isEqualTo("request");
  }

  @Test
  void noRequestAndTwoRequestsAreRefused() {
    byte[] request = put("desired/a").build().toByteArray();
    RawCall.End none = RawCall.call(node.channel(), FactsGrpc.getPutMethod(), new Metadata());
    RawCall.End two =
        RawCall.call(node.channel(), FactsGrpc.getPutMethod(), new Metadata(), request, request);
    assertThat(none.reason()).isEqualTo("INVALID_FIELD");
    assertThat(two.reason()).isEqualTo("INVALID_FIELD");
    assertThat(node.revision()).isZero();
  }

  @Test
  void textThatIsNotUtf8IsNamed() {
    // header (field 1) with a cluster_id (field 1) of two wrong bytes.
    byte[] request = {0x0a, 4, 0x0a, 2, (byte) 0xc3, 0x28};
    RawCall.End end =
        RawCall.call(node.channel(), FactsGrpc.getPutMethod(), new Metadata(), request);
    assertThat(Refused.of(end.status(), end.trailers()).orElseThrow().field())
        .isEqualTo("header.cluster_id");
  }

  @Test
  void aWriteWithoutADeadlineGetsFiveSeconds() {
    node.nanos.set(1_000);
    node.facts().put(put("desired/a").build());
    assertThat(node.proposalDeadlines).containsExactly(1_000 + Duration.ofSeconds(5).toNanos());
  }

  @Test
  void aWriteGetsAMinuteAtMost() {
    node.facts().withDeadlineAfter(10, TimeUnit.MINUTES).put(put("desired/a").build());
    assertThat(node.proposalDeadlines).containsExactly(Duration.ofSeconds(60).toNanos());
  }

  @Test
  void aShorterDeadlineStands() {
    node.facts().withDeadlineAfter(3, TimeUnit.SECONDS).put(put("desired/a").build());
    assertThat(node.proposalDeadlines.get(0))
        .isPositive()
        .isLessThanOrEqualTo(Duration.ofSeconds(3).toNanos());
  }

  @Test
  void anUnknownOutcomeSaysThatItMayHaveHappened() {
    node.log = (command, deadline) -> done(new Proposal.Unknown("lost leadership"));
    Refused refused = Refused.by(() -> node.facts().put(put("desired/a").build()));
    assertThat(refused.reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
    assertThat(refused.metadata("mayHaveHappened")).isEqualTo("true");
    assertThat(refused.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void anUnknownOutcomeAtTheDeadlineIsDeadlineExceeded() {
    node.log =
        (command, deadline) -> {
          node.nanos.set(deadline);
          return done(new Proposal.Unknown("not decided in time"));
        };
    Refused refused = Refused.by(() -> node.facts().put(put("desired/a").build()));
    assertThat(refused.reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
    assertThat(refused.status().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
  }

  @Test
  void anOverloadedProposerSaysWhenToComeBack() {
    node.log =
        (command, deadline) ->
            done(new Proposal.NotProposed(Reason.OVERLOADED, "full", Duration.ofSeconds(2)));
    Refused refused = Refused.by(() -> node.facts().put(put("desired/a").build()));
    assertThat(refused.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(refused.retry().orElseThrow().getRetryDelay().getSeconds()).isEqualTo(2);
  }

  private static CompletableFuture<Proposal> done(Proposal proposal) {
    return CompletableFuture.completedFuture(proposal);
  }

  @Test
  void aReadThatComesToItsReaderPastItsDeadlineIsNotServed() {
    node.gate =
        new TestNode.OpenGate() {
          @Override
          public CompletableFuture<ReadGate.Admission> linearizable(long deadlineNanos) {
            node.nanos.set(deadlineNanos);
            return super.linearizable(deadlineNanos);
          }
        };
    assertThat(Refused.by(() -> node.facts().get(get("desired/a").build())).reason())
        .isEqualTo(Reason.OVERLOADED);
  }

  @Test
  void theStoresFaultEndsTheNode() {
    StoreFault fault = new StoreFault("bad sector");
    node.log =
        (command, deadline) -> {
          throw fault;
        };
    Refused refused = Refused.by(() -> node.facts().put(put("desired/a").build()));
    assertThat(refused.reason()).isEqualTo(Reason.CORRUPT);
    assertThat(refused.status().getCode()).isEqualTo(Status.Code.DATA_LOSS);
    assertThat(node.faults).containsExactly(fault);
  }

  @Test
  void aBugUnderACallIsAnUnknownOutcome() {
    node.log = (command, deadline) -> CompletableFuture.failedFuture(new RuntimeException("bug"));
    assertThat(Refused.by(() -> node.facts().put(put("desired/a").build())).reason())
        .isEqualTo(Reason.OUTCOME_UNKNOWN);
  }

  @Test
  void aRoundOutlivesTheCallThatBeganIt() {
    AtomicBoolean cancelledWithCaller = new AtomicBoolean();
    CompletableFuture<ReadGate.Admission> round = new CompletableFuture<>();
    CompletableFuture<io.grpc.Context> contexts = new CompletableFuture<>();
    node.gate =
        new TestNode.OpenGate() {
          @Override
          public CompletableFuture<ReadGate.Admission> linearizable(long deadlineNanos) {
            contexts.complete(io.grpc.Context.current());
            return round;
          }
        };
    RawCall.End end =
        RawCall.call(
            node.channel(),
            FactsGrpc.getGetMethod(),
            node.facts().withDeadlineAfter(100, TimeUnit.MILLISECONDS).getCallOptions(),
            new Metadata(),
            get("desired/a").build().toByteArray());
    contexts.join().addListener(context -> cancelledWithCaller.set(true), Runnable::run);
    assertThat(end.status().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(contexts.join().isCancelled()).isFalse();
    assertThat(cancelledWithCaller).isFalse();
    round.complete(new ReadGate.Admitted());
  }

  @Test
  void everyCallIsTimedAndEveryRefusalCounted() {
    node.facts().put(put("desired/a").build());
    Refused.by(() -> node.facts().put(put("bad").build()));
    RawCall.call(
        node.channel(),
        FactsGrpc.getPutMethod(),
        RawCall.peerHeaders("n2", "guessed"),
        new byte[0]);
    assertThat(timer("OK").count()).isEqualTo(1);
    assertThat(timer("INVALID_FIELD").count()).isEqualTo(1);
    assertThat(timer("UNAUTHENTICATED").count()).isEqualTo(1);
    assertThat(node.meters.get("stele.rejected").tag("reason", "INVALID_FIELD").counter().count())
        .isEqualTo(1);
  }

  private Timer timer(String outcome) {
    return node.meters
        .get("stele.api.requests")
        .tag("method", "stele.v1.Facts/Put")
        .tag("outcome", outcome)
        .timer();
  }

  @Test
  void healthFollowsReadiness() {
    HealthGrpc.HealthBlockingStub health = HealthGrpc.newBlockingStub(node.channel());
    HealthCheckRequest facts = HealthCheckRequest.newBuilder().setService("stele.v1.Facts").build();
    await().until(() -> health.check(facts).getStatus() == ServingStatus.SERVING);
    node.standing = TestNode.following(Optional.empty());
    await().until(() -> health.check(facts).getStatus() == ServingStatus.NOT_SERVING);
    assertThat(health.check(HealthCheckRequest.getDefaultInstance()).getStatus())
        .as("the process itself")
        .isEqualTo(ServingStatus.SERVING);
  }
}

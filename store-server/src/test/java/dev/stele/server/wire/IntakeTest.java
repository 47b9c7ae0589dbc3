// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static dev.stele.server.wire.Requests.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.rpc.RetryInfo;
import dev.stele.proto.peer.v1.ConfirmTermRequest;
import dev.stele.proto.peer.v1.PeerGrpc;
import dev.stele.proto.v1.FactsGrpc;
import dev.stele.proto.v1.PutRequest;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.Proposal;
import dev.stele.server.wire.call.CallLimits;
import dev.stele.server.wire.error.Statuses;
import dev.stele.server.wire.intake.IntakeLimits;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is let in is bounded: connections, calls, and the bytes of requests, from the first on. */
final class IntakeTest {
  private static final int CONNECTIONS = 3;
  private static final int CALLS = 6;
  private static final int BYTES = 64 << 10;
  private static final int LARGE = 40 << 10;

  private final List<ManagedChannel> channels = new ArrayList<>();
  private final CompletableFuture<Proposal> decision = new CompletableFuture<>();
  private TestNode node;

  @BeforeEach
  void start() throws IOException {
    node = TestNode.limited("n1", new IntakeLimits(CONNECTIONS, CALLS, BYTES, 1 << 20));
  }

  @AfterEach
  void stop() {
    channels.forEach(ManagedChannel::shutdownNow);
    node.close();
  }

  /** A client of its own, with a connection of its own. */
  private ManagedChannel connection() {
    ManagedChannel channel = TestNode.channel(node.server().port());
    channels.add(channel);
    return channel;
  }

  /** A call that stays under way until its caller ends it. */
  private static final class Open extends ClientCall.Listener<byte[]> {
    final CompletableFuture<RawCall.End> end = new CompletableFuture<>();
    final ClientCall<byte[], byte[]> call;

    Open(ManagedChannel channel) {
      call =
          channel.newCall(
              FactsGrpc.getPutMethod().toBuilder(RawCall.BYTES, RawCall.BYTES)
                  .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                  .build(),
              CallOptions.DEFAULT);
      call.start(this, new Metadata());
      call.request(1);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      end.complete(new RawCall.End(status, trailers));
    }
  }

  private double gauge(String name) {
    return node.meters.get(name).gauge().value();
  }

  private void awaitCalls(int calls) {
    await().untilAsserted(() -> assertThat(gauge("stele.api.calls")).isEqualTo(calls));
  }

  private void awaitBytes(int bytes) {
    await().untilAsserted(() -> assertThat(gauge("stele.api.request.bytes")).isEqualTo(bytes));
  }

  private List<Open> fill(ManagedChannel channel) {
    List<Open> open = new ArrayList<>();
    for (int i = 0; i < CALLS / 2; i++) {
      open.add(new Open(channel));
    }
    awaitCalls(CALLS / 2);
    return open;
  }

  @Test
  void aConnectionWithManyCallsIsRefusedAndOneWithFewIsServed() {
    ManagedChannel greedy = connection();
    fill(greedy);
    RawCall.End beyond = new Open(greedy).end.join();
    assertThat(beyond.reason()).isEqualTo("OVERLOADED");
    assertThat(beyond.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(node.facts().put(put("desired/a").build()).getRevision()).isEqualTo(1);
  }

  @Test
  void aRefusalSaysWhenToComeBack() throws Exception {
    ManagedChannel greedy = connection();
    fill(greedy);
    RawCall.End beyond = new Open(greedy).end.join();
    RetryInfo retry =
        Refused.of(beyond.status(), beyond.trailers()).orElseThrow().retry().orElseThrow();
    assertThat(retry.getRetryDelay())
        .isEqualTo(com.google.protobuf.Duration.newBuilder().setNanos(50_000_000).build());
    assertThat(beyond.trailers().get(Statuses.REASON)).isEqualTo(Reason.OVERLOADED.name());
    assertThat(node.meters.get("stele.rejected").tag("reason", "OVERLOADED").counter().count())
        .isEqualTo(1);
  }

  @Test
  void callsThatEndMakeRoom() {
    ManagedChannel greedy = connection();
    fill(greedy).forEach(open -> open.call.cancel("enough", null));
    awaitCalls(0);
    assertThat(FactsGrpc.newBlockingStub(greedy).put(put("desired/a").build()).getRevision())
        .isEqualTo(1);
    awaitCalls(0);
    awaitBytes(0);
  }

  /** Sends a request of {@link #LARGE} bytes and leaves it open: it waits for what may follow. */
  private static Open unfinished(ManagedChannel channel) {
    Open open = new Open(channel);
    open.call.sendMessage(new byte[LARGE]);
    return open;
  }

  @Test
  void theBytesOfARequestCountBeforeItIsComplete() {
    Open first = unfinished(connection());
    awaitBytes(LARGE);
    Open second = unfinished(connection());
    assertThat(second.end.join().reason()).isEqualTo("OVERLOADED");
    assertThat(first.end).isNotDone();
    awaitBytes(LARGE);
    assertThat(node.facts().put(put("desired/a").build()).getRevision())
        .as("a small one has room")
        .isEqualTo(1);
    first.call.cancel("enough", null);
    awaitBytes(0);
  }

  @Test
  void whatIsRefusedIsNotProposedEvenIfItIsAllThere() {
    unfinished(connection());
    awaitBytes(LARGE);
    PutRequest large =
        put("desired/a").setBody(ByteString.copyFrom(new byte[BYTES - LARGE + 1])).build();
    Refused refused = Refused.by(() -> node.facts().put(large));
    assertThat(refused.reason()).isEqualTo(Reason.OVERLOADED);
    assertThat(node.proposalDeadlines).isEmpty();
  }

  @Test
  void aCompressedRequestCountsAsWhatItUnfoldsTo() {
    PutRequest zeros = put("desired/a").setBody(ByteString.copyFrom(new byte[BYTES])).build();
    Refused refused =
        Refused.by(
            () -> FactsGrpc.newBlockingStub(connection()).withCompression("gzip").put(zeros));
    assertThat(refused.reason()).isEqualTo(Reason.OVERLOADED);
    awaitBytes(0);
  }

  @Test
  void aCallerWhoDoesNotSendItsRequestLosesTheCall() {
    Open idle = new Open(connection());
    awaitCalls(1);
    node.nanos.addAndGet(CallLimits.REQUEST_TIME.toNanos() - 1);
    assertThat(idle.end).isNotDone();
    node.nanos.addAndGet(1);
    assertThat(idle.end.join().status().isOk()).isFalse();
    awaitCalls(0);
  }

  @Test
  void aCallerWhoWentAwayTakesItsCommandAlong() {
    node.log = (command, deadlineNanos) -> decision;
    Open gone = new Open(connection());
    gone.call.sendMessage(put("desired/a").build().toByteArray());
    gone.call.halfClose();
    awaitCalls(1);
    gone.call.cancel("enough", null);
    await().untilAsserted(() -> assertThat(decision).isCancelled());
    awaitCalls(0);
  }

  @Test
  void theNodesOwnCallsAreServedWhereNobodyElsesAre() {
    ManagedChannel greedy = connection();
    fill(greedy);
    assertThat(new Open(greedy).end.join().reason()).isEqualTo("OVERLOADED");
    assertThat(confirm(greedy).status().isOk()).isTrue();
  }

  private static RawCall.End confirm(ManagedChannel channel) {
    return RawCall.call(
        channel,
        PeerGrpc.getConfirmTermMethod(),
        RawCall.peerHeaders("n2", TestNode.SECRET),
        ConfirmTermRequest.newBuilder()
            .setGroupId(TestNode.GROUP)
            .setTo("n1")
            .build()
            .toByteArray());
  }

  @Test
  void beyondTheBoundOnlyNodesGetAConnection() {
    for (int i = 0; i < CONNECTIONS; i++) {
      new Open(connection());
    }
    await().untilAsserted(() -> assertThat(gauge("stele.api.connections")).isEqualTo(CONNECTIONS));
    ManagedChannel client = connection();
    Refused refused =
        Refused.by(() -> FactsGrpc.newBlockingStub(client).put(put("desired/a").build()));
    assertThat(refused.reason()).isEqualTo(Reason.OVERLOADED);
    ManagedChannel peer = connection();
    assertThat(confirm(peer).status().isOk()).isTrue();
    await()
        .untilAsserted(
            () ->
                assertThat(gauge("stele.api.connections"))
                    .as("the client's is closed, the node's stays")
                    .isEqualTo(CONNECTIONS + 1));
    assertThat(confirm(peer).status().isOk()).isTrue();
  }
}

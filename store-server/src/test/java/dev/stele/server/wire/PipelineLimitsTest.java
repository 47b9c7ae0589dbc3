// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static dev.stele.server.wire.ExchangeCall.get;
import static dev.stele.server.wire.ExchangeCall.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.stele.proto.v1.CallBatch;
import dev.stele.proto.v1.GetRequest;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.Proposal;
import dev.stele.server.wire.call.CallLimits;
import dev.stele.server.wire.intake.IntakeLimits;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls of one stream take what calls of their own would, and no more than there is. */
final class PipelineLimitsTest {
  private static final int CALLS = 20;
  private static final int REQUEST_BYTES = 64 << 10;
  private static final int REPLY_BYTES = 256 << 10;
  private static final int BODY_BYTES = 16 << 10;

  /** Of one fact: three times as much as a client of gRPC takes before it reads. */
  private static final int UNREAD_CALLS = 200;

  private final List<CompletableFuture<Proposal>> proposals = new CopyOnWriteArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private TestNode node;

  @BeforeEach
  void start() throws IOException {
    node = TestNode.limited("n1", new IntakeLimits(8, CALLS, REQUEST_BYTES, REPLY_BYTES));
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

  private void holdWrites() {
    node.log =
        (command, deadlineNanos) -> {
          CompletableFuture<Proposal> proposal = new CompletableFuture<>();
          proposals.add(proposal);
          return proposal;
        };
  }

  private double gauge(String name) {
    return node.meters.get(name).gauge().value();
  }

  private static CallBatch.Builder puts(long from, int count) {
    CallBatch.Builder batch = CallBatch.newBuilder();
    for (long id = from; id < from + count; id++) {
      batch.addCalls(put(id, Requests.put("desired/a")));
    }
    return batch;
  }

  @Test
  void aConnectionHasItsShareOfCallsAndIsRefusedBeyondIt() {
    holdWrites();
    ExchangeCall greedy = ExchangeCall.open(connection());
    // The stream is one itself.
    greedy.send(puts(1, CALLS / 2 - 1));
    await().untilAsserted(() -> assertThat(gauge("stele.api.calls")).isEqualTo(CALLS / 2));
    greedy.send(puts(100, 1));
    ExchangeCall.Told beyond = greedy.next();
    assertThat(beyond.id()).isEqualTo(100);
    assertThat(beyond.refusal().reason()).isEqualTo(Reason.OVERLOADED);
    assertThat(beyond.refusal().retry().orElseThrow().getRetryDelay())
        .isEqualTo(com.google.protobuf.Duration.newBuilder().setNanos(50_000_000).build());
    ExchangeCall modest = ExchangeCall.open(connection());
    modest.send(get(1, local("desired/a")));
    assertThat(modest.next().answer().hasGet()).isTrue();
  }

  private static GetRequest.Builder local(String key) {
    return Requests.get(key).setRead(Requests.local());
  }

  @Test
  void callsThatAreAnsweredMakeRoom() {
    holdWrites();
    ExchangeCall stream = ExchangeCall.open(connection());
    stream.send(puts(1, CALLS / 2 - 1));
    await().untilAsserted(() -> assertThat(proposals).hasSize(CALLS / 2 - 1));
    assertThat(gauge("stele.api.request.bytes")).isPositive();
    proposals.forEach(proposal -> proposal.complete(new Proposal.Unknown("not told")));
    for (int i = 0; i < CALLS / 2 - 1; i++) {
      stream.next();
    }
    await().untilAsserted(() -> assertThat(gauge("stele.api.calls")).isEqualTo(1));
    assertThat(gauge("stele.api.request.bytes")).isZero();
    stream.finish();
    stream.end();
    await().untilAsserted(() -> assertThat(gauge("stele.api.calls")).isZero());
  }

  @Test
  void theBytesOfCallsUnderWayAreBoundedAndACallBeyondIsRefusedAlone() {
    holdWrites();
    ExchangeCall stream = ExchangeCall.open(connection());
    for (int id = 1; id <= 3; id++) {
      stream.send(put(id, Requests.put("config/a").setBody(Requests.config(BODY_BYTES))));
    }
    ExchangeCall.Told beyond = stream.next();
    assertThat(beyond.id()).isEqualTo(3);
    assertThat(beyond.refusal().reason()).isEqualTo(Reason.OVERLOADED);
    assertThat(proposals).hasSize(2);
    node.log = node::apply;
    stream.send(put(4, Requests.put("desired/a")));
    assertThat(stream.next().answer().hasPut()).as("a small one has room").isTrue();
    await()
        .untilAsserted(
            () ->
                assertThat(gauge("stele.api.request.bytes"))
                    .isBetween(2.0 * BODY_BYTES, 2.1 * BODY_BYTES));
    stream.close();
    await().untilAsserted(() -> assertThat(gauge("stele.api.request.bytes")).isZero());
  }

  /** Takes many calls, and {@code replyBytes}; with a fact that is long to read. */
  private static TestNode wide(int replyBytes) throws IOException {
    TestNode wide = TestNode.limited("n2", new IntakeLimits(8, 4_096, 1 << 20, replyBytes));
    wide.facts().put(Requests.put("config/0").setBody(Requests.config(BODY_BYTES)).build());
    return wide;
  }

  private static CallBatch.Builder gets(long from, int count) {
    CallBatch.Builder batch = CallBatch.newBuilder();
    for (long id = from; id < from + count; id++) {
      batch.addCalls(get(id, local("config/0")));
    }
    return batch;
  }

  @Test
  void repliesThatACallerDoesNotTakeAreBoundedAndReadsBeyondAreRefused() throws IOException {
    try (TestNode wide = wide(REPLY_BYTES)) {
      ExchangeCall stream = ExchangeCall.openUnread(wide.channel());
      stream.send(gets(1, UNREAD_CALLS));
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          wide.meters.find("stele.rejected").tag("reason", "OVERLOADED").counters())
                      .isNotEmpty());
      stream.readAll();
      int given = 0;
      for (int i = 0; i < UNREAD_CALLS; i++) {
        ExchangeCall.Told told = stream.next();
        if (told.answer().hasGet()) {
          given++;
        } else {
          assertThat(told.refusal().reason()).isEqualTo(Reason.OVERLOADED);
        }
      }
      assertThat(given).isBetween(1, UNREAD_CALLS / 2);
      // All that was held has been given back: as many as there is room for go at once.
      stream.send(gets(1_000, REPLY_BYTES / BODY_BYTES / 2));
      for (int i = 0; i < REPLY_BYTES / BODY_BYTES / 2; i++) {
        assertThat(stream.next().answer().hasGet()).isTrue();
      }
    }
  }

  @Test
  void aCallerWhoTakesNothingLosesTheStream() throws IOException {
    try (TestNode wide = wide(8 << 20)) {
      ExchangeCall stream = ExchangeCall.openUnread(wide.channel());
      stream.send(gets(1, UNREAD_CALLS));
      await()
          .until(
              () ->
                  wide.meters.find("stele.api.requests").tag("outcome", "OK").timers().stream()
                      .anyMatch(timer -> timer.count() == UNREAD_CALLS));
      await()
          .until(
              () -> {
                wide.nanos.addAndGet(CallLimits.REPLY_TIME.toNanos() / 10);
                return wide.meters.get("stele.api.calls").gauge().value() == 0;
              });
      stream.readAll();
      assertThat(stream.end().status().isOk()).isFalse();
    }
  }
}

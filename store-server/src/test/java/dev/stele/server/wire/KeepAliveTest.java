// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static dev.stele.server.wire.Requests.lease;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.stele.proto.v1.KeepAliveRequest;
import dev.stele.proto.v1.KeepAliveResponse;
import dev.stele.proto.v1.Renewal.OutcomeCase;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.server.core.model.Reason;
import dev.stele.server.lease.Renewal;
import dev.stele.server.port.NodeAddress;
import dev.stele.server.wire.lease.KeepAlives;
import dev.stele.server.wire.parse.LeaseParser;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Renewals over a real stream. */
final class KeepAliveTest {
  private static final NodeAddress OTHER =
      new NodeAddress("n2", "127.0.0.1:2222", "127.0.0.1:3333");

  /** Long enough for what must not happen to happen. */
  private static final Duration A_WHILE = Duration.ofMillis(300);

  private final Queue<CompletableFuture<Renewal>> held = new ConcurrentLinkedQueue<>();
  private TestNode node;
  private KeepAliveCall call;

  @BeforeEach
  void start() throws IOException {
    node = TestNode.formed("n1", OTHER);
    call = KeepAliveCall.open(node.channel());
  }

  @AfterEach
  void stop() {
    call.close();
    node.close();
    assertThat(node.faults).isEmpty();
  }

  private CompletableFuture<Renewal> hold() {
    CompletableFuture<Renewal> renewal = new CompletableFuture<>();
    held.add(renewal);
    return renewal;
  }

  private void answerHeld() {
    for (CompletableFuture<Renewal> one = held.poll(); one != null; one = held.poll()) {
      one.complete(new Renewal.Renewed(10_000));
    }
  }

  /** As many leases as a request may hold, with names of so many characters. */
  private static KeepAliveRequest full(long batch, int nameChars) {
    KeepAliveRequest.Builder request = KeepAliveRequest.newBuilder().setBatch(batch);
    for (int i = 0; i < LeaseParser.KEEP_ALIVE_MAX_LEASES; i++) {
      String number = Integer.toString(i);
      request.addLeases(lease(number + "x".repeat(nameChars - number.length()), 1));
    }
    return request.build();
  }

  @Test
  void eachRenewalIsAnsweredInItsBatchWithWhatBecameOfIt() {
    node.leases.renewals =
        asked ->
            CompletableFuture.completedFuture(
                switch (asked.name()) {
                  case "mine" -> new Renewal.Renewed(7_000);
                  case "theirs" -> new Renewal.Lost("its token is 9");
                  default -> new Renewal.NotConfirmed(Reason.NO_QUORUM, "nobody answers");
                });
    call.send(5, lease("mine", 3), lease("theirs", 4), lease("unsure", 5));
    List<dev.stele.proto.v1.Renewal> renewals = renewals(5, 3);
    assertThat(renewals.get(0).getLease()).isEqualTo(lease("mine", 3));
    assertThat(renewals.get(0).getRenewedTtlMillis()).isEqualTo(7_000);
    assertThat(renewals.get(1).getLost()).isEqualTo("its token is 9");
    assertThat(renewals.get(2).getNotConfirmed()).isEqualTo("NO_QUORUM: nobody answers");
  }

  /** The next so many answers, all of one batch. */
  private List<dev.stele.proto.v1.Renewal> renewals(long batch, int count) {
    List<dev.stele.proto.v1.Renewal> renewals = new ArrayList<>();
    while (renewals.size() < count) {
      KeepAliveResponse response = call.next();
      assertThat(response.getBatch()).isEqualTo(batch);
      assertThat(response.getHeader().getMember()).isEqualTo("n1");
      renewals.addAll(response.getRenewalsList());
    }
    assertThat(renewals).hasSize(count);
    return renewals;
  }

  @Test
  void oneThatWaitsHoldsNeitherItsBatchNorTheNextUp() {
    node.leases.renewals =
        asked ->
            asked.name().equals("closing")
                ? hold()
                : CompletableFuture.completedFuture(new Renewal.Renewed(1_000));
    call.send(1, lease("a", 1), lease("closing", 1), lease("b", 1));
    assertThat(renewals(1, 2)).extracting(it -> it.getLease().getName()).containsExactly("a", "b");
    call.send(2, lease("c", 1));
    assertThat(renewals(2, 1).get(0).getLease().getName()).isEqualTo("c");
    answerHeld();
    assertThat(renewals(1, 1).get(0).getLease().getName()).isEqualTo("closing");
  }

  @Test
  void answersOfAWhileGoTogether() {
    call.send(full(1, 10));
    int answered = 0;
    int responses = 0;
    for (; answered < LeaseParser.KEEP_ALIVE_MAX_LEASES; responses++) {
      answered += call.next().getRenewalsCount();
    }
    assertThat(answered).isEqualTo(LeaseParser.KEEP_ALIVE_MAX_LEASES);
    assertThat(responses).isLessThan(100);
  }

  @Test
  void noMoreAreUnderWayThanAStreamMayHave() {
    node.leases.renewals = asked -> hold();
    for (int batch = 1; batch <= 15; batch++) {
      call.send(full(batch, 10));
    }
    await().until(() -> node.leases.renewalsAsked.get() == KeepAlives.STREAM_MAX_RENEWALS);
    await()
        .during(A_WHILE)
        .until(() -> node.leases.renewalsAsked.get() == KeepAlives.STREAM_MAX_RENEWALS);
    answerHeld();
    int answered = 0;
    while (answered < 15 * LeaseParser.KEEP_ALIVE_MAX_LEASES) {
      answered += call.next().getRenewalsCount();
      answerHeld();
    }
    assertThat(answered).isEqualTo(15 * LeaseParser.KEEP_ALIVE_MAX_LEASES);
  }

  @Test
  void aCallerWhoTakesNoAnswersGetsNoMoreRenewals() {
    try (KeepAliveCall unread = KeepAliveCall.openUnread(node.channel())) {
      int batches = 60;
      for (int batch = 1; batch <= batches; batch++) {
        unread.send(full(batch, 200));
      }
      // What fits between the two ends, and as much as may be under way.
      int most = 2 * KeepAlives.STREAM_MAX_RENEWALS;
      await().until(() -> node.leases.renewalsAsked.get() > 0);
      await().during(A_WHILE).until(() -> node.leases.renewalsAsked.get() <= most);
      unread.readAll();
      int answered = 0;
      while (answered < batches * LeaseParser.KEEP_ALIVE_MAX_LEASES) {
        answered += unread.next().getRenewalsCount();
      }
      assertThat(node.leases.renewalsAsked).hasValue(answered);
    }
  }

  @Test
  void beyondWhatTheNodeMayHaveUnderWayARenewalIsNotConfirmed() {
    node.leases.renewals = asked -> hold();
    int streams = KeepAlives.NODE_MAX_RENEWALS / KeepAlives.STREAM_MAX_RENEWALS;
    List<KeepAliveCall> calls = new ArrayList<>();
    try {
      for (int i = 0; i < streams; i++) {
        KeepAliveCall other = KeepAliveCall.open(node.channel());
        calls.add(other);
        for (int batch = 1; batch <= 10; batch++) {
          other.send(full(batch, 5));
        }
      }
      await().until(() -> node.leases.renewalsAsked.get() == KeepAlives.NODE_MAX_RENEWALS);
      call.send(1, lease("late", 1));
      assertThat(call.next().getRenewals(0).getNotConfirmed()).startsWith("OVERLOADED");
    } finally {
      calls.forEach(KeepAliveCall::close);
    }
    answerHeld();
    node.leases.renewals = asked -> CompletableFuture.completedFuture(new Renewal.Renewed(1_000));
    await()
        .until(
            () -> {
              call.send(2, lease("late", 1));
              return call.next().getRenewals(0).getOutcomeCase() == OutcomeCase.RENEWED_TTL_MILLIS;
            });
  }

  @Test
  void theStreamEndsWithTheLeadersAddressWhenThisNodeDoesNotLead() {
    node.standing = TestNode.following(Optional.of("n2"));
    call.send(1, lease("a", 1));
    assertEndedByLeader();
    assertThat(node.leases.renewalsAsked).hasValue(0);
  }

  @Test
  void theStreamEndsByItselfWhenThisNodeStopsLeading() {
    call.send(1, lease("a", 1));
    assertThat(call.next().getRenewalsCount()).isEqualTo(1);
    node.standing = TestNode.following(Optional.of("n2"));
    assertEndedByLeader();
  }

  @Test
  void theStreamEndsWhenTheDeskDoesNotCountAnyMoreAndStaysWhereItDoesNotCountYet() {
    CompletableFuture<Renewal> renewal = new CompletableFuture<>();
    node.leases.renewals = asked -> renewal;
    call.send(1, lease("a", 1));
    await().until(() -> node.leases.renewalsAsked.get() == 1);
    renewal.complete(new Renewal.NotConfirmed(Reason.NOT_LEADER, "not ready to"));
    assertThat(renewals(1, 1).get(0).getNotConfirmed()).isEqualTo("NOT_LEADER: not ready to");
    node.leases.renewals =
        asked -> {
          node.standing = TestNode.following(Optional.of("n2"));
          return CompletableFuture.completedFuture(
              new Renewal.NotConfirmed(Reason.NOT_LEADER, "stepped down"));
        };
    call.send(2, lease("a", 1), lease("b", 1));
    assertEndedByLeader();
  }

  private Refused refused() {
    KeepAliveCall.End end = call.end();
    return Refused.of(end.status(), end.trailers()).orElseThrow();
  }

  private void assertEndedByLeader() {
    Refused refused = refused();
    assertThat(refused.reason()).isEqualTo(Reason.NOT_LEADER);
    assertThat(refused.metadata("leader")).isEqualTo("n2");
    assertThat(refused.metadata("leaderEndpoint")).isEqualTo(OTHER.api());
  }

  @Test
  void whatIsUnderWayIsAnsweredBeforeAFinishedStreamEnds() {
    node.leases.renewals = asked -> hold();
    call.send(1, lease("a", 1));
    await().until(() -> held.size() == 1);
    call.finish();
    await().during(A_WHILE).until(() -> !call.isOver());
    answerHeld();
    assertThat(call.next().getRenewalsCount()).isEqualTo(1);
    assertThat(call.end().status().getCode()).isEqualTo(Status.Code.OK);
  }

  @Test
  void aWrongRequestEndsTheStreamWithItsField() {
    call.send(1, lease("a", 1), lease("b", 0));
    Refused refused = refused();
    assertThat(refused.reason()).isEqualTo(Reason.INVALID_FIELD);
    assertThat(refused.field()).isEqualTo("leases[1].token");
    assertThat(node.leases.renewalsAsked).hasValue(0);
  }

  @Test
  void noLeasesAndTooManyAreRefused() {
    call.send(1);
    assertThat(refused().field()).isEqualTo("leases");
    try (KeepAliveCall other = KeepAliveCall.open(node.channel())) {
      other.send(full(1, 10).toBuilder().addLeases(lease("one-more", 1)).build());
      KeepAliveCall.End end = other.end();
      assertThat(Refused.of(end.status(), end.trailers()).orElseThrow().field())
          .isEqualTo("leases");
    }
  }

  @Test
  void aCallerOfAnotherClusterIsRefusedFirst() {
    call.send(
        KeepAliveRequest.newBuilder()
            .setHeader(RequestHeader.newBuilder().setClusterId("another").setEpoch(3))
            .build());
    assertThat(refused().reason()).isEqualTo(Reason.WRONG_EPOCH);
  }
}

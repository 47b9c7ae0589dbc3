// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import static dev.stele.proto.v1.WatchResponse.ResponseCase.CREATED;
import static dev.stele.server.testing.RawClient.body;
import static dev.stele.server.testing.RawClient.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.stele.proto.v1.AcquireLeaseResponse;
import dev.stele.proto.v1.Claim;
import dev.stele.proto.v1.Lease;
import dev.stele.proto.v1.LeaseRef;
import dev.stele.proto.v1.Member;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.PutResponse;
import dev.stele.proto.v1.WatchEvent;
import dev.stele.server.wire.KeepAliveCall;
import dev.stele.server.wire.WatchCall;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.ThrowingSupplier;

/** Leases of a cluster in which nothing breaks. */
final class LeasesAtEveryNodeTest {
  private static final long LONG_TTL_MILLIS = 60_000;
  private static final Duration SOON = Duration.ofSeconds(20);

  @RegisterExtension private static final StoreExtension STORE = StoreExtension.nodes(3).build();

  private final List<RawLeases> leases = new ArrayList<>();
  private final List<RawClient> facts = new ArrayList<>();

  @BeforeEach
  void connect() {
    for (String endpoint : STORE.cluster().endpoints()) {
      leases.add(new RawLeases(endpoint));
      facts.add(new RawClient(endpoint));
    }
  }

  @AfterEach
  void disconnect() {
    leases.forEach(RawLeases::close);
    facts.forEach(RawClient::close);
  }

  private static String refusal(ThrowingSupplier<?> call) {
    StatusRuntimeException refused =
        catchThrowableOfType(StatusRuntimeException.class, () -> call.get());
    assertThat(refused).as("it was answered").isNotNull();
    return RawClient.reason(refused);
  }

  private static AcquireLeaseResponse acquired(ListenableFuture<AcquireLeaseResponse> waiting)
      throws Exception {
    return waiting.get(30, TimeUnit.SECONDS);
  }

  private PutResponse putGuarded(int node, String key, String name, long token) {
    PutRequest request =
        PutRequest.newBuilder()
            .setKey(utf8(key))
            .setBody(body("guarded"))
            .addGuards(RawLeases.ref(name, token))
            .build();
    return facts.get(node).put(request, Duration.ofSeconds(5));
  }

  private void putBound(String key, ByteString body, String name, long token) {
    PutRequest request =
        PutRequest.newBuilder()
            .setKey(utf8(key))
            .setBody(body)
            .setLease(RawLeases.ref(name, token))
            .build();
    assertThat(facts.get(0).put(request, Duration.ofSeconds(5)).getRevision()).isPositive();
  }

  @Test
  void aLeaseIsHeldByOneWhereverOneAsks() {
    long token = leases.get(0).acquire("one", "a", LONG_TTL_MILLIS);
    for (int node = 0; node < 3; node++) {
      RawLeases at = leases.get(node);
      assertThat(refusal(() -> at.acquire("one", "b", LONG_TTL_MILLIS))).isEqualTo("LEASE_HELD");
      Lease shown = at.get("one").getLease();
      assertThat(shown.getToken()).isEqualTo(token);
      assertThat(shown.getHolder()).isEqualTo("a");
      assertThat(shown.getRemainingMillis()).isBetween(LONG_TTL_MILLIS - 30_000, LONG_TTL_MILLIS);
      assertThat(at.renew("one", token).getTtlMillis()).isEqualTo(LONG_TTL_MILLIS);
    }
    leases.get(1).release("one", token);
    assertThat(leases.get(2).get("one").hasLease()).isFalse();
    assertThat(refusal(() -> leases.get(2).renew("one", token))).isEqualTo("FENCED");
    assertThat(refusal(() -> leases.get(0).release("one", token))).isEqualTo("FENCED");
    assertThat(leases.get(2).acquire("one", "b", LONG_TTL_MILLIS)).isGreaterThan(token);
  }

  @Test
  void onlyTheLeaderRenewsInStreamsAndTheOthersSayWhoLeads() throws InterruptedException {
    int leader = STORE.leader();
    RawLeases follower = leases.get((leader + 1) % 3);
    long token = follower.acquire("streamed", "a", LONG_TTL_MILLIS);
    try (KeepAliveCall there = KeepAliveCall.open(leases.get(leader).channel());
        KeepAliveCall here = KeepAliveCall.open(follower.channel())) {
      there.send(3, RawLeases.ref("streamed", token), RawLeases.ref("streamed", token + 1));
      List<dev.stele.proto.v1.Renewal> renewals = new ArrayList<>();
      while (renewals.size() < 2) {
        renewals.addAll(there.next().getRenewalsList());
      }
      assertThat(renewals)
          .filteredOn(renewal -> renewal.getLease().getToken() == token)
          .singleElement()
          .satisfies(it -> assertThat(it.getRenewedTtlMillis()).isEqualTo(LONG_TTL_MILLIS));
      assertThat(renewals).filteredOn(dev.stele.proto.v1.Renewal::hasLost).hasSize(1);
      here.send(1, RawLeases.ref("streamed", token));
      KeepAliveCall.End end = here.end();
      assertThat(RawClient.reason(new StatusRuntimeException(end.status(), end.trailers())))
          .isEqualTo("NOT_LEADER");
      assertThat(end.trailers().containsKey(details())).isTrue();
      assertThat(end.trailers().get(details()))
          .asString(java.nio.charset.StandardCharsets.UTF_8)
          .contains(STORE.endpoint(leader));
    }
  }

  @Test
  void renewalsAreNotLogged() throws InterruptedException {
    int leader = STORE.leader();
    RawLeases at = leases.get(leader);
    LeaseRef[] held = new LeaseRef[50];
    for (int i = 0; i < held.length; i++) {
      held[i] = RawLeases.ref("many/" + i, at.acquire("many/" + i, "a", LONG_TTL_MILLIS));
    }
    long before = STORE.cluster().node(leader).leadership().standing().commitIndex();
    int rounds = 40;
    int answered = 0;
    try (KeepAliveCall call = KeepAliveCall.open(at.channel())) {
      for (int round = 1; round <= rounds; round++) {
        call.send(round, held);
      }
      while (answered < rounds * held.length) {
        List<dev.stele.proto.v1.Renewal> renewals = call.next().getRenewalsList();
        assertThat(renewals).allMatch(dev.stele.proto.v1.Renewal::hasRenewedTtlMillis);
        answered += renewals.size();
      }
    }
    assertThat(STORE.cluster().node(leader).leadership().standing().commitIndex())
        .isEqualTo(before);
  }

  private static Metadata.Key<byte[]> details() {
    return Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);
  }

  @Test
  void waitersHaveTheirTurnsInTheOrderOfTheirArrivalEachInTheRevisionBehindTheLast()
      throws Exception {
    int count = 100;
    long token = leases.get(0).acquire("line", "first", LONG_TTL_MILLIS);
    List<ListenableFuture<AcquireLeaseResponse>> waiting = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int arrived = i + 1;
      waiting.add(
          leases.get(i % 3).await(RawLeases.request("line", "waiter-" + i, LONG_TTL_MILLIS)));
      await().atMost(SOON).until(() -> leases.get(0).waiters("line") == arrived);
    }
    for (int i = 0; i < count; i++) {
      long released = leases.get((i + 1) % 3).release("line", token).getRevision();
      token = acquired(waiting.get(i)).getToken();
      assertThat(token).as("nothing else came in between").isEqualTo(released + 1);
      assertThat(waiting.subList(i + 1, count)).noneMatch(ListenableFuture::isDone);
    }
    leases.get(0).release("line", token);
  }

  @Test
  void whoGoesAwayLeavesTheLineToTheOthers() throws Exception {
    long token = leases.get(0).acquire("left", "a", LONG_TTL_MILLIS);
    ListenableFuture<AcquireLeaseResponse> first =
        leases.get(1).await(RawLeases.request("left", "b", LONG_TTL_MILLIS));
    await().atMost(SOON).until(() -> leases.get(0).waiters("left") == 1);
    ListenableFuture<AcquireLeaseResponse> second =
        leases.get(2).await(RawLeases.request("left", "c", LONG_TTL_MILLIS));
    await().atMost(SOON).until(() -> leases.get(0).waiters("left") == 2);
    first.cancel(true);
    await().atMost(SOON).until(() -> leases.get(0).waiters("left") == 1);
    leases.get(0).release("left", token);
    assertThat(acquired(second).getToken()).isGreaterThan(token);
    assertThat(leases.get(0).get("left").getLease().getHolder()).isEqualTo("c");
  }

  @Test
  void aWaitThatIsTooShortEndsWithWhoHoldsIt() {
    leases.get(0).acquire("patience", "a", LONG_TTL_MILLIS);
    long beganNanos = System.nanoTime();
    assertThat(
            refusal(
                () ->
                    leases
                        .get(1)
                        .acquire(
                            RawLeases.request("patience", "b", LONG_TTL_MILLIS)
                                .setWaitMillis(700))))
        .isEqualTo("LEASE_HELD");
    assertThat(Duration.ofNanos(System.nanoTime() - beganNanos))
        .isBetween(Duration.ofMillis(700), Duration.ofMillis(4_900));
    assertThat(leases.get(0).waiters("patience")).isZero();
  }

  @Test
  void aLeaseThatNobodyRenewsIsGoneByTheBoundAndNotBefore() throws Exception {
    long ttlMillis = 1_500;
    long token = leases.get(0).acquire("forgotten", "a", ttlMillis);
    await().pollDelay(Duration.ofMillis(500)).until(() -> true);
    long lastNanos = System.nanoTime();
    assertThat(leases.get(1).renew("forgotten", token).getTtlMillis()).isEqualTo(ttlMillis);
    AcquireLeaseResponse next =
        acquired(leases.get(2).await(RawLeases.request("forgotten", "b", ttlMillis)));
    assertThat(next.getToken()).isGreaterThan(token);
    // A scan, a confirm round and a commit on top, on a machine that has other things to do.
    assertThat(Duration.ofNanos(System.nanoTime() - lastNanos))
        .isBetween(Duration.ofMillis(ttlMillis), Duration.ofMillis(ttlMillis + 3_000));
    assertThat(refusal(() -> leases.get(0).renew("forgotten", token))).isEqualTo("FENCED");
  }

  @Test
  void aGuardedWriteNeedsTheTokenOfToday() {
    long old = leases.get(0).acquire("guard", "a", LONG_TTL_MILLIS);
    long first = putGuarded(0, "config/guarded", "guard", old).getRevision();
    long token = leases.get(1).handOver("guard", old, "b").getToken();
    assertThat(token).isGreaterThan(first);
    assertThat(refusal(() -> putGuarded(2, "config/guarded", "guard", old))).isEqualTo("FENCED");
    assertThat(facts.get(2).get("config/guarded").getFact().getModRevision()).isEqualTo(first);
    assertThat(putGuarded(2, "config/guarded", "guard", token).getRevision()).isGreaterThan(token);
    assertThat(leases.get(2).get("guard").getLease().getHolder()).isEqualTo("b");
    leases.get(0).release("guard", token);
    assertThat(refusal(() -> putGuarded(1, "config/guarded", "guard", token))).isEqualTo("FENCED");
  }

  @Test
  void whatIsGuardedByOrBoundToALeaseThatIsNotThereIsRefused() {
    assertThat(refusal(() -> putGuarded(0, "config/none", "never", 1))).isEqualTo("FENCED");
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> putBound("config/none", body("x"), "never", 1));
    assertThat(RawClient.reason(refused)).isEqualTo("FENCED");
    assertThat(facts.get(0).get("config/none").hasFact()).isFalse();
  }

  @Test
  void whatIsBoundFollowsItsKindsPolicyInTheRevisionOfTheLeasesEnd()
      throws InvalidProtocolBufferException {
    long token = leases.get(0).acquire("bound", "a", LONG_TTL_MILLIS);
    putBound(
        "member/m",
        Member.newBuilder()
            .setAddress("127.0.0.1:1")
            .setIncarnation(4)
            .setHealth(Member.Health.HEALTHY)
            .build()
            .toByteString(),
        "bound",
        token);
    putBound("config/c", body("x"), "bound", token);
    putBound(
        "claim/p/1",
        Claim.newBuilder()
            .setOwner("a")
            .setEpoch(3)
            .setState(Claim.State.OWNED)
            .build()
            .toByteString(),
        "bound",
        token);
    Lease shown = leases.get(1).get("bound").getLease();
    assertThat(shown.getBoundFacts()).isEqualTo(3);
    try (WatchCall call = WatchCall.open(leases.get(2).channel())) {
      call.send(WatchCall.create(1, ""));
      call.next(1, CREATED);
      long end = leases.get(1).release("bound", token).getRevision();
      List<WatchEvent> events = call.events(1, 4);
      assertThat(events).allMatch(event -> event.getFact().getModRevision() == end);
      assertThat(events)
          .extracting(event -> event.getFact().getKey().toStringUtf8())
          .containsExactly("lease/bound", "claim/p/1", "config/c", "member/m");
      assertThat(events)
          .extracting(WatchEvent::getType)
          .containsExactly(
              WatchEvent.Type.DELETE,
              WatchEvent.Type.PUT,
              WatchEvent.Type.DELETE,
              WatchEvent.Type.PUT);
      Claim claim = Claim.parseFrom(events.get(1).getFact().getBody());
      assertThat(claim.getState()).isEqualTo(Claim.State.IDLE);
      assertThat(claim.getOwner()).isEmpty();
      Member member = Member.parseFrom(events.get(3).getFact().getBody());
      assertThat(member.getHealth()).isEqualTo(Member.Health.LOST);
      assertThat(member.getIncarnation()).isEqualTo(4);
      assertThat(events).noneMatch(event -> event.getFact().hasLease());
    }
  }

  @Test
  void aHandOverLeavesWhatIsBoundWhereItIs() {
    long token = leases.get(0).acquire("kept", "a", LONG_TTL_MILLIS);
    putBound("config/kept", body("x"), "kept", token);
    long next = leases.get(1).handOver("kept", token, "b").getToken();
    assertThat(leases.get(2).get("kept").getLease().getBoundFacts()).isEqualTo(1);
    assertThat(facts.get(2).get("config/kept").getFact().getLease().getToken()).isEqualTo(token);
    leases.get(0).release("kept", next);
    assertThat(facts.get(2).get("config/kept").hasFact()).isFalse();
  }
}

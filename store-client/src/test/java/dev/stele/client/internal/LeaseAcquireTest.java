// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseOptions;
import dev.stele.client.LeaseState;
import dev.stele.client.StoreClient;
import dev.stele.client.error.LeaseHeldException;
import dev.stele.client.error.OutcomeUnknownException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.UnavailableException;
import dev.stele.proto.v1.AcquireLeaseRequest;
import dev.stele.proto.v1.AcquireLeaseResponse;
import dev.stele.proto.v1.ReleaseLeaseRequest;
import dev.stele.proto.v1.RenewLeaseRequest;
import dev.stele.proto.v1.SessionTag;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Acquisitions: waiting over calls and leaders, and from when a grant counts. */
final class LeaseAcquireTest {
  private static final LeaseOptions TEN = LeaseOptions.ttl(Duration.ofSeconds(10)).holder("h");
  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private void pass(long millis) {
    cluster.time.advance(Duration.ofMillis(millis));
  }

  private static StatusRuntimeException isHeld() {
    return Errors.of(
        Status.Code.FAILED_PRECONDITION,
        Reason.LEASE_HELD,
        Map.of("holder", "other", "token", "33"));
  }

  private AcquireLeaseRequest acquisition(int index) {
    return cluster.a.received(index, AcquireLeaseRequest.class);
  }

  @Test
  void whoeverHasItIsNamed() {
    cluster.a.fails(isHeld());
    LeaseHeldException held =
        Failures.of(cluster.client("a:1").leases().acquire("x", TEN), LeaseHeldException.class);
    assertThat(held.holder()).isEqualTo("other");
    assertThat(held.token()).isEqualTo(33);
    assertThat(cluster.a.calls()).isEqualTo(1);
  }

  @Test
  void aWaitThatIsLongerThanACallGoesOnInTheNextWithItsPlaceInTheOrder() {
    cluster.a.isSilent().isSilent();
    StoreClient client = cluster.client("a:1");
    CompletableFuture<LeaseHandle> lease =
        client.leases().acquire("x", TEN.waitingUpTo(Duration.ofSeconds(100)));
    assertThat(acquisition(0).getWaitMillis()).isEqualTo(45_000);
    assertThat(acquisition(0).getWaitedMillis()).isZero();

    pass(45_000);
    cluster.a.leases.endLast(isHeld());
    assertThat(acquisition(1).getWaitMillis()).isEqualTo(45_000);
    assertThat(acquisition(1).getWaitedMillis()).isEqualTo(45_000);

    pass(45_000);
    cluster.a.leases.endLast(isHeld());
    assertThat(acquisition(2).getWaitMillis()).isEqualTo(10_000);
    assertThat(acquisition(2).getWaitedMillis()).isEqualTo(90_000);
    assertThat(lease).isCompleted();
  }

  @Test
  void aNodeThatDoesNotWaitIsNotAskedInALoop() {
    for (int i = 0; i < 1_000; i++) {
      cluster.a.fails(isHeld());
    }
    cluster.time.random = 0.99;
    StoreClient client = cluster.client("a:1");
    CompletableFuture<LeaseHandle> lease =
        client.leases().acquire("x", TEN.waitingUpTo(Duration.ofSeconds(10)));
    assertThat(cluster.a.calls()).isEqualTo(1);
    pass(5_000);
    assertThat(cluster.a.calls()).isBetween(5, 20);
    int calls = cluster.a.calls();
    AcquireLeaseRequest last = acquisition(calls - 1);
    assertThat(last.getWaitedMillis() + last.getWaitMillis()).isBetween(9_998L, 10_000L);
    pass(6_000);
    Failures.of(lease, LeaseHeldException.class);
  }

  @Test
  void eachRequestOfAWaitIsAWriteOfItsOwn() {
    cluster.a.fails(isHeld());
    StoreClient client = cluster.client("a:1");
    CompletableFuture<LeaseHandle> lease =
        client.leases().acquire("x", TEN.waitingUpTo(Duration.ofSeconds(10)));
    pass(1_000);
    assertThat(lease).isCompleted();
    SessionTag first = acquisition(0).getHeader().getSession();
    SessionTag second = acquisition(1).getHeader().getSession();
    assertThat(second.getSequence()).isEqualTo(first.getSequence() + 1);
  }

  @Test
  void aTryAfterALostAnswerIsTheSameWrite() {
    cluster.a.fails(Errors.of(Status.Code.UNAVAILABLE, Reason.OUTCOME_UNKNOWN));
    StoreClient client = cluster.client("a:1");
    CompletableFuture<LeaseHandle> lease =
        client.leases().acquire("x", TEN.waitingUpTo(Duration.ofSeconds(10)));
    pass(1_000);
    assertThat(lease).isCompleted();
    SessionTag first = acquisition(0).getHeader().getSession();
    SessionTag second = acquisition(1).getHeader().getSession();
    assertThat(second.getSequence()).isEqualTo(first.getSequence());
    assertThat(acquisition(1).getWaitedMillis() + acquisition(1).getWaitMillis())
        .isBetween(9_998L, 10_000L);
  }

  @Test
  void whatWaitsDoesNotHoldUpTheWindowOfOtherWrites() {
    cluster.a.isSilent();
    StoreClient client = cluster.client("a:1");
    CompletableFuture<LeaseHandle> lease =
        client.leases().acquire("x", TEN.waitingUpTo(Duration.ofSeconds(10)));
    client.leases().grant("y", TEN).join();
    assertThat(lease).isNotDone();
    SessionTag waiting = acquisition(0).getHeader().getSession();
    SessionTag other = acquisition(1).getHeader().getSession();
    assertThat(other.getId()).isNotEqualTo(waiting.getId());
  }

  @Test
  void aGrantCountsFromBeforeItWasAskedFor() {
    cluster.a.fails(Errors.of(Status.Code.UNAVAILABLE, Reason.NO_QUORUM));
    cluster.time.random = 0.99;
    StoreClient client = cluster.client("a:1");
    CompletableFuture<LeaseHandle> lease = client.leases().acquire("x", TEN);
    pass(1_000);
    // The backoff is over after 24.75 ms: then it was sent, and answered at once.
    assertThat(lease.join().remaining()).isEqualTo(Duration.ofNanos(8_914_750_000L));
  }

  @Test
  void aStoredAnswerCountsFromTheFirstTry() {
    cluster.a.fails(Errors.of(Status.Code.UNAVAILABLE, Reason.OUTCOME_UNKNOWN));
    cluster.a.answers(
        AcquireLeaseResponse.newBuilder()
            .setHeader(cluster.a.header)
            .setName("x")
            .setToken(41)
            .setTtlMillis(10_000)
            .setDuplicate(true)
            .build());
    cluster.time.random = 0.99;
    StoreClient client = cluster.client("a:1");
    CompletableFuture<LeaseHandle> lease = client.leases().acquire("x", TEN);
    pass(1_000);
    assertThat(lease.join().remaining()).isEqualTo(Duration.ofMillis(8_890));
  }

  @Test
  void aGrantThatMayBeOldIsRenewedBeforeItIsCalledHeld() {
    // As old as a request can be by the first try: nine seconds of ten.
    cluster.requestTimeout = Duration.ofSeconds(30);
    for (int i = 0; i < 14; i++) {
      cluster.a.fails(Errors.of(Status.Code.UNAVAILABLE, Reason.OUTCOME_UNKNOWN));
    }
    cluster.a.answers(
        AcquireLeaseResponse.newBuilder()
            .setHeader(cluster.a.header)
            .setName("x")
            .setToken(41)
            .setTtlMillis(10_000)
            .setDuplicate(true)
            .build());
    cluster.a.leases.ttlMillis = 10_000;
    cluster.time.random = 0.999;
    StoreClient client = cluster.client("a:1");
    CompletableFuture<LeaseHandle> lease = client.leases().acquire("x", TEN);
    while (!lease.isDone()) {
      pass(10);
    }
    cluster.a.received(cluster.a.calls() - 1, RenewLeaseRequest.class);
    assertThat(lease.join().remaining()).isGreaterThan(Duration.ofMillis(9_870));
    assertThat(lease.join().state()).isEqualTo(LeaseState.HELD);
  }

  @Test
  void whatWasAcquiredAndCannotBeRenewedIsOfUnknownOutcome() {
    cluster.sessions = false;
    cluster.a.answers(
        AcquireLeaseResponse.newBuilder()
            .setHeader(cluster.a.header)
            .setName("x")
            .setToken(41)
            .setTtlMillis(100)
            .build());
    cluster.a.fails(Errors.of(Status.Code.FAILED_PRECONDITION, Reason.FENCED));
    OutcomeUnknownException unknown =
        Failures.of(
            cluster.client("a:1").leases().acquire("x", TEN), OutcomeUnknownException.class);
    assertThat(unknown)
        .hasMessageContaining("acquired x with token 41")
        .hasMessageContaining("FENCED");
  }

  @Test
  void whoCancelsLeavesTheQueue() {
    cluster.a.isSilent();
    StoreClient client = cluster.client("a:1");
    CompletableFuture<LeaseHandle> lease =
        client.leases().acquire("x", TEN.waitingUpTo(Duration.ofSeconds(10)));
    assertThat(lease.cancel(true)).isTrue();
    pass(60_000);
    assertThat(cluster.a.calls()).isEqualTo(1);
  }

  @Test
  void closingTheClientEndsAWaitBetweenTwoRequests() {
    cluster.a.fails(isHeld());
    cluster.time.random = 0.99;
    StoreClient client = cluster.client("a:1");
    CompletableFuture<LeaseHandle> lease =
        client.leases().acquire("x", TEN.waitingUpTo(Duration.ofSeconds(10)));
    assertThat(lease).isNotDone();
    client.close();
    Failures.of(lease, UnavailableException.class);
  }

  @Test
  void aGrantIsNotRenewedByAnybody() {
    StoreClient client = cluster.client("a:1");
    assertThat(client.leases().grant("x", TEN).join().lease().token()).isEqualTo(41);
    pass(20_000);
    assertThat(cluster.a.leases.streams).isEmpty();
    client.leases().release(new dev.stele.client.LeaseRef("x", 41)).join();
    cluster.a.received(1, ReleaseLeaseRequest.class);
  }
}

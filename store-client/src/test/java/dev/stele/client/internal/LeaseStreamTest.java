// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseLoss;
import dev.stele.client.LeaseOptions;
import dev.stele.client.LeaseState;
import dev.stele.client.StoreClient;
import dev.stele.client.error.Reason;
import dev.stele.proto.v1.KeepAliveRequest;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The stream of renewals: what it carries, what its answers count for, and how it ends. */
final class LeaseStreamTest {
  private static final LeaseOptions TEN = LeaseOptions.ttl(Duration.ofSeconds(10)).holder("h");

  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private LeaseHandle held(StoreClient client) {
    return client.leases().acquire("controllers/a", TEN).join();
  }

  private void pass(long millis) {
    cluster.time.advance(Duration.ofMillis(millis));
  }

  @Test
  void manyLeasesGoTogetherAThousandAMessage() {
    StoreClient client = cluster.client("a:1");
    List<LeaseHandle> leases = new ArrayList<>();
    for (int i = 0; i < 2_500; i++) {
      leases.add(client.leases().acquire("many/" + i, TEN).join());
    }
    pass(10_000);
    FakeLeases.Stream stream = cluster.a.leases.last();
    assertThat(cluster.a.leases.streams).hasSize(1);
    assertThat(stream.requests.subList(0, 3))
        .extracting(KeepAliveRequest::getLeasesCount)
        .containsExactly(1_000, 1_000, 500);
    assertThat(leases).allMatch(lease -> lease.state() == LeaseState.HELD);
    assertThat(stream.requests).hasSize(9);
  }

  @Test
  void anAnswerCountsFromTheSendingOfItsOwnBatch() {
    cluster.a.leases.renews = false;
    LeaseHandle lease = held(cluster.client("a:1"));
    pass(3_334);
    pass(1_000);
    FakeLeases.Stream stream = cluster.a.leases.last();
    stream.renewsAll(stream.requests.get(0));
    assertThat(lease.remaining()).isBetween(Duration.ofMillis(8_800), Duration.ofMillis(8_941));
  }

  @Test
  void anAnswerThatComesAfterTheDeadlineRevivesNothing() {
    cluster.a.leases.renews = false;
    LeaseHandle lease = held(cluster.client("a:1"));
    pass(9_000);
    FakeLeases.Stream stream = cluster.a.leases.last();
    KeepAliveRequest last = stream.requests.get(stream.requests.size() - 1);
    pass(890);
    assertThat(lease.state()).isEqualTo(LeaseState.LOST);
    stream.renewsAll(last);
    assertThat(lease.status().loss()).contains(LeaseLoss.EXPIRED);
  }

  @Test
  void anEarlierAnswerThatComesLaterTakesNothingAway() {
    cluster.a.leases.renews = false;
    StoreClient client = cluster.client("a:1");
    LeaseHandle lease = client.leases().acquire("a", TEN).join();
    pass(3_334);
    FakeLeases.Stream first = cluster.a.leases.last();
    pass(1_600);
    first.renewsAll(first.requests.get(0));
    pass(1_800);
    assertThat(first.requests).hasSizeGreaterThanOrEqualTo(2);
    first.renewsAll(first.requests.get(1));
    Duration before = lease.remaining();
    first.renewsAll(first.requests.get(0));
    assertThat(lease.remaining()).isEqualTo(before);
  }

  @Test
  void whatTheStoreSaysIsLostIsLostForGood() {
    cluster.a.leases.renews = false;
    LeaseHandle lease = held(cluster.client("a:1"));
    pass(3_334);
    FakeLeases.Stream stream = cluster.a.leases.last();
    KeepAliveRequest request = stream.requests.get(0);
    stream.saysLost(request, request.getLeases(0));
    assertThat(lease.status().loss()).contains(LeaseLoss.FENCED);
    assertThat(lease.status().detail()).isEqualTo("somebody else has it");
    stream.renewsAll(request);
    assertThat(lease.state()).isEqualTo(LeaseState.LOST);
  }

  @Test
  void whatIsNotConfirmedIsAskedAgainSoon() {
    cluster.a.leases.renews = false;
    cluster.time.random = 0.5;
    LeaseHandle lease = held(cluster.client("a:1"));
    pass(3_334);
    FakeLeases.Stream stream = cluster.a.leases.last();
    stream.saysNotConfirmed(stream.requests.get(0));
    cluster.a.leases.renews = true;
    pass(100);
    assertThat(stream.requests).hasSize(2);
    assertThat(lease.remaining()).isGreaterThan(Duration.ofMillis(9_700));
  }

  @Test
  void aStreamThatBreaksIsOpenedAnewAndWhatWasUnderWayIsRenewedAtOnce() {
    cluster.a.leases.renews = false;
    LeaseHandle lease = held(cluster.client("a:1"));
    pass(3_334);
    cluster.a.leases.renews = true;
    cluster.a.leases.last().breaks();
    pass(1_000);
    assertThat(cluster.a.leases.streams).hasSize(2);
    assertThat(cluster.a.leases.last().renewals()).isEqualTo(1);
    assertThat(lease.remaining()).isGreaterThan(Duration.ofMillis(8_800));
  }

  @Test
  void aSilentStreamIsLeftInTimeForAnother() {
    cluster.a.leases.renews = false;
    cluster.b.leases.ttlMillis = 10_000;
    LeaseHandle lease = held(cluster.client("a:1", "b:1"));
    pass(3_334);
    assertThat(cluster.a.leases.last().renewals()).isEqualTo(1);
    pass(1_700);
    assertThat(cluster.a.leases.last().gone).isTrue();
    assertThat(cluster.b.leases.streams).hasSize(1);
    assertThat(lease.state()).isEqualTo(LeaseState.HELD);
    assertThat(lease.remaining()).isGreaterThan(Duration.ofMillis(9_500));
  }

  @Test
  void renewalsGoWhereANodeSaysThatTheLeaderIs() {
    StoreClient client = cluster.client("a:1", "b:1", "c:1");
    LeaseHandle lease = held(client);
    pass(3_334);
    cluster.b.leases.ttlMillis = 10_000;
    cluster.a.leases.renews = false;
    pass(3_000);
    cluster
        .a
        .leases
        .last()
        .breaks(
            Errors.of(Status.Code.UNAVAILABLE, Reason.NOT_LEADER, Map.of("leaderEndpoint", "b:1")));
    pass(400);
    assertThat(cluster.b.leases.streams).hasSize(1);
    assertThat(cluster.c.leases.streams).isEmpty();
    pass(20_000);
    assertThat(lease.state()).isEqualTo(LeaseState.HELD);
    assertThat(cluster.a.leases.streams).hasSize(1);
  }

  @Test
  void withoutAnyNodeALeaseIsLostByItsOwnClock() throws InterruptedException {
    StoreClient client = cluster.client("a:1", "b:1");
    LeaseHandle lease = held(client);
    pass(3_334);
    cluster.stop("a:1");
    cluster.stop("b:1");
    pass(9_500);
    assertThat(lease.state()).isEqualTo(LeaseState.IN_DOUBT);
    assertThat(lease.status().detail()).isNotEmpty();
    pass(400);
    assertThat(lease.status().loss()).contains(LeaseLoss.EXPIRED);
  }

  @Test
  void afterARestoreLeasesAreLost() {
    LeaseHandle lease = held(cluster.client("a:1"));
    cluster.a.header = cluster.a.header.toBuilder().setEpoch(2).build();
    pass(3_334);
    assertThat(lease.status().loss()).contains(LeaseLoss.FENCED);
    assertThat(lease.status().detail()).contains("epoch 2");
  }

  @Test
  void aStreamThatCarriesNothingAnyMoreIsEnded() {
    LeaseHandle lease = held(cluster.client("a:1"));
    pass(3_334);
    lease.release().join();
    assertThat(cluster.a.leases.last().gone).isFalse();
    pass(20_000);
    assertThat(cluster.a.leases.last().gone).isTrue();
  }

  @Test
  void theNewerHandleOfALeaseThatIsAdoptedTwiceIsTheOneThatIsKept() {
    StoreClient client = cluster.client("a:1");
    LeaseHandle first = held(client);
    LeaseHandle second = client.leases().adopt(first.ref()).join();
    assertThat(first.status().loss()).contains(LeaseLoss.HANDED_OVER);
    pass(20_000);
    assertThat(second.state()).isEqualTo(LeaseState.HELD);
  }
}

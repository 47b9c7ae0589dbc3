// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.stele.client.FactKey;
import dev.stele.client.Facts;
import dev.stele.client.Keys;
import dev.stele.client.LeaseChange;
import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseListener;
import dev.stele.client.LeaseLoss;
import dev.stele.client.LeaseOptions;
import dev.stele.client.LeasePage;
import dev.stele.client.LeaseRef;
import dev.stele.client.LeaseState;
import dev.stele.client.LeaseStatus;
import dev.stele.client.Operation;
import dev.stele.client.PutOptions;
import dev.stele.client.Selector;
import dev.stele.client.StoreClient;
import dev.stele.client.error.FencedException;
import dev.stele.client.error.Reason;
import dev.stele.client.kind.DesiredState;
import dev.stele.proto.v1.AcquireLeaseRequest;
import dev.stele.proto.v1.HandOverLeaseRequest;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.ReleaseLeaseRequest;
import dev.stele.proto.v1.TxnRequest;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A lease as its holder sees it, from the acquisition to the loss. */
final class LeaseTest {
  private static final FactKey<DesiredState> WEB = Keys.desired("prod/web");
  private static final DesiredState THREE = DesiredState.replicas(3);
  private static final LeaseOptions TEN = LeaseOptions.ttl(Duration.ofSeconds(10)).holder("h");

  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private LeaseHandle held(StoreClient client) {
    return client.leases().acquire("controllers/a", TEN).join();
  }

  @Test
  void anAcquisitionSaysWhatItWants() {
    StoreClient client = cluster.client("a:1");
    LeaseHandle lease =
        client.leases().acquire("controllers/a", TEN.metadata(new byte[] {1, 2})).join();
    AcquireLeaseRequest request = cluster.a.received(0, AcquireLeaseRequest.class);
    assertThat(request.getName()).isEqualTo("controllers/a");
    assertThat(request.getHolder()).isEqualTo("h");
    assertThat(request.getTtlMillis()).isEqualTo(10_000);
    assertThat(request.getMetadata().toByteArray()).containsExactly(1, 2);
    assertThat(request.getWaitMillis()).isZero();
    assertThat(request.getHeader().hasSession()).isTrue();
    assertThat(lease.ref()).isEqualTo(new LeaseRef("controllers/a", 41));
    assertThat(lease.state()).isEqualTo(LeaseState.HELD);
    assertThat(lease.ttl()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void whoDoesNotNameAHolderIsNamedByProcess() {
    StoreClient client = cluster.client("a:1");
    client.leases().acquire("a", LeaseOptions.ttl(Duration.ofSeconds(10))).join();
    client.leases().acquire("b", LeaseOptions.ttl(Duration.ofSeconds(10))).join();
    String holder = cluster.a.received(0, AcquireLeaseRequest.class).getHolder();
    assertThat(holder).contains("-" + ProcessHandle.current().pid() + "-");
    assertThat(cluster.a.received(1, AcquireLeaseRequest.class).getHolder()).isEqualTo(holder);
  }

  @Test
  void anAnonymousLeaseHasTheNameThatTheStoreChose() {
    StoreClient client = cluster.client("a:1");
    assertThat(client.leases().acquireAnonymous(TEN).join().name()).isEqualTo("anonymous/7");
    assertThat(cluster.a.received(0, AcquireLeaseRequest.class).getName()).isEmpty();
  }

  @Test
  void itLastsItsTtlLessAThousandthAndATenthOfASecond() {
    cluster.a.leases.renews = false;
    LeaseHandle lease = held(cluster.client("a:1"));
    assertThat(lease.remaining()).isEqualTo(Duration.ofMillis(9_890));

    cluster.time.advance(Duration.ofMillis(9_889));
    assertThat(lease.state()).isEqualTo(LeaseState.IN_DOUBT);
    assertThat(lease.remaining()).isEqualTo(Duration.ofMillis(1));
    cluster.time.advance(Duration.ofMillis(1));
    assertThat(lease.status().loss()).contains(LeaseLoss.EXPIRED);
    assertThat(lease.remaining()).isZero();
  }

  @Test
  void itIsRenewedEveryThirdOfItsTtl() {
    LeaseHandle lease = held(cluster.client("a:1"));
    for (int i = 1; i <= 30; i++) {
      cluster.time.advance(Duration.ofSeconds(1));
      assertThat(lease.state()).isEqualTo(LeaseState.HELD);
      assertThat(lease.remaining()).isGreaterThan(Duration.ofMillis(6_400));
    }
    assertThat(cluster.a.leases.streams).hasSize(1);
    assertThat(cluster.a.leases.last().renewals()).isEqualTo(9);
    assertThat(cluster.a.calls()).isEqualTo(1);
  }

  @Test
  void aListenerIsToldOfDoubtThenOfRecovery() {
    cluster.a.leases.renews = false;
    LeaseHandle lease = held(cluster.client("a:1"));
    List<LeaseState> states = new CopyOnWriteArrayList<>();
    lease.addListener((which, status) -> states.add(status.state()));
    await().untilAsserted(() -> assertThat(states).containsExactly(LeaseState.HELD));

    cluster.time.advance(Duration.ofMillis(6_667));
    await()
        .untilAsserted(
            () -> assertThat(states).containsExactly(LeaseState.HELD, LeaseState.IN_DOUBT));
    cluster.a.leases.renews = true;
    cluster.time.advance(Duration.ofSeconds(2));
    await()
        .untilAsserted(
            () ->
                assertThat(states)
                    .containsExactly(LeaseState.HELD, LeaseState.IN_DOUBT, LeaseState.HELD));
  }

  @Test
  void whoeverFailsToTakeTheDoubtIsToldOfTheLossAllTheSame() {
    cluster.a.leases.renews = false;
    LeaseHandle lease = held(cluster.client("a:1"));
    List<LeaseStatus> seen = new CopyOnWriteArrayList<>();
    lease.addListener(
        (which, status) -> {
          seen.add(status);
          throw new IllegalStateException("a listener's own fault");
        });
    await().until(() -> seen.size() == 1);
    cluster.time.advance(Duration.ofSeconds(10));
    await().until(() -> seen.get(seen.size() - 1).state() == LeaseState.LOST);
    assertThat(lease.lost().join().loss()).contains(LeaseLoss.EXPIRED);
  }

  @Test
  void aListenerIsToldHowLongARenewalTook() {
    LeaseHandle lease = held(cluster.client("a:1"));
    List<Duration> trips = new CopyOnWriteArrayList<>();
    lease.addListener(
        new LeaseListener() {
          @Override
          public void onStatus(LeaseHandle which, LeaseStatus status) {
            assertThat(which).isSameAs(lease);
          }

          @Override
          public void onRenewed(LeaseHandle which, Duration roundTrip) {
            trips.add(roundTrip);
          }
        });
    cluster.time.advance(Duration.ofSeconds(4));
    await().untilAsserted(() -> assertThat(trips).containsExactly(Duration.ZERO));
  }

  @Test
  void aTaskIsInterruptedAtTheLoss() throws InterruptedException {
    cluster.a.leases.renews = false;
    LeaseHandle lease = held(cluster.client("a:1"));
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    CompletableFuture<Object> task =
        lease.run(
            () -> {
              begun.countDown();
              try {
                return neverEnds();
              } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
              }
            });
    begun.await();
    cluster.time.advance(Duration.ofSeconds(10));
    interrupted.await();
    assertThatThrownBy(task::join)
        .isInstanceOf(CancellationException.class)
        .hasMessageContaining("EXPIRED");
  }

  private static boolean neverEnds() throws InterruptedException {
    new CountDownLatch(1).await();
    return true;
  }

  @Test
  void aTaskThatEndsInTimeGivesItsResult() {
    LeaseHandle lease = held(cluster.client("a:1"));
    assertThat(lease.run(() -> 7).join()).isEqualTo(7);
    CompletableFuture<Object> failed =
        lease.run(
            () -> {
              throw new IllegalStateException("its own");
            });
    assertThatThrownBy(failed::join).hasRootCauseMessage("its own");
  }

  @Test
  void noTaskBeginsOnceTheLeaseIsLost() {
    LeaseHandle lease = held(cluster.client("a:1"));
    lease.release().join();
    AtomicBoolean ran = new AtomicBoolean();
    CompletableFuture<Boolean> task = lease.run(() -> ran.getAndSet(true));
    assertThatThrownBy(task::join).isInstanceOf(CancellationException.class);
    assertThat(ran).isFalse();
  }

  @Test
  void whoReleasesHasLostItAtOnce() {
    LeaseHandle lease = held(cluster.client("a:1"));
    cluster.a.isSilent();
    CompletableFuture<LeaseChange> released = lease.release();
    assertThat(released).isNotDone();
    assertThat(lease.status().loss()).contains(LeaseLoss.RELEASED);
    assertThat(lease.release()).isNotDone();
    assertThat(cluster.a.calls()).isEqualTo(2);
    assertThat(cluster.a.received(1, ReleaseLeaseRequest.class).getLease().getToken())
        .isEqualTo(41);
  }

  @Test
  void aReleaseTellsItsRevisionHoweverOftenItIsAskedFor() {
    LeaseHandle lease = held(cluster.client("a:1"));
    LeaseChange expected = new LeaseChange(lease.ref(), 50, false);
    assertThat(lease.release().join()).isEqualTo(expected);
    assertThat(lease.release().join()).isEqualTo(expected);
    lease.close();
    assertThat(cluster.a.calls()).isEqualTo(2);
  }

  @Test
  void aHandOverGivesTheNextHoldersToken() {
    LeaseHandle lease = held(cluster.client("a:1"));
    LeaseChange change = lease.handOver("other").join();
    assertThat(change.lease()).isEqualTo(new LeaseRef("controllers/a", 60));
    assertThat(lease.status().loss()).contains(LeaseLoss.HANDED_OVER);
    assertThat(cluster.a.received(1, HandOverLeaseRequest.class).getTo()).isEqualTo("other");
  }

  @Test
  void whatWasHandedOverIsTakenUpOnceARenewalIsAcknowledged() {
    cluster.a.leases.ttlMillis = 10_000;
    StoreClient client = cluster.client("a:1");
    LeaseHandle lease = client.leases().adopt(new LeaseRef("controllers/a", 60)).join();
    assertThat(lease.token()).isEqualTo(60);
    assertThat(lease.remaining()).isEqualTo(Duration.ofMillis(9_890));

    cluster.a.fails(Errors.of(Status.Code.FAILED_PRECONDITION, Reason.FENCED));
    Failures.of(client.leases().adopt(new LeaseRef("controllers/a", 59)), FencedException.class);
  }

  @Test
  void closingTheClientLosesItWithoutReleasingIt() {
    StoreClient client = cluster.client("a:1");
    LeaseHandle lease = held(client);
    CompletableFuture<LeaseStatus> lost = lease.lost();
    client.close();
    assertThat(lost.join().loss()).contains(LeaseLoss.CLIENT_CLOSED);
    assertThat(cluster.a.calls()).isEqualTo(1);
  }

  @Test
  void writesUnderItCarryItsToken() {
    StoreClient client = cluster.client("a:1");
    LeaseHandle lease = held(client);
    LeaseRef other = new LeaseRef("b", 3);
    Facts facts = client.facts().guardedBy(other).guardedBy(lease);
    facts.put(WEB, THREE).join();
    assertThat(cluster.a.received(1, PutRequest.class).getGuardsList())
        .extracting(guard -> guard.getName() + ":" + guard.getToken())
        .containsExactly("b:3", "controllers/a:41");
    facts.txn().then(Operation.put(WEB, THREE)).commit().join();
    assertThat(cluster.a.received(2, TxnRequest.class).getGuardsCount()).isEqualTo(2);
    assertThat(facts.guards()).containsExactly(other, lease.ref());
  }

  @Test
  void aWriteUnderALostLeaseIsNotSent() {
    cluster.a.leases.renews = false;
    StoreClient client = cluster.client("a:1");
    LeaseHandle lease = held(client);
    Facts facts = client.facts().guardedBy(lease);
    cluster.time.advance(Duration.ofSeconds(10));

    FencedException refused = Failures.of(facts.put(WEB, THREE), FencedException.class);
    assertThat(refused).hasMessageContaining("EXPIRED").hasMessageContaining("controllers/a");
    Failures.of(facts.raw().put(WEB, new byte[0], PutOptions.none()), FencedException.class);
    Failures.of(facts.delete(WEB), FencedException.class);
    Failures.of(facts.deleteAll(Selector.prefix("desired/")), FencedException.class);
    Failures.of(facts.txn().commit(), FencedException.class);
    Failures.of(client.facts().txn().guardedBy(lease).commit(), FencedException.class);
    assertThat(cluster.a.calls()).isEqualTo(1);
    assertThat(facts.get(WEB).join().fact()).isPresent();
  }

  @Test
  void leasesAreShownAndListed() {
    StoreClient client = cluster.client("a:1");
    assertThat(client.leases().get("a").join()).map(info -> info.holder()).contains("h");
    LeasePage page = client.leases().list("", 2, "").join();
    assertThat(page.leases()).extracting(info -> info.lease().name()).containsExactly("a", "b");
    assertThat(page.leases().get(0).remaining()).isEqualTo(Duration.ofSeconds(7));
    assertThat(page.more()).isTrue();
  }

  @Test
  void durationsThatNoClockCanCountAreNoOptions() {
    assertThatIllegalArgumentException().isThrownBy(() -> LeaseOptions.ttl(Duration.ofMillis(-1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LeaseOptions.ttl(Duration.ofDays(366).plusNanos(1)));
    assertThatIllegalArgumentException().isThrownBy(() -> TEN.waitingUpTo(Duration.ofSeconds(-1)));
    assertThat(LeaseOptions.ttl(Duration.ofDays(366)).longestWait()).isZero();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import dev.stele.proto.v1.AcquireLeaseRequest;
import dev.stele.proto.v1.AcquireLeaseResponse;
import dev.stele.proto.v1.Lease;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.SessionTag;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Leases while the node that counts for them goes away. */
final class LeaseFaultsTest {
  private static final long TTL_MILLIS = 4_000;
  private static final Duration SOON = Duration.ofSeconds(30);

  @RegisterExtension private static final StoreExtension STORE = StoreExtension.nodes(3).build();

  private final List<RawLeases> leases = new ArrayList<>();

  @BeforeEach
  void connect() {
    STORE.cluster().endpoints().forEach(endpoint -> leases.add(new RawLeases(endpoint)));
  }

  @AfterEach
  void disconnect() {
    leases.forEach(RawLeases::close);
  }

  /** Two TTLs' worth of renewals later than now, none of them refused. */
  private static void renewedForTwoTtls(Holder holder) {
    long fromNanos = System.nanoTime();
    await()
        .atMost(SOON)
        .until(
            () ->
                !holder.lost().isEmpty()
                    || holder.lastSentNanos() - fromNanos
                        > TimeUnit.MILLISECONDS.toNanos(2 * TTL_MILLIS));
    assertThat(holder.lost()).isEmpty();
  }

  private Lease shownBy(int node, String name) {
    Lease[] shown = new Lease[1];
    await()
        .atMost(SOON)
        .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
        .until(
            () -> {
              shown[0] = leases.get(node).get(name).getLease();
              return true;
            });
    return shown[0];
  }

  @Test
  void aLeaseThatIsRenewedOutlivesItsLeader() throws InterruptedException {
    int old = STORE.leader();
    long token = leases.get(old).acquire("killed", "a", TTL_MILLIS);
    try (Holder holder = new Holder(leases, old, "killed", token)) {
      await().atMost(SOON).until(() -> holder.renewals() > 2);
      STORE.kill(old);
      renewedForTwoTtls(holder);
      assertThat(shownBy((old + 1) % 3, "killed").getToken()).isEqualTo(token);
    }
  }

  @Test
  void aLeaseThatIsRenewedOutlivesALeaderThatIsCutOffAndNobodyElseGetsIt() throws Exception {
    int old = STORE.leader();
    int other = (old + 1) % 3;
    long token = leases.get(old).acquire("cut", "a", TTL_MILLIS);
    try (Holder holder = new Holder(leases, old, "cut", token)) {
      await().atMost(SOON).until(() -> holder.renewals() > 2);
      ListenableFuture<AcquireLeaseResponse> atOld =
          leases.get(old).await(RawLeases.request("cut", "b", TTL_MILLIS));
      STORE.isolate(old);
      renewedForTwoTtls(holder);
      assertThat(shownBy(other, "cut").getToken()).isEqualTo(token);
      assertThat(atOld.isDone() && !isRefused(atOld)).as("the old leader gave it away").isFalse();
      STORE.heal();
      renewedForTwoTtls(holder);
      assertThat(shownBy(old, "cut").getToken()).isEqualTo(token);
      atOld.cancel(true);
    }
  }

  @Test
  void aHolderWhoReachesOnlyALeaderThatIsCutOffIsNotRenewedAndAnotherGetsItAfterTheTtl()
      throws Exception {
    int old = STORE.leader();
    int other = (old + 1) % 3;
    long token = leases.get(old).acquire("alone", "a", TTL_MILLIS);
    try (Holder holder = new Holder(List.of(leases.get(old)), 0, "alone", token)) {
      await().atMost(SOON).until(() -> holder.renewals() > 2);
      STORE.isolate(old);
      AcquireLeaseResponse next = acquiredOverFailures(other, "alone", "b");
      long acquiredNanos = System.nanoTime();
      assertThat(next.getToken()).isGreaterThan(token);
      await().during(Duration.ofSeconds(1)).atMost(SOON).until(() -> true);
      assertThat(Duration.ofNanos(acquiredNanos - holder.lastSentNanos()))
          .as("no renewal was acknowledged that reached into the next holding")
          .isGreaterThanOrEqualTo(Duration.ofMillis(TTL_MILLIS));
    }
  }

  private static boolean isRefused(ListenableFuture<?> call) {
    try {
      call.get(0, TimeUnit.SECONDS);
      return false;
    } catch (ExecutionException refused) {
      return true;
    } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aLeaseThatIsRenewedOutlivesALeaderThatIsPausedAndItsReturn() throws InterruptedException {
    int old = STORE.leader();
    long token = leases.get(old).acquire("paused", "a", TTL_MILLIS);
    try (Holder holder = new Holder(leases, old, "paused", token)) {
      await().atMost(SOON).until(() -> holder.renewals() > 2);
      STORE.pause(old);
      renewedForTwoTtls(holder);
      STORE.resume(old);
      renewedForTwoTtls(holder);
      assertThat(shownBy(old, "paused").getToken()).isEqualTo(token);
    }
  }

  @Test
  void aLeaseThatNobodyRenewsIsNotGivenAwayBeforeItsTtlWhoeverLeads() throws Exception {
    int old = STORE.leader();
    int other = (old + 1) % 3;
    long token = leases.get(old).acquire("orphan", "a", TTL_MILLIS);
    Holder holder = new Holder(leases, old, "orphan", token);
    await().atMost(SOON).until(() -> holder.renewals() > 2);
    holder.close();
    long lastNanos = holder.lastSentNanos();
    STORE.kill(old);
    AcquireLeaseResponse next = acquiredOverFailures(other, "orphan", "b");
    assertThat(next.getToken()).isGreaterThan(token);
    // One change of leaders gives it one more TTL at most, and an election takes a while.
    assertThat(Duration.ofNanos(System.nanoTime() - lastNanos))
        .isBetween(Duration.ofMillis(TTL_MILLIS), Duration.ofMillis(2 * TTL_MILLIS + 10_000));
    assertThatThrownBy(() -> leases.get(other).renew("orphan", token))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("FAILED_PRECONDITION");
  }

  /**
   * As a client asks that tries until it has the lease. Each try is short: one that was passed on
   * to a node that is cut off hangs there.
   */
  private AcquireLeaseResponse acquiredOverFailures(int node, String name, String holder) {
    AcquireLeaseResponse[] got = new AcquireLeaseResponse[1];
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptionsInstanceOf(ExecutionException.class)
        .until(
            () -> {
              AcquireLeaseRequest.Builder request = RawLeases.request(name, holder, TTL_MILLIS);
              got[0] = leases.get(node).await(request, 2).get(10, TimeUnit.SECONDS);
              return true;
            });
    return got[0];
  }

  @Test
  void waitersKeepTheirOrderWhenTheLeaderIsKilled() throws Exception {
    int old = STORE.leader();
    int other = (old + 1) % 3;
    long token = leases.get(old).acquire("queue", "a", TTL_MILLIS);
    try (Holder holder = new Holder(leases, old, "queue", token)) {
      ListenableFuture<AcquireLeaseResponse> first =
          leases.get(old).await(RawLeases.request("queue", "b", TTL_MILLIS));
      await().atMost(SOON).until(() -> leases.get(old).waiters("queue") == 1);
      ListenableFuture<AcquireLeaseResponse> second =
          leases.get(old).await(RawLeases.request("queue", "c", TTL_MILLIS));
      await().atMost(SOON).until(() -> leases.get(old).waiters("queue") == 2);
      STORE.kill(old);
      assertThatThrownBy(() -> first.get(20, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class);
      assertThatThrownBy(() -> second.get(20, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class);
      // The later one is back first, and says how long it has waited.
      ListenableFuture<AcquireLeaseResponse> secondAgain = waitAgain(other, "c", 10_000);
      ListenableFuture<AcquireLeaseResponse> firstAgain = waitAgain(other, "b", 20_000);
      await().atMost(SOON).until(() -> shownBy(other, "queue").getWaiters() == 2);
      assertThat(shownBy(other, "queue").getToken()).isEqualTo(token);
      leases.get(other).release("queue", token);
      long next = firstAgain.get(20, TimeUnit.SECONDS).getToken();
      assertThat(secondAgain.isDone()).isFalse();
      leases.get(other).release("queue", next);
      assertThat(secondAgain.get(20, TimeUnit.SECONDS).getToken()).isGreaterThan(next);
    }
  }

  private ListenableFuture<AcquireLeaseResponse> waitAgain(
      int node, String holder, long waitedMillis) {
    return leases
        .get(node)
        .await(RawLeases.request("queue", holder, TTL_MILLIS).setWaitedMillis(waitedMillis));
  }

  @Test
  void aRetryAtTheNextLeaderGetsTheTokenOfTheFirstTryAtOnce() throws Exception {
    int old = STORE.leader();
    int other = (old + 1) % 3;
    AcquireLeaseRequest.Builder request =
        RawLeases.request("retried", "a", TTL_MILLIS)
            .setHeader(
                RequestHeader.newBuilder()
                    .setSession(
                        SessionTag.newBuilder()
                            .setId(ByteString.copyFrom(new byte[16]))
                            .setSequence(1)
                            .setAcknowledgedBelow(1)));
    long token = leases.get(old).await(request).get(20, TimeUnit.SECONDS).getToken();
    STORE.kill(old);
    assertThat(shownBy(other, "retried").getToken()).isEqualTo(token);
    AcquireLeaseResponse again = leases.get(other).await(request).get(20, TimeUnit.SECONDS);
    assertThat(again.getToken()).isEqualTo(token);
    assertThat(again.getDuplicate()).isTrue();
    assertThat(shownBy(other, "retried").getToken())
        .as("it did not wait for itself")
        .isEqualTo(token);
  }

  @Test
  void aLeaderThatIsStoppedSendsWhoWaitsToTheNext() throws Exception {
    int old = STORE.leader();
    long token = leases.get(old).acquire("stopped", "a", TTL_MILLIS);
    try (Holder holder = new Holder(leases, old, "stopped", token)) {
      ListenableFuture<AcquireLeaseResponse> waiting =
          leases.get(old).await(RawLeases.request("stopped", "b", TTL_MILLIS));
      await().atMost(SOON).until(() -> leases.get(old).waiters("stopped") == 1);
      STORE.stop(old);
      assertThatThrownBy(() -> waiting.get(20, TimeUnit.SECONDS))
          .cause()
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              refused -> assertThat(RawClient.reason(refused)).isEqualTo("NOT_LEADER"));
      renewedForTwoTtls(holder);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stele.client.Cluster;
import dev.stele.client.ClusterStatus;
import dev.stele.client.LeaseChange;
import dev.stele.client.LeaseGrant;
import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseListener;
import dev.stele.client.LeaseLoss;
import dev.stele.client.LeaseRef;
import dev.stele.client.LeaseState;
import dev.stele.client.LeaseStatus;
import dev.stele.client.Leases;
import dev.stele.client.NodeStatus;
import dev.stele.client.ResponseInfo;
import dev.stele.client.StoreClient;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Runs over a store that a test pretends. */
final class LeaseRunTest {
  private static final ResponseInfo INFO =
      new ResponseInfo("c", 0, "n0", "n0", "127.0.0.1:7400", 1, 9, 0, Duration.ZERO);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final AtomicInteger released = new AtomicInteger();

  private static <T> T pretend(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static HoldOptions options(int leases) {
    return new HoldOptions(leases, Duration.ofSeconds(10), SHORT, "bench/");
  }

  private LeaseHandle handle(int number, LeaseState state) {
    Optional<LeaseLoss> loss =
        state == LeaseState.LOST ? Optional.of(LeaseLoss.FENCED) : Optional.empty();
    return pretend(
        LeaseHandle.class,
        (self, method, args) ->
            switch (method.getName()) {
              case "status" -> new LeaseStatus(state, loss, "");
              case "state" -> state;
              case "addListener" -> listen((LeaseHandle) self, (LeaseListener) args[0]);
              case "release" -> release(number);
              default -> throw new UnsupportedOperationException(method.getName());
            });
  }

  /** Renewals that come a moment later, in the measured time. */
  private static Object listen(LeaseHandle lease, LeaseListener listener) {
    CompletableFuture<Void> unused =
        CompletableFuture.runAsync(
            () -> listener.onRenewed(lease, Duration.ofMillis(3)),
            CompletableFuture.delayedExecutor(
                SHORT.toMillis() / 2, java.util.concurrent.TimeUnit.MILLISECONDS));
    return null;
  }

  private CompletableFuture<LeaseChange> release(int number) {
    released.incrementAndGet();
    return CompletableFuture.completedFuture(
        new LeaseChange(new LeaseRef("n" + number, 1), 2, false));
  }

  private StoreClient store(Leases leases) {
    AtomicLong applied = new AtomicLong(100);
    Cluster cluster =
        pretend(
            Cluster.class,
            (self, method, args) ->
                CompletableFuture.completedFuture(
                    new ClusterStatus(0, 1, List.of(leader(applied.addAndGet(2))), INFO)));
    return pretend(
        StoreClient.class,
        (self, method, args) -> method.getName().equals("leases") ? leases : cluster);
  }

  private static NodeStatus leader(long applied) {
    return new NodeStatus(
        "n0", "", "", NodeStatus.Role.LEADER, true, applied, 9, 0, 0, "", 1, 0, 0, 1, "");
  }

  @Test
  void whatIsHeldIsCountedAndReleased() throws Exception {
    AtomicInteger number = new AtomicInteger();
    Leases leases =
        pretend(
            Leases.class,
            (self, method, args) -> {
              int each = number.incrementAndGet();
              LeaseState state = each == 2 ? LeaseState.LOST : LeaseState.HELD;
              return CompletableFuture.completedFuture(handle(each, state));
            });
    HoldReport report =
        new HoldRun(options(5), List.of(store(leases)), System::nanoTime).run(text -> {});
    assertThat(report.renewals()).isEqualTo(5);
    assertThat(report.roundTrip().p50Micros()).isBetween(2_990L, 3_010L);
    assertThat(report.lost()).isEqualTo(1);
    assertThat(report.entries()).isEqualTo(2);
    assertThat(report.revisions()).isZero();
    assertThat(released).hasValue(5);
  }

  @Test
  void eachWaiterGetsItsTurnAgainAndAgain() throws Exception {
    WaitReport report = waits(1);
    assertThat(report.handOvers()).isGreaterThan(10);
    assertThat(report.failures()).isEmpty();
    assertThat(report.tokensGrew()).isTrue();
    assertThat(report.holds()).isTrue();
  }

  @Test
  void aTokenThatFallsIsFoundOut() throws Exception {
    assertThat(waits(-1).tokensGrew()).isFalse();
  }

  /** A lease that goes from one to the next, with tokens that grow by so much. */
  private WaitReport waits(long step) throws InterruptedException {
    Queue<CompletableFuture<LeaseGrant>> waiting = new ArrayDeque<>();
    AtomicLong token = new AtomicLong(1_000_000);
    Leases leases =
        pretend(
            Leases.class,
            (self, method, args) -> {
              if (method.getName().equals("grant")) {
                CompletableFuture<LeaseGrant> mine = new CompletableFuture<>();
                synchronized (waiting) {
                  waiting.add(mine);
                }
                next(waiting, token, step, false);
                return mine;
              }
              next(waiting, token, step, true);
              return release(0);
            });
    return new WaitRun(options(3), List.of(store(leases)), System::nanoTime).run(text -> {});
  }

  private boolean taken;

  private void next(
      Queue<CompletableFuture<LeaseGrant>> waiting, AtomicLong token, long step, boolean free) {
    CompletableFuture<LeaseGrant> head;
    synchronized (waiting) {
      taken &= !free;
      head = taken ? null : waiting.poll();
      taken |= head != null;
    }
    if (head != null) {
      LeaseRef lease = new LeaseRef("bench/one", token.addAndGet(step));
      LeaseGrant grant = new LeaseGrant(lease, Duration.ofSeconds(10), false);
      CompletableFuture<Void> unused = CompletableFuture.runAsync(() -> head.complete(grant));
    }
  }

  @Test
  void moreLeasesThanAStoreHoldsAreNoOptions() {
    assertThat(options(HoldOptions.LEASES_MAX).leases()).isEqualTo(100_000);
    assertThatIllegalArgumentException().isThrownBy(() -> options(HoldOptions.LEASES_MAX + 1));
    assertThatIllegalArgumentException().isThrownBy(() -> options(0));
  }
}

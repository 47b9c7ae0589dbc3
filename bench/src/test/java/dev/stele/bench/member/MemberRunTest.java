// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stele.client.Cluster;
import dev.stele.client.ClusterStatus;
import dev.stele.client.LeaseChange;
import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseRef;
import dev.stele.client.LeaseState;
import dev.stele.client.MemberHandle;
import dev.stele.client.MemberReport;
import dev.stele.client.Members;
import dev.stele.client.NodeStatus;
import dev.stele.client.Registration;
import dev.stele.client.ReportOutcome;
import dev.stele.client.ResponseInfo;
import dev.stele.client.StoreClient;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A run over a store that a test pretends. */
final class MemberRunTest {
  private static final ResponseInfo INFO =
      new ResponseInfo("c", 0, "n0", "n0", "127.0.0.1:7400", 1, 9, 0, Duration.ZERO);

  private final List<Registration> registered = Collections.synchronizedList(new ArrayList<>());
  private final List<Integer> requests = Collections.synchronizedList(new ArrayList<>());
  private final ConcurrentHashMap<String, Long> capacities = new ConcurrentHashMap<>();
  private final AtomicInteger deregistered = new AtomicInteger();
  private final AtomicLong applied = new AtomicLong(100);

  /** How much the log grows between two looks. */
  private long growth;

  private LeaseState state = LeaseState.HELD;
  private boolean failing;

  private static <T> T pretend(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private StoreClient store() {
    Cluster cluster =
        pretend(
            Cluster.class,
            (self, method, args) ->
                CompletableFuture.completedFuture(
                    new ClusterStatus(0, 1, List.of(leader(applied.addAndGet(growth))), INFO)));
    Members members =
        pretend(
            Members.class,
            (self, method, args) ->
                method.getName().equals("register")
                    ? CompletableFuture.completedFuture(register((Registration) args[0]))
                    : report((List<?>) args[0]));
    return pretend(
        StoreClient.class,
        (self, method, args) -> method.getName().equals("members") ? members : cluster);
  }

  private static NodeStatus leader(long appliedIndex) {
    return new NodeStatus(
        "n0", "", "", NodeStatus.Role.LEADER, true, appliedIndex, 9, 0, 0, "", 1, 0, 0, 1, "");
  }

  private MemberHandle register(Registration registration) {
    registered.add(registration);
    LeaseRef ref = new LeaseRef("member/" + registration.name(), registered.size());
    LeaseHandle lease =
        pretend(
            LeaseHandle.class,
            (self, method, args) -> method.getName().equals("ref") ? ref : state);
    return pretend(
        MemberHandle.class,
        (self, method, args) -> {
          if (method.getName().equals("lease")) {
            return lease;
          }
          deregistered.incrementAndGet();
          return CompletableFuture.completedFuture(new LeaseChange(ref, 2, false));
        });
  }

  private CompletableFuture<List<ReportOutcome>> report(List<?> reports) {
    requests.add(reports.size());
    if (failing) {
      return CompletableFuture.failedFuture(new IllegalStateException("no"));
    }
    List<ReportOutcome> outcomes = new ArrayList<>();
    for (Object each : reports) {
      MemberReport report = (MemberReport) each;
      capacities.putAll(report.capacity().orElseThrow());
      outcomes.add(new ReportOutcome.Unchanged());
    }
    return CompletableFuture.completedFuture(outcomes);
  }

  private MemberRunReport run(int members) throws Exception {
    MemberOptions options =
        new MemberOptions(members, Duration.ofSeconds(10), Duration.ofMillis(300), "bench/");
    return new MemberRun(options, List.of(store()), System::nanoTime).run(text -> {});
  }

  @Test
  void allReportOnceASecondInRequestsOfAThousand() throws Exception {
    MemberRunReport report = run(2_500);
    assertThat(registered).hasSize(2_500);
    assertThat(registered.get(7).name()).isEqualTo("bench/7");
    assertThat(requests).containsExactly(1_000, 1_000, 500);
    assertThat(report.rounds()).isEqualTo(1);
    assertThat(report.reports()).isEqualTo(2_500);
    assertThat(report.outcomes()).containsOnlyKeys("unchanged").containsValue(2_500L);
    assertThat(report.lost()).isZero();
    assertThat(report.holds()).isTrue();
    assertThat(deregistered).hasValue(2_500);
    assertThat(registered.get(0).member().capacity()).containsOnlyKeys(capacities.keySet());
  }

  @Test
  void reportsChangeEachRoundAndStayNearWhatIsWritten() {
    for (int member = 0; member < 1_000; member++) {
      for (int round = 0; round < 100; round++) {
        long capacity = MemberRun.capacity(member, round);
        assertThat(Math.abs(capacity - MemberRun.WRITTEN)).isLessThanOrEqualTo(MemberRun.SWING);
        assertThat(MemberRun.capacity(member, round + 1)).isNotEqualTo(capacity);
      }
    }
  }

  @Test
  void aLogThatGrewIsNotAsItMustBe() throws Exception {
    growth = 3;
    MemberRunReport report = run(10);
    assertThat(report.entries()).isEqualTo(3);
    assertThat(report.holds()).isFalse();
  }

  @Test
  void aMemberThatWasLostIsNotAsItMustBe() throws Exception {
    state = LeaseState.LOST;
    MemberRunReport report = run(10);
    assertThat(report.lost()).isEqualTo(10);
    assertThat(report.holds()).isFalse();
  }

  @Test
  void whatFailsIsCountedAndIsNoReport() throws Exception {
    failing = true;
    MemberRunReport report = run(10);
    assertThat(report.reports()).isZero();
    assertThat(report.outcomes()).containsEntry("failed: IllegalStateException", 10L);
    assertThat(report.holds()).isFalse();
  }

  @Test
  void moreMembersThanLeasesAreNoOptions() {
    Duration second = Duration.ofSeconds(1);
    assertThat(new MemberOptions(MemberOptions.MEMBERS_MAX, second, second, "").members())
        .isEqualTo(100_000);
    for (int wrong : List.of(0, MemberOptions.MEMBERS_MAX + 1)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new MemberOptions(wrong, second, second, ""))
          .withMessageContaining("members");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MemberOptions(1, second, Duration.ZERO, ""))
        .withMessageContaining("duration");
  }
}

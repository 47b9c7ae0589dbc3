// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static dev.stele.client.internal.FakeWatches.delete;
import static dev.stele.client.internal.FakeWatches.fact;
import static dev.stele.client.internal.FakeWatches.problem;
import static dev.stele.client.internal.FakeWatches.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.client.FactKey;
import dev.stele.client.Keys;
import dev.stele.client.LeaseOptions;
import dev.stele.client.MemberInfo;
import dev.stele.client.MemberQuery;
import dev.stele.client.StoreClient;
import dev.stele.client.error.InvalidRequestException;
import dev.stele.client.error.UnavailableException;
import dev.stele.client.kind.Member;
import dev.stele.client.kind.Member.Health;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Waiting for members: by watch, bounded, and over what happens to the watch. */
final class MemberWaitTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final FactKey<Member> A = Keys.member("a");
  private static final FactKey<Member> B = Keys.member("b");

  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private CompletableFuture<List<MemberInfo>> two(StoreClient client) {
    MemberQuery healthyInZoneA =
        MemberQuery.all().withLabel("zone", "a").withHealth(Health.HEALTHY);
    return client.members().await(healthyInZoneA, members -> members.size() == 2, MINUTE);
  }

  private static Member member(Health health, String zone) {
    return new Member("h:1", 1, Map.of(), health, Map.of("zone", zone));
  }

  private FakeWatches.Stream stream() {
    return cluster.a.watches.last();
  }

  private long cancels() {
    return stream().requests.stream().filter(one -> one.hasCancel()).count();
  }

  @Test
  void itEndsWithTheChangeThatMakesItSo() {
    CompletableFuture<List<MemberInfo>> two = two(cluster.client("a:1"));
    stream().begins().page(10, true, fact(3, B, member(Health.HEALTHY, "a")));
    stream().events(false, put(11, Keys.member("c"), member(Health.HEALTHY, "z")));
    stream().events(false, put(12, A, member(Health.UNKNOWN, "a")));
    assertThat(two).isNotDone();
    stream().events(false, put(13, A, member(Health.HEALTHY, "a")));
    assertThat(two.join()).extracting(MemberInfo::name).containsExactly("a", "b");
    assertThat(two.join().get(0).modRevision()).isEqualTo(13);
    assertThat(cancels()).isEqualTo(1);
  }

  @Test
  void whatIsSoAlreadyNeedsNoChange() {
    CompletableFuture<List<MemberInfo>> two = two(cluster.client("a:1"));
    stream().begins().page(10, false, fact(3, A, member(Health.HEALTHY, "a")));
    stream().page(10, true, fact(3, B, member(Health.HEALTHY, "a")));
    assertThat(two).isCompleted();
  }

  @Test
  void membersThatGoAreNotCounted() {
    CompletableFuture<List<MemberInfo>> two = two(cluster.client("a:1"));
    stream().begins().page(10, true, fact(3, A, member(Health.HEALTHY, "a")));
    stream().events(false, delete(11, "member/a"));
    stream().events(false, put(12, B, member(Health.HEALTHY, "a")));
    assertThat(two).isNotDone();
  }

  @Test
  void aRevisionIsNotLookedAtBeforeItIsWhole() {
    CompletableFuture<List<MemberInfo>> two = two(cluster.client("a:1"));
    stream().begins().page(10, true, fact(3, A, member(Health.HEALTHY, "a")));
    stream().events(true, put(11, B, member(Health.HEALTHY, "a")));
    stream().events(false, delete(11, "member/a"));
    assertThat(two).isNotDone();
  }

  @Test
  void oneMemberIsAwaitedByItsNameAlone() {
    CompletableFuture<MemberInfo> one =
        cluster.client("a:1").members().await("a", m -> m.health() == Health.LOST, MINUTE);
    stream().begins().page(10, true, fact(3, A, member(Health.HEALTHY, "a")));
    stream().events(false, put(11, Keys.member("ab"), member(Health.LOST, "a")));
    assertThat(one).isNotDone();
    stream().events(false, put(12, A, member(Health.LOST, "a")));
    assertThat(one.join().modRevision()).isEqualTo(12);
  }

  @Test
  void itEndsWithItsTimeAndSaysWhatStoodInTheWay() {
    CompletableFuture<List<MemberInfo>> two = two(cluster.client("a:1"));
    stream().begins().page(10, true).breaks();
    cluster.time.advance(MINUTE.minusNanos(1));
    assertThat(two).isNotDone();
    cluster.time.advance(Duration.ofNanos(1));
    assertThatThrownBy(two::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(TimeoutException.class)
        .hasMessageContaining("PT1M")
        .hasMessageContaining("UNAVAILABLE");
  }

  @Test
  void whoCancelsIsNotWatchedFor() {
    CompletableFuture<List<MemberInfo>> two = two(cluster.client("a:1"));
    stream().begins().page(10, true);
    two.cancel(true);
    assertThat(cancels()).isEqualTo(1);
  }

  @Test
  void aRefusalEndsIt() {
    CompletableFuture<List<MemberInfo>> two = two(cluster.client("a:1"));
    stream().refuses(problem("INVALID_FIELD"));
    Failures.of(two, InvalidRequestException.class);
  }

  @Test
  void closingTheClientEndsIt() {
    StoreClient client = cluster.client("a:1");
    CompletableFuture<List<MemberInfo>> two = two(client);
    client.close();
    Failures.of(two, UnavailableException.class);
  }

  @Test
  void whatThePredicateThrowsIsTheCallers() {
    CompletableFuture<MemberInfo> one =
        cluster
            .client("a:1")
            .members()
            .await(
                "a",
                member -> {
                  throw new IllegalStateException("of the caller");
                },
                MINUTE);
    stream().begins().page(10, true, fact(3, A, member(Health.HEALTHY, "a")));
    assertThatThrownBy(one::join).hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void aTimeThatNoClockCanCountIsNone() {
    StoreClient client = cluster.client("a:1");
    for (Duration wrong : List.of(Duration.ofNanos(-1), LeaseOptions.MAX_DURATION.plusNanos(1))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> client.members().await("a", member -> true, wrong))
          .withMessageContaining("timeout");
    }
    assertThat(cluster.a.watches.streams).isEmpty();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.client.FactKey;
import dev.stele.client.Keys;
import dev.stele.client.Operation;
import dev.stele.client.RetryBudget;
import dev.stele.client.StoreClient;
import dev.stele.client.error.CorruptException;
import dev.stele.client.error.LimitExceededException;
import dev.stele.client.error.OutcomeUnknownException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.UnavailableException;
import dev.stele.client.internal.call.Caller;
import dev.stele.client.kind.DesiredState;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is sent again, where and when; and what never is. */
final class RetryTest {
  private static final FactKey<DesiredState> WEB = Keys.desired("prod/web");
  private static final DesiredState THREE = DesiredState.replicas(3);

  private final StatusRuntimeException noQuorum =
      Errors.of(Status.Code.UNAVAILABLE, Reason.NO_QUORUM);
  private final StatusRuntimeException notLeader =
      Errors.of(Status.Code.UNAVAILABLE, Reason.NOT_LEADER);
  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void aWriteThatWasNotProposedGoesToTheNextEndpointAtOnce() {
    cluster.a.fails(noQuorum);
    StoreClient client = cluster.client("a:1", "b:1");

    assertThat(client.facts().put(WEB, THREE).join().modRevision()).isEqualTo(10);
    assertThat(cluster.a.calls()).isEqualTo(1);
    assertThat(cluster.b.calls()).isEqualTo(1);
    assertThat(cluster.time.delays()).isEmpty();
  }

  @Test
  void withoutASessionAWriteOfUnknownOutcomeIsNeverSentAgain() {
    cluster.sessions = false;
    cluster.a.fails(Errors.of(Status.Code.UNAVAILABLE, Reason.OUTCOME_UNKNOWN));
    StoreClient client = cluster.client("a:1", "b:1");

    OutcomeUnknownException failure =
        Failures.of(client.facts().put(WEB, THREE), OutcomeUnknownException.class);
    assertThat(failure.mayHaveHappened()).isTrue();
    assertThat(cluster.a.calls() + cluster.b.calls()).isEqualTo(1);
    assertThat(cluster.time.delays()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      names = {
        "UNAVAILABLE",
        "DEADLINE_EXCEEDED",
        "CANCELLED",
        "UNKNOWN",
        "INTERNAL",
        "ABORTED",
        "RESOURCE_EXHAUSTED",
        "DATA_LOSS",
        "FAILED_PRECONDITION",
        "NOT_FOUND"
      })
  void withoutASessionASentWriteWithoutAWordOnItsOutcomeIsNeverSentAgain(Status.Code code) {
    cluster.sessions = false;
    cluster.a.fails(Status.fromCode(code).withDescription("a proxy").asRuntimeException());
    StoreClient client = cluster.client("a:1", "b:1");

    Failures.of(client.facts().put(WEB, THREE), OutcomeUnknownException.class);
    assertThat(cluster.a.calls() + cluster.b.calls()).isEqualTo(1);
  }

  @Test
  void deletesAndTransactionsAreWritesAsWell() {
    cluster.sessions = false;
    StoreClient client = cluster.client("a:1", "b:1");

    cluster.a.fails(Status.UNAVAILABLE.asRuntimeException());
    Failures.of(client.facts().delete(WEB), OutcomeUnknownException.class);
    assertThat(cluster.a.calls() + cluster.b.calls()).isEqualTo(1);

    cluster.b.fails(Status.UNAVAILABLE.asRuntimeException());
    Failures.of(
        client.facts().txn().orElse(Operation.delete(WEB)).commit(), OutcomeUnknownException.class);
    assertThat(cluster.a.calls() + cluster.b.calls()).isEqualTo(2);
  }

  @Test
  void aTransactionThatChangesNothingIsARead() {
    cluster.sessions = false;
    cluster.a.fails(Status.UNAVAILABLE.asRuntimeException());
    StoreClient client = cluster.client("a:1", "b:1");

    client.facts().txn().then(Operation.get(WEB)).orElse(Operation.get(WEB)).commit().join();
    assertThat(cluster.a.calls() + cluster.b.calls()).isEqualTo(2);
  }

  @Test
  void aReadOfUnknownOutcomeIsSentAgain() {
    cluster.a.fails(
        Status.UNAVAILABLE.asRuntimeException(),
        Errors.of(Status.Code.UNAVAILABLE, Reason.OUTCOME_UNKNOWN));
    cluster.b.fails(Status.INTERNAL.asRuntimeException());
    StoreClient client = cluster.client("a:1", "b:1");

    CompletableFuture<?> read = client.facts().get(WEB);
    cluster.time.advance(Duration.ofSeconds(4));
    read.join();
    assertThat(cluster.a.calls() + cluster.b.calls()).isEqualTo(4);
  }

  /** Found by hand: "deadline exceeded after 15 ms" had taken the place of "no leader is known". */
  @Test
  void noAttemptBeginsThatHasNoTimeToBeAnswered() {
    cluster.requestTimeout = Duration.ofSeconds(1);
    // Waits of 5, 10, 20, 40, 80 and then 160 ms: attempts at 795 and, were it allowed, 955 ms.
    cluster.time.random = 0.2;
    cluster.a.fails(Collections.nCopies(20, noQuorum).toArray(StatusRuntimeException[]::new));
    StoreClient client = cluster.client("a:1");
    CompletableFuture<?> read = client.facts().get(WEB);

    cluster.time.advance(Duration.ofMillis(900));

    int calls = cluster.a.calls();
    assertThat(Failures.of(read, UnavailableException.class).reason()).isEqualTo(Reason.NO_QUORUM);
    assertThat(calls).isEqualTo(10);
    cluster.time.advance(Duration.ofMillis(200));
    assertThat(cluster.a.calls()).isEqualTo(calls);
  }

  @Test
  void aWriteToAnEndpointThatCannotBeConnectedToGoesToTheNext() throws InterruptedException {
    cluster.stop("a:1");
    StoreClient client = cluster.client("a:1", "b:1");

    assertThat(client.facts().put(WEB, THREE).join().modRevision()).isEqualTo(10);
    assertThat(cluster.time.delays()).isEmpty();
  }

  @Test
  void withoutAnyEndpointAWriteFailsInTimeAndCertainlyDidNotHappen() throws InterruptedException {
    cluster.stop("a:1");
    cluster.stop("b:1");
    StoreClient client = cluster.client("a:1", "b:1");

    CompletableFuture<?> write = client.facts().put(WEB, THREE);
    assertThat(write).isNotDone();
    cluster.time.advance(Duration.ofSeconds(5));
    UnavailableException failure = Failures.of(write, UnavailableException.class);
    assertThat(failure.mayHaveHappened()).isFalse();
    assertThat(failure.reason()).isEqualTo(Reason.NO_QUORUM);
  }

  @Test
  void aStoppedEndpointIsFoundAgainAfterItsRestart() throws InterruptedException {
    cluster.stop("a:1");
    StoreClient client = cluster.client("a:1");
    cluster.time.random = 0.5;
    CompletableFuture<?> write = client.facts().put(WEB, THREE);
    cluster.time.advance(Duration.ofMillis(500));
    assertThat(write).isNotDone();

    cluster.restart("a:1", cluster.a);
    cluster.time.advance(Duration.ofSeconds(4));
    write.join();
  }

  @Test
  void theLeaderThatARefusalNamesIsAskedNext() {
    cluster.a.fails(
        Errors.of(Status.Code.UNAVAILABLE, Reason.NOT_LEADER, Map.of("leaderEndpoint", "c:1")));
    StoreClient client = cluster.client("a:1", "b:1", "c:1");

    client.facts().put(WEB, THREE).join();
    assertThat(cluster.b.calls()).isZero();
    assertThat(cluster.c.calls()).isEqualTo(1);
  }

  @Test
  void onceAroundAllEndpointsARequestBacksOffWithDoublingJitteredDelays() {
    cluster.a.failsAlways(noQuorum);
    cluster.b.failsAlways(noQuorum);
    cluster.time.random = 0.5;
    StoreClient client = cluster.client("a:1", "b:1");

    CompletableFuture<?> write = client.facts().put(WEB, THREE);
    cluster.time.advance(Duration.ofSeconds(5));
    Failures.of(write, UnavailableException.class);
    assertThat(cluster.time.delays())
        .startsWith(Duration.ofNanos(12_500_000), Duration.ofMillis(25), Duration.ofMillis(50))
        .allMatch(delay -> delay.compareTo(Duration.ofMillis(400)) <= 0)
        .contains(Duration.ofMillis(400));
  }

  @Test
  void anOverloadedServerIsAskedAgainNotBeforeItsDelay() {
    cluster.a.fails(overloaded(Duration.ofMillis(300)));
    StoreClient client = cluster.client("a:1");

    CompletableFuture<?> write = client.facts().put(WEB, THREE);
    cluster.time.advance(Duration.ofMillis(300));
    assertThat(cluster.a.calls()).isEqualTo(1);
    cluster.time.advance(Duration.ofMillis(1));
    write.join();
    assertThat(cluster.a.calls()).isEqualTo(2);
  }

  @Test
  void anOverloadedServerWithoutADelayIsNotAskedAgain() {
    cluster.a.fails(Errors.of(Status.Code.RESOURCE_EXHAUSTED, Reason.OVERLOADED));
    StoreClient client = cluster.client("a:1");

    LimitExceededException failure =
        Failures.of(client.facts().put(WEB, THREE), LimitExceededException.class);
    assertThat(failure.retryAfter()).isEmpty();
    assertThat(cluster.a.calls()).isEqualTo(1);
  }

  @Test
  void aDelayBeyondTheDeadlineIsNotWaitedFor() {
    cluster.a.fails(overloaded(Duration.ofSeconds(6)));
    StoreClient client = cluster.client("a:1");

    LimitExceededException failure =
        Failures.of(client.facts().put(WEB, THREE), LimitExceededException.class);
    assertThat(failure.retryAfter()).contains(Duration.ofSeconds(6));
    assertThat(cluster.time.delays()).isEmpty();
  }

  @Test
  void aCorruptNodeIsLeftForAnother() {
    cluster.a.fails(Errors.of(Status.Code.DATA_LOSS, Reason.CORRUPT));
    StoreClient client = cluster.client("a:1", "b:1");

    client.facts().put(WEB, THREE).join();
    cluster.a.failsAlways(Errors.of(Status.Code.DATA_LOSS, Reason.CORRUPT));
    StoreClient alone = cluster.client("a:1");
    CompletableFuture<?> write = alone.facts().put(WEB, THREE);
    cluster.time.advance(Duration.ofSeconds(5));
    Failures.of(write, CorruptException.class);
  }

  @Test
  void anEmptyBudgetEndsAllRetriesAndFillsWithTime() {
    cluster.budget = new RetryBudget(2, 1);
    cluster.a.failsAlways(notLeader);
    StoreClient client = cluster.client("a:1");

    CompletableFuture<?> first = client.facts().put(WEB, THREE);
    cluster.time.advance(Duration.ofMillis(100));
    Failures.of(first, UnavailableException.class);
    assertThat(cluster.a.calls()).isEqualTo(3);

    Failures.of(client.facts().put(WEB, THREE), UnavailableException.class);
    assertThat(cluster.a.calls()).isEqualTo(4);

    cluster.time.advance(Duration.ofSeconds(1));
    CompletableFuture<?> third = client.facts().put(WEB, THREE);
    cluster.time.advance(Duration.ofMillis(100));
    Failures.of(third, UnavailableException.class);
    assertThat(cluster.a.calls()).isEqualTo(6);
  }

  @Test
  void withoutABudgetNothingIsSentTwice() {
    cluster.budget = RetryBudget.none();
    cluster.a.fails(notLeader);
    StoreClient client = cluster.client("a:1", "b:1");

    Failures.of(client.facts().put(WEB, THREE), UnavailableException.class);
    assertThat(cluster.a.calls() + cluster.b.calls()).isEqualTo(1);
  }

  @Test
  void aRequestMakesNoMoreThanItsGreatestNumberOfAttempts() {
    cluster.requestTimeout = Duration.ofSeconds(60);
    cluster.a.failsAlways(notLeader);
    cluster.b.failsAlways(notLeader);
    StoreClient client = cluster.client("a:1", "b:1");

    CompletableFuture<?> write = client.facts().put(WEB, THREE);
    cluster.time.advance(Duration.ofSeconds(59));
    assertThat(Failures.of(write, UnavailableException.class).reason())
        .isEqualTo(Reason.NOT_LEADER);
    assertThat(cluster.a.calls() + cluster.b.calls()).isEqualTo(Caller.MAX_ATTEMPTS);
  }

  @Test
  void aCancelledRequestIsNotTriedAgain() {
    cluster.a.failsAlways(noQuorum);
    StoreClient client = cluster.client("a:1");

    CompletableFuture<?> write = client.facts().put(WEB, THREE);
    int before = cluster.a.calls();
    assertThat(write.cancel(true)).isTrue();
    cluster.time.advance(Duration.ofSeconds(5));
    assertThat(cluster.a.calls()).isEqualTo(before);
  }

  private static StatusRuntimeException overloaded(Duration retryAfter) {
    return Errors.of(
        Status.Code.RESOURCE_EXHAUSTED, Reason.OVERLOADED.name(), Map.of(), null, retryAfter);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.client.FactKey;
import dev.stele.client.Keys;
import dev.stele.client.PutOptions;
import dev.stele.client.ReadMode;
import dev.stele.client.RetryBudget;
import dev.stele.client.StoreClient;
import dev.stele.client.error.OutcomeUnknownException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.SessionExpiredException;
import dev.stele.client.error.SteleException;
import dev.stele.client.error.UnavailableException;
import dev.stele.client.kind.DesiredState;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.PutResponse;
import dev.stele.proto.v1.ResponseHeader;
import dev.stele.proto.v1.SessionTag;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a write under a session is told after tries of which some may have taken effect. */
final class SessionRetryTest {
  private static final FactKey<DesiredState> WEB = Keys.desired("prod/web");
  private static final DesiredState THREE = DesiredState.replicas(3);

  private final StatusRuntimeException unknown =
      Errors.of(Status.Code.UNAVAILABLE, Reason.OUTCOME_UNKNOWN);
  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void aWriteOfUnknownOutcomeIsSentAgainUnderItsTag() {
    cluster.a.fails(unknown);
    StoreClient client = cluster.client("a:1", "b:1");
    client.facts().put(WEB, THREE).join();

    PutRequest first = cluster.a.received(0, PutRequest.class);
    assertThat(first.getHeader().hasSession()).isTrue();
    assertThat(cluster.b.received(0, PutRequest.class)).isEqualTo(first);
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
        "DATA_LOSS"
      })
  void aSentWriteWithoutAWordOnItsOutcomeIsSentAgain(Status.Code code) {
    cluster.a.fails(Status.fromCode(code).withDescription("a proxy").asRuntimeException());
    StoreClient client = cluster.client("a:1", "b:1");

    client.facts().put(WEB, THREE).join();
    assertThat(cluster.a.calls() + cluster.b.calls()).isEqualTo(2);
  }

  @Test
  void theAnswerOfAnEarlierTrySaysSo() {
    cluster.a.fails(unknown);
    cluster.b.answers(
        PutResponse.newBuilder()
            .setHeader(cluster.b.header)
            .setRevision(10)
            .setDuplicate(true)
            .build());
    StoreClient client = cluster.client("a:1", "b:1");
    var put = client.facts().raw().put(WEB, new byte[] {8, 3}, PutOptions.none());
    assertThat(put.join().duplicate()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {
        "COMPARE_FAILED",
        "ALREADY_EXISTS",
        "NOT_FOUND",
        "FENCED",
        "LEASE_HELD",
        "REPLY_TOO_LARGE",
        "SESSION_EXPIRED",
        "SEQUENCE_TOO_OLD"
      })
  void whatTheLogHasDecidedEndsTheDoubt(Reason reason) {
    cluster.a.fails(unknown, Errors.of(Status.Code.FAILED_PRECONDITION, reason));
    StoreClient client = cluster.client("a:1");

    assertThat(failure(client).reason()).isEqualTo(reason);
    assertThat(cluster.a.calls()).isEqualTo(2);
    assertThat(cluster.a.hellos()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {
        "INVALID_FIELD",
        "BODY_TOO_LARGE",
        "UNKNOWN_KIND",
        "WRONG_EPOCH",
        "UNAUTHENTICATED",
        "FORBIDDEN",
        "SEQUENCE_REUSED"
      })
  void whatANodeRefusesByItselfLeavesTheDoubt(Reason reason) {
    cluster.a.fails(unknown, Errors.of(Status.Code.FAILED_PRECONDITION, reason));
    StoreClient client = cluster.client("a:1");

    SteleException failure = failure(client);
    assertThat(failure).isInstanceOf(OutcomeUnknownException.class);
    assertThat(failure).hasMessageContaining("OUTCOME_UNKNOWN").hasMessageContaining(reason.name());
    assertThat(cluster.a.calls()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {
        "NOT_LEADER",
        "NO_QUORUM",
        "CORRUPT",
        "OVERLOADED",
        "OVER_BUDGET",
        "KIND_FULL",
        "STORE_FULL",
        "WINDOW_FULL",
        "LIMIT_REACHED",
        "OUTCOME_UNKNOWN"
      })
  void inDoubtAWriteIsSentAgainUntilItsTimeIsOverAndEndsAsUnknown(Reason reason) {
    cluster.a.fails(unknown);
    cluster.a.failsAlways(Errors.of(Status.Code.UNAVAILABLE, reason));
    StoreClient client = cluster.client("a:1");

    assertThat(failure(client)).isInstanceOf(OutcomeUnknownException.class);
    assertThat(cluster.a.calls()).isGreaterThan(5);
  }

  @Test
  void anEndpointThatCannotBeReachedLeavesTheDoubt() throws InterruptedException {
    cluster.a.fails(unknown);
    StoreClient client = cluster.client("a:1");
    CompletableFuture<?> write = client.facts().put(WEB, THREE);
    cluster.stop("a:1");
    cluster.time.advance(Duration.ofSeconds(5));
    Failures.of(write, OutcomeUnknownException.class);
  }

  @Test
  void closingLeavesAWriteInDoubtUnknown() {
    cluster.a.fails(unknown);
    StoreClient client = cluster.client("a:1");
    CompletableFuture<?> write = client.facts().put(WEB, THREE);
    client.close();
    Failures.of(write, OutcomeUnknownException.class);
  }

  @Test
  void aWriteWhoseSessionHasExpiredBeforeItsFirstTryGoesIntoANewOne() {
    cluster.a.header = at("a:1", 10_000_000);
    cluster.b.header = at("b:1", 5);
    StoreClient client = cluster.client("b:1", "a:1");
    client.facts().get(WEB, ReadMode.local()).join();
    cluster.a.fails(Errors.of(Status.Code.FAILED_PRECONDITION, Reason.SESSION_EXPIRED));

    client.facts().put(WEB, THREE).join();
    SessionTag expired = tag(cluster.a, 0);
    SessionTag fresh = tag(cluster.a, 1);
    assertThat(expired.getStoreTimeMillis()).isEqualTo(5);
    assertThat(fresh.getStoreTimeMillis()).isEqualTo(10_000_000);
    assertThat(fresh.getId()).isNotEqualTo(expired.getId());
    assertThat(cluster.a.hellos()).isEqualTo(1);
  }

  @Test
  void aWriteIsReopenedOnlyOnce() {
    cluster.a.header = at("a:1", 10_000_000);
    cluster.b.header = at("b:1", 5);
    StoreClient client = cluster.client("b:1", "a:1");
    client.facts().get(WEB, ReadMode.local()).join();
    cluster.a.failsAlways(Errors.of(Status.Code.FAILED_PRECONDITION, Reason.SESSION_EXPIRED));

    assertThat(failure(client)).isInstanceOf(SessionExpiredException.class);
    assertThat(cluster.a.calls()).isEqualTo(2);
  }

  @Test
  void withoutALaterStoreTimeNoNewSessionIsBegun() {
    cluster.a.header = at("a:1", 5);
    cluster.a.fails(Errors.of(Status.Code.FAILED_PRECONDITION, Reason.SESSION_EXPIRED));
    StoreClient client = cluster.client("a:1");

    assertThat(failure(client)).isInstanceOf(UnavailableException.class);
    assertThat(cluster.a.calls()).isEqualTo(1);
    assertThat(cluster.a.hellos()).isGreaterThan(10);
  }

  @Test
  void aRetryGoesToTheHistoryOfTheFirstTryAndToNoOther() {
    cluster.a.fails(unknown);
    StoreClient client = cluster.client("a:1");
    CompletableFuture<?> write = client.facts().put(WEB, THREE);
    client.forgetEpoch();
    cluster.time.advance(Duration.ofSeconds(1));

    write.join();
    assertThat(cluster.a.received(1, PutRequest.class))
        .isEqualTo(cluster.a.received(0, PutRequest.class));
    assertThat(cluster.a.received(1, PutRequest.class).getHeader().getEpoch()).isEqualTo(1);
  }

  @Test
  void inDoubtAnEmptyBudgetDelaysAWriteAndDoesNotEndIt() {
    cluster.budget = new RetryBudget(1, 1);
    cluster.a.fails(unknown, unknown, unknown);
    StoreClient client = cluster.client("a:1");

    CompletableFuture<?> write = client.facts().put(WEB, THREE);
    cluster.time.advance(Duration.ofMillis(900));
    assertThat(cluster.a.calls()).isEqualTo(2);
    cluster.time.advance(Duration.ofSeconds(2));
    write.join();
    assertThat(cluster.a.calls()).isEqualTo(4);
  }

  @Test
  void inDoubtABudgetThatNeverRefillsEndsAWriteAtOnce() {
    cluster.budget = RetryBudget.none();
    cluster.a.fails(unknown);
    StoreClient client = cluster.client("a:1", "b:1");

    Failures.of(client.facts().put(WEB, THREE), OutcomeUnknownException.class);
    assertThat(cluster.a.calls() + cluster.b.calls()).isEqualTo(1);
  }

  @Test
  void waitingForTheBudgetEndsWithTheRequestsTime() {
    cluster.budget = new RetryBudget(1, 1);
    cluster.requestTimeout = Duration.ofMillis(500);
    cluster.time.random = 0.9;
    cluster.a.failsAlways(unknown);
    StoreClient client = cluster.client("a:1");

    CompletableFuture<?> write = client.facts().put(WEB, THREE);
    cluster.time.advance(Duration.ofMillis(500));
    Failures.of(write, OutcomeUnknownException.class);
  }

  private SteleException failure(StoreClient client) {
    CompletableFuture<?> write = client.facts().put(WEB, THREE);
    cluster.time.advance(Duration.ofSeconds(6));
    return Failures.of(write, SteleException.class);
  }

  private static SessionTag tag(FakeNode node, int index) {
    return node.received(index, PutRequest.class).getHeader().getSession();
  }

  private static ResponseHeader at(String member, long storeTimeMillis) {
    return FakeCluster.header(member, "a:1", 1, 10).toBuilder()
        .setStoreTimeMillis(storeTimeMillis)
        .build();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.client.FactKey;
import dev.stele.client.Keys;
import dev.stele.client.Operation;
import dev.stele.client.RetryBudget;
import dev.stele.client.StoreClient;
import dev.stele.client.error.ForbiddenException;
import dev.stele.client.error.LimitExceededException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.UnavailableException;
import dev.stele.client.internal.call.Caller;
import dev.stele.client.internal.session.SessionPool;
import dev.stele.client.kind.DesiredState;
import dev.stele.proto.v1.DeleteRequest;
import dev.stele.proto.v1.GetRequest;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.ResponseHeader;
import dev.stele.proto.v1.SessionTag;
import dev.stele.proto.v1.TxnRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which writes wait, for what and for how long; and which session and sequence they get. */
final class WriteGateTest {
  private static final FactKey<DesiredState> WEB = Keys.desired("prod/web");
  private static final DesiredState THREE = DesiredState.replicas(3);
  private static final int UNDER_WAY = SessionPool.MAX_SESSIONS * SessionPool.WINDOW;

  /** Attempts of a third of it each. */
  private static final Duration LONG = Duration.ofSeconds(60);

  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void allFirstWritesShareOneHello() {
    cluster.a.failsHello(Errors.of(Status.Code.UNAVAILABLE, Reason.NO_QUORUM));
    StoreClient client = cluster.client("a:1");
    List<CompletableFuture<?>> writes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      writes.add(client.facts().put(WEB, THREE));
    }
    assertThat(cluster.a.calls()).isZero();
    assertThat(cluster.a.hellos()).isEqualTo(1);

    cluster.time.advance(Duration.ofSeconds(1));
    assertThat(writes).allMatch(CompletableFuture::isDone);
    assertThat(cluster.a.hellos()).isEqualTo(2);
    assertThat(cluster.a.calls()).isEqualTo(3);
    assertThat(tag(2).getSequence()).isEqualTo(3);
  }

  @Test
  void aReadTellsTheStoreTimeAsWell() {
    cluster.a.header = cluster.a.header.toBuilder().setStoreTimeMillis(77).build();
    StoreClient client = cluster.client("a:1");
    client.facts().get(WEB).join();
    client.facts().put(WEB, THREE).join();
    assertThat(cluster.a.hellos()).isZero();
    assertThat(tag(1).getStoreTimeMillis()).isEqualTo(77);
  }

  @Test
  void afterHalfAnHourOfSilenceHelloIsSaidAgainAndTheSessionIsANewOne() {
    StoreClient client = cluster.client("a:1");
    client.facts().put(WEB, THREE).join();
    cluster.time.advance(Duration.ofMinutes(29));
    client.facts().put(WEB, THREE).join();
    assertThat(cluster.a.hellos()).isEqualTo(1);

    cluster.time.advance(Duration.ofMinutes(30));
    client.facts().put(WEB, THREE).join();
    assertThat(cluster.a.hellos()).isEqualTo(2);
    assertThat(tag(1).getId()).isEqualTo(tag(0).getId());
    assertThat(tag(2).getId()).isNotEqualTo(tag(0).getId());
    assertThat(tag(2).getSequence()).isEqualTo(1);
  }

  @Test
  void anotherEpochBeginsWithAHelloAndANewSession() {
    StoreClient client = cluster.client("a:1");
    client.facts().put(WEB, THREE).join();
    cluster.a.header = cluster.a.header.toBuilder().setEpoch(2).build();
    client.forgetEpoch();
    client.facts().put(WEB, THREE).join();

    assertThat(cluster.a.hellos()).isEqualTo(2);
    assertThat(cluster.a.received(1, PutRequest.class).getHeader().getEpoch()).isEqualTo(2);
    assertThat(tag(1).getId()).isNotEqualTo(tag(0).getId());
  }

  @Test
  void aHelloThatIsRefusedRefusesThoseWhoWaitAndTheNextOneAsksAgain() {
    cluster.a.failsHello(Errors.of(Status.Code.PERMISSION_DENIED, Reason.FORBIDDEN));
    StoreClient client = cluster.client("a:1");

    Failures.of(client.facts().put(WEB, THREE), ForbiddenException.class);
    assertThat(cluster.a.calls()).isZero();
    client.facts().put(WEB, THREE).join();
    assertThat(cluster.a.hellos()).isEqualTo(2);
  }

  @Test
  void aNodeWithoutAClusterIsNoneToBeginASessionWith() {
    ResponseHeader formed = cluster.a.header;
    cluster.a.header = formed.toBuilder().clearClusterId().clearEpoch().build();
    StoreClient client = cluster.client("a:1");
    CompletableFuture<?> write = client.facts().put(WEB, THREE);
    cluster.time.advance(Duration.ofSeconds(1));
    assertThat(write).isNotDone();
    assertThat(cluster.a.calls()).isZero();

    cluster.a.header = formed;
    cluster.time.advance(Duration.ofSeconds(1));
    assertThat(write).isCompleted();

    cluster.a.header = formed.toBuilder().clearClusterId().clearEpoch().build();
    StoreClient another = cluster.client("a:1");
    CompletableFuture<?> late = another.facts().put(WEB, THREE);
    cluster.time.advance(Duration.ofSeconds(6));
    Failures.of(late, UnavailableException.class);
    assertThat(cluster.a.calls()).isEqualTo(1);
  }

  @Test
  void aHelloThatNobodyAnswersEndsWithTheFirstWritesTimeAndLaterOnesTryOn() {
    cluster.a.failsHello(
        Collections.nCopies(15, Errors.of(Status.Code.UNAVAILABLE, Reason.NO_QUORUM))
            .toArray(StatusRuntimeException[]::new));
    cluster.time.random = 0.99;
    StoreClient client = cluster.client("a:1");
    CompletableFuture<?> first = client.facts().put(WEB, THREE);
    cluster.time.advance(Duration.ofSeconds(3));
    CompletableFuture<?> second = client.facts().put(WEB, THREE);
    cluster.time.advance(Duration.ofSeconds(2));

    Failures.of(first, UnavailableException.class);
    assertThat(second).isNotDone();
    cluster.time.advance(Duration.ofSeconds(3));
    assertThat(second).isCompleted();
  }

  @Test
  void aWriteUnderWayHoldsTheMarkAndACancelledOneDoesNot() {
    StoreClient client = cluster.client("a:1");
    cluster.a.isSilent();
    CompletableFuture<?> slow = client.facts().put(WEB, THREE);
    client.facts().put(WEB, THREE).join();
    client.facts().put(WEB, THREE).join();
    assertThat(tag(2).getSequence()).isEqualTo(3);
    assertThat(tag(2).getAcknowledgedBelow()).isEqualTo(1);

    slow.cancel(true);
    client.facts().put(WEB, THREE).join();
    assertThat(tag(3).getSequence()).isEqualTo(4);
    assertThat(tag(3).getAcknowledgedBelow()).isEqualTo(4);
  }

  @Test
  void deletesAndTransactionsThatWriteHaveTagsAndReadsHaveNone() {
    StoreClient client = cluster.client("a:1");
    client.facts().delete(WEB).join();
    client.facts().txn().orElse(Operation.put(WEB, THREE)).commit().join();
    client.facts().txn().then(Operation.get(WEB)).commit().join();
    client.facts().get(WEB).join();

    assertThat(cluster.a.received(0, DeleteRequest.class).getHeader().hasSession()).isTrue();
    assertThat(cluster.a.received(1, TxnRequest.class).getHeader().hasSession()).isTrue();
    assertThat(cluster.a.received(2, TxnRequest.class).getHeader().hasSession()).isFalse();
    assertThat(cluster.a.received(3, GetRequest.class).getHeader().hasSession()).isFalse();
  }

  @Test
  void withSessionsSwitchedOffNothingIsSaidBeforeAndNothingIsTagged() {
    cluster.sessions = false;
    StoreClient client = cluster.client("a:1");
    client.facts().put(WEB, THREE).join();
    assertThat(cluster.a.hellos()).isZero();
    assertThat(cluster.a.received(0, PutRequest.class).getHeader().hasSession()).isFalse();
  }

  @Test
  void writesBeyondAllWindowsWaitInOrderForRoom() {
    cluster.requestTimeout = LONG;
    StoreClient client = cluster.client("a:1");
    List<CompletableFuture<?>> underWay = silentWrites(client, UNDER_WAY);
    CompletableFuture<?> next = client.facts().put(WEB, THREE);
    CompletableFuture<?> last = client.facts().put(WEB, THREE);
    assertThat(cluster.a.calls()).isEqualTo(UNDER_WAY);
    assertThat(sessions()).isEqualTo(SessionPool.MAX_SESSIONS);

    underWay.get(0).cancel(true);
    assertThat(next).isCompleted();
    // That one was answered, but it was not the lowest of its session.
    assertThat(last).isNotDone();
    underWay.get(1).cancel(true);
    assertThat(last).isCompleted();
    assertThat(cluster.a.calls()).isEqualTo(UNDER_WAY + 2);
  }

  @Test
  void aWriteWaitsForRoomNoLongerThanItsTimeAndThenNothingHappened() {
    cluster.requestTimeout = LONG;
    cluster.budget = new RetryBudget(100_000, 100_000);
    StoreClient client = cluster.client("a:1");
    silentWrites(client, UNDER_WAY);
    for (int i = 0; i < 2 * UNDER_WAY; i++) {
      cluster.a.isSilent();
    }
    CompletableFuture<?> waits = client.facts().put(WEB, THREE);
    CompletableFuture<?> cancelled = client.facts().put(WEB, THREE);
    cancelled.cancel(true);
    cluster.time.advance(LONG.minusMillis(1));
    assertThat(waits).isNotDone();
    cluster.time.advance(Duration.ofMillis(1));

    LimitExceededException failure = Failures.of(waits, LimitExceededException.class);
    assertThat(failure.reason()).isEqualTo(Reason.WINDOW_FULL);
    assertThat(failure.mayHaveHappened()).isFalse();
    // The others were tried again when their attempts' time was over, each under its tag.
    assertThat(cluster.a.calls()).isEqualTo(3 * UNDER_WAY);
    assertThat(writes()).isEqualTo(UNDER_WAY);
  }

  @Test
  void noMoreWritesWaitThanTheLimit() {
    cluster.requestTimeout = LONG;
    StoreClient client = cluster.client("a:1");
    silentWrites(client, UNDER_WAY);
    List<CompletableFuture<?>> waiting = new ArrayList<>();
    for (int i = 0; i < Caller.MAX_WAITING_WRITES; i++) {
      waiting.add(client.facts().put(WEB, THREE));
    }
    assertThat(waiting).noneMatch(CompletableFuture::isDone);
    CompletableFuture<?> beyond = client.facts().put(WEB, THREE);
    assertThat(Failures.of(beyond, LimitExceededException.class).reason())
        .isEqualTo(Reason.WINDOW_FULL);
    assertThat(waiting).noneMatch(CompletableFuture::isDone);

    client.close();
    assertThat(waiting).allMatch(CompletableFuture::isCompletedExceptionally);
    Failures.of(waiting.get(0), UnavailableException.class);
  }

  private List<CompletableFuture<?>> silentWrites(StoreClient client, int count) {
    List<CompletableFuture<?>> writes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      cluster.a.isSilent();
      writes.add(client.facts().put(WEB, THREE));
    }
    return writes;
  }

  private long sessions() {
    Set<Object> ids = new HashSet<>();
    for (int i = 0; i < cluster.a.calls(); i++) {
      ids.add(tag(i).getId());
    }
    return ids.size();
  }

  private long writes() {
    Set<Object> writes = new HashSet<>();
    for (int i = 0; i < cluster.a.calls(); i++) {
      writes.add(List.of(tag(i).getId(), tag(i).getSequence()));
    }
    return writes.size();
  }

  private SessionTag tag(int index) {
    return cluster.a.received(index, PutRequest.class).getHeader().getSession();
  }
}

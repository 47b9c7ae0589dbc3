// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.client.FactKey;
import dev.stele.client.HistoryOptions;
import dev.stele.client.Keys;
import dev.stele.client.Operation;
import dev.stele.client.StoreClient;
import dev.stele.client.error.CorruptException;
import dev.stele.client.error.ForbiddenException;
import dev.stele.client.error.InvalidRequestException;
import dev.stele.client.error.LimitExceededException;
import dev.stele.client.error.OutcomeUnknownException;
import dev.stele.client.error.Reason;
import dev.stele.client.internal.pipe.Pipe;
import dev.stele.client.kind.BodyCodec;
import dev.stele.client.kind.DesiredState;
import dev.stele.client.kind.FactKind;
import dev.stele.proto.v1.CallBatch;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.RequestHeader;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What goes through the stream of many calls, and what becomes of requests when it ends. */
final class PipelineTest {
  private static final FactKey<DesiredState> WEB = Keys.desired("prod/web");
  private static final DesiredState THREE = DesiredState.replicas(3);

  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void putsDeletesTransactionsAndGetsGoThroughOneStreamAndOtherCallsDoNot() {
    StoreClient client = cluster.client("a:1");
    client.facts().put(WEB, THREE).join();
    client.facts().delete(WEB).join();
    client.facts().txn().orElse(Operation.delete(WEB)).commit().join();
    client.facts().txn().then(Operation.get(WEB)).commit().join();
    client.facts().get(WEB).join();
    assertThat(cluster.a.pipeline.received).hasSize(5);

    client.facts().history(WEB, HistoryOptions.defaults()).join();
    client.cluster().status().join();
    assertThat(cluster.a.pipeline.received).hasSize(5);
    assertThat(cluster.a.calls()).isEqualTo(7);
    assertThat(cluster.a.pipeline.streams).hasSize(1);
  }

  @Test
  void callsMadeWhenAnAnswerComesLeaveTogetherUnderOneHeader() {
    StoreClient client = cluster.client("a:1");
    client.facts().put(WEB, THREE).join();
    List<CompletableFuture<?>> writes = new ArrayList<>();
    cluster.a.fails(Errors.of(Status.Code.UNAVAILABLE, Reason.NO_QUORUM));
    CompletableFuture<?> done =
        client
            .facts()
            .get(WEB)
            .thenRun(
                () -> {
                  for (int i = 0; i < 10; i++) {
                    writes.add(client.facts().put(WEB, THREE));
                  }
                });
    assertThat(done).isNotDone();
    cluster.time.advance(Duration.ofSeconds(1));

    assertThat(writes).hasSize(10).allMatch(CompletableFuture::isDone);
    CallBatch last = cluster.a.pipeline.received.get(cluster.a.pipeline.received.size() - 1);
    assertThat(last.getCallsCount()).isEqualTo(10);
    assertThat(last.getHeader())
        .isEqualTo(
            RequestHeader.newBuilder().setClusterId(FakeCluster.CLUSTER).setEpoch(1).build());
    assertThat(last.getCallsList())
        .allSatisfy(
            call -> {
              assertThat(call.getPut().getHeader().hasSession()).isTrue();
              assertThat(call.getPut().getHeader().getClusterId()).isEmpty();
              assertThat(call.getPut().getHeader().getEpoch()).isZero();
            });
  }

  @Test
  void aRefusalLeavesTheStreamToTheOthers() {
    cluster.a.isSilent();
    cluster.a.fails(Errors.of(Status.Code.UNAVAILABLE, Reason.NOT_LEADER));
    StoreClient client = cluster.client("a:1");
    CompletableFuture<?> silent = client.facts().get(WEB);
    CompletableFuture<?> write = client.facts().put(WEB, THREE);
    cluster.time.advance(Duration.ofSeconds(1));

    write.join();
    assertThat(silent).isNotDone();
    assertThat(cluster.a.pipeline.streams).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      names = {"UNAVAILABLE", "INTERNAL", "CANCELLED", "INVALID_ARGUMENT", "RESOURCE_EXHAUSTED"})
  void withoutASessionASentWriteIsUnknownWhenItsStreamEnds(Status.Code code) {
    cluster.sessions = false;
    cluster.a.isSilent();
    StoreClient client = cluster.client("a:1", "b:1");
    CompletableFuture<?> write = client.facts().put(WEB, THREE);
    cluster.a.pipeline.streams.get(0).ends(Status.fromCode(code).asRuntimeException());

    Failures.of(write, OutcomeUnknownException.class);
    assertThat(cluster.a.calls() + cluster.b.calls()).isEqualTo(1);
  }

  @Test
  void underASessionAWriteWhoseStreamEndsIsSentAgainUnderItsTag() {
    cluster.a.isSilent();
    StoreClient client = cluster.client("a:1", "b:1");
    CompletableFuture<?> write = client.facts().put(WEB, THREE);
    cluster.a.pipeline.streams.get(0).ends(Status.UNAVAILABLE.asRuntimeException());

    write.join();
    assertThat(cluster.b.received(0, PutRequest.class))
        .isEqualTo(cluster.a.received(0, PutRequest.class));
  }

  @Test
  void aReadWhoseStreamEndsIsAnsweredElsewhereAndTheNextOneOpensAnother() {
    cluster.a.isSilent();
    StoreClient client = cluster.client("a:1", "b:1");
    CompletableFuture<?> read = client.facts().get(WEB);
    cluster.a.pipeline.streams.get(0).ends(Status.UNAVAILABLE.asRuntimeException());
    read.join();
    assertThat(cluster.b.calls()).isEqualTo(1);

    cluster.time.advance(Duration.ofSeconds(1));
    client.facts().get(WEB).join();
    assertThat(cluster.a.pipeline.streams).hasSize(2);
  }

  @Test
  void aNodeThatDoesNotServeTheStreamIsToldByTheMethodsName() throws InterruptedException {
    cluster.stop("a:1");
    cluster.restartOld("a:1", cluster.a);
    StoreClient client = cluster.client("a:1");
    assertThat(Failures.of(client.facts().put(WEB, THREE), InvalidRequestException.class))
        .hasMessageContaining("stele.v1.Pipeline/Exchange");
  }

  @Test
  void aStreamThatIsForbiddenWasNeverServed() {
    cluster.sessions = false;
    cluster.a.isSilent();
    StoreClient client = cluster.client("a:1");
    CompletableFuture<?> write = client.facts().put(WEB, THREE);
    cluster
        .a
        .pipeline
        .streams
        .get(0)
        .ends(Errors.of(Status.Code.PERMISSION_DENIED, Reason.FORBIDDEN));
    Failures.of(write, ForbiddenException.class);
  }

  @Test
  void aStreamThatIsForbiddenAfterAnswersLeavesASentWriteUnknown() {
    cluster.sessions = false;
    StoreClient client = cluster.client("a:1");
    client.facts().put(WEB, THREE).join();
    cluster.a.isSilent();
    CompletableFuture<?> write = client.facts().put(WEB, THREE);
    cluster
        .a
        .pipeline
        .streams
        .get(0)
        .ends(Errors.of(Status.Code.PERMISSION_DENIED, Reason.FORBIDDEN));
    Failures.of(write, OutcomeUnknownException.class);
  }

  @Test
  void aSilentNodeIsLeftWhenTheAttemptsTimeIsOverAndToldThatNobodyWaits() {
    cluster.a.isSilent();
    StoreClient client = cluster.client("a:1", "b:1");
    CompletableFuture<?> write = client.facts().put(WEB, THREE);
    cluster.time.advance(Duration.ofMillis(1_600));
    assertThat(write).isNotDone();
    cluster.time.advance(Duration.ofMillis(100));

    write.join();
    List<CallBatch> received = cluster.a.pipeline.received;
    assertThat(received.get(1).getCancelledList())
        .containsExactly(received.get(0).getCalls(0).getId());
    assertThat(received.get(0).getCalls(0).getTimeoutMillis()).isBetween(1_660, 1_680);
    assertThat(cluster.a.pipeline.streams).hasSize(1);
  }

  @Test
  void withoutASessionAWriteHasAllItsTimeAndIsUnknownThen() {
    cluster.sessions = false;
    cluster.a.isSilent();
    StoreClient client = cluster.client("a:1");
    CompletableFuture<?> write = client.facts().put(WEB, THREE);
    cluster.time.advance(Duration.ofMillis(4_999));
    assertThat(write).isNotDone();
    cluster.time.advance(Duration.ofMillis(1));
    Failures.of(write, OutcomeUnknownException.class);
  }

  @Test
  void aCancelledRequestIsToldToTheNodeAndItsSessionMovesOn() {
    cluster.a.isSilent();
    StoreClient client = cluster.client("a:1");
    CompletableFuture<?> write = client.facts().put(WEB, THREE);
    write.cancel(true);
    client.facts().put(WEB, THREE).join();

    List<CallBatch> received = cluster.a.pipeline.received;
    assertThat(received.get(1).getCancelledList())
        .containsExactly(received.get(0).getCalls(0).getId());
    assertThat(
            cluster.a.received(1, PutRequest.class).getHeader().getSession().getAcknowledgedBelow())
        .isEqualTo(2);
  }

  @Test
  void moreCallsThanAPipeHoldsAreRefusedAndDidNotHappen() {
    cluster.sessions = false;
    cluster.requestTimeout = Duration.ofSeconds(60);
    StoreClient client = cluster.client("a:1");
    List<CompletableFuture<?>> calls = new ArrayList<>();
    for (int i = 0; i < Pipe.MAX_CALLS; i++) {
      cluster.a.isSilent();
      calls.add(client.facts().put(WEB, THREE));
    }
    LimitExceededException failure =
        Failures.of(client.facts().put(WEB, THREE), LimitExceededException.class);
    assertThat(failure.reason()).isEqualTo(Reason.OVERLOADED);
    assertThat(failure.mayHaveHappened()).isFalse();

    calls.get(0).cancel(true);
    client.facts().put(WEB, THREE).join();
    client.close();
    assertThat(calls).allMatch(CompletableFuture::isCompletedExceptionally);
    Failures.of(calls.get(1), OutcomeUnknownException.class);
  }

  @Test
  void aCodecThatThrowsWhateverItLikesFailsItsOwnReadOnly() {
    StoreClient client = cluster.client("a:1");
    FactKey<String> odd = FactKey.of(new FactKind<>("odd", new OddCodec()), "x");
    assertThat(Failures.of(client.facts().get(odd), CorruptException.class))
        .hasMessageContaining("odd");
    client.facts().get(WEB).join();
    assertThat(cluster.a.pipeline.streams).hasSize(1);
  }

  /** Breaks its contract. */
  private static final class OddCodec implements BodyCodec<String> {
    @Override
    public byte[] encode(String body) {
      return new byte[0];
    }

    @Override
    public String decode(byte[] bytes) {
      throw new IllegalStateException("odd");
    }
  }
}

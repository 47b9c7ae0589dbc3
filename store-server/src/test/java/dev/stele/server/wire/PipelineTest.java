// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static dev.stele.server.wire.ExchangeCall.call;
import static dev.stele.server.wire.ExchangeCall.delete;
import static dev.stele.server.wire.ExchangeCall.get;
import static dev.stele.server.wire.ExchangeCall.put;
import static dev.stele.server.wire.ExchangeCall.txn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.stele.proto.v1.AnswerBatch;
import dev.stele.proto.v1.CallBatch;
import dev.stele.proto.v1.PipelineAnswer;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.ResponseHeader;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.ReadGate;
import dev.stele.server.wire.pipeline.PipelineService;
import io.grpc.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many calls on one stream are served as if each came alone. */
final class PipelineTest {
  private TestNode node;
  private ExchangeCall stream;

  /** Proposals of a log that decides nothing by itself. */
  private final List<CompletableFuture<Proposal>> proposals = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() throws IOException {
    node = TestNode.formed("n1");
    stream = ExchangeCall.open(node.channel());
  }

  @AfterEach
  void stop() {
    stream.close();
    node.close();
  }

  private void holdWrites() {
    node.log =
        (command, deadlineNanos) -> {
          synchronized (node.proposalDeadlines) {
            node.proposalDeadlines.add(deadlineNanos);
          }
          CompletableFuture<Proposal> proposal = new CompletableFuture<>();
          proposals.add(proposal);
          return proposal;
        };
  }

  private void awaitProposals(int count) {
    await().untilAsserted(() -> assertThat(proposals).hasSize(count));
  }

  private static Proposal unknown() {
    return new Proposal.Unknown("the test does not tell");
  }

  private static CallBatch.Builder batch(
      LongFunction<dev.stele.proto.v1.PipelineCall> call, int n) {
    CallBatch.Builder batch = CallBatch.newBuilder();
    for (long id = 1; id <= n; id++) {
      batch.addCalls(call.apply(id));
    }
    return batch;
  }

  @Test
  void everyKindOfCallIsAnsweredAsItsMethodAnswers() {
    stream.send(put(1, Requests.put("desired/a")));
    PipelineAnswer put = stream.next().answer();
    assertThat(put.getPut().getRevision()).isEqualTo(1);
    assertThat(put.getPut().getVersion()).isEqualTo(1);
    stream.send(get(2, Requests.get("desired/a")));
    PipelineAnswer get = stream.next().answer();
    assertThat(get.getGet().getFact().getBody()).isEqualTo(Requests.BODY);
    stream.send(txn(3, Requests.then(Requests.putStep("desired/b"))));
    PipelineAnswer txn = stream.next().answer();
    assertThat(txn.getTxn().getSucceeded()).isTrue();
    assertThat(txn.getTxn().getRevision()).isEqualTo(2);
    stream.send(delete(4, Requests.delete("desired/a")));
    PipelineAnswer delete = stream.next().answer();
    assertThat(delete.getDelete().getDeleted()).isEqualTo(1);
    assertThat(List.of(put.getId(), get.getId(), txn.getId(), delete.getId()))
        .containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void anAnswersHeadersSayWhatTheOneOfACallOfItsOwnSays() {
    stream.send(put(1, Requests.put("desired/a")));
    ResponseHeader written = stream.next().header();
    stream.send(get(2, Requests.get("desired/a")));
    ResponseHeader read = stream.next().header();
    ResponseHeader alone = node.facts().get(Requests.get("desired/a").build()).getHeader();
    assertThat(written).isEqualTo(alone);
    assertThat(read).isEqualTo(alone);
    assertThat(read.getRevision()).isEqualTo(1);
    assertThat(read.getLeader()).isEqualTo("n1");
  }

  @Test
  void whatIsAnsweredTogetherGoesTogetherUnderOneHeader() throws InterruptedException {
    holdWrites();
    int calls = 100;
    stream.send(batch(id -> put(id, Requests.put("desired/" + id)), calls));
    awaitProposals(calls);
    CountDownLatch busy = new CountDownLatch(1);
    CompletableFuture<Void> eventLoop = new CompletableFuture<>();
    // The event loop looks at what was answered when it is done with what it does.
    node.onLook =
        () -> {
          busy.countDown();
          eventLoop.join();
        };
    stream.send(put(calls + 1, Requests.put("desired/a")));
    assertThat(busy.await(10, TimeUnit.SECONDS)).isTrue();
    node.onLook = () -> {};
    proposals.forEach(
        proposal -> proposal.complete(new Proposal.Decided(new Put.Written(5, 5, 1))));
    eventLoop.complete(null);
    for (int i = 0; i < calls; i++) {
      assertThat(stream.next().answer().getPut().getVersion()).isEqualTo(1);
    }
    assertThat(stream.batches()).hasSize(1);
    AnswerBatch batch = stream.batches().get(0);
    assertThat(batch.getHeader().getMember()).isEqualTo("n1");
    assertThat(batch.getAnswersList()).noneMatch(answer -> answer.getPut().hasHeader());
  }

  @Test
  void oneThatIsRefusedLeavesTheOthersAlone() {
    stream.send(
        put(1, Requests.put("desired/a")),
        put(2, Requests.put("desired/a").setIfAbsent(true)),
        put(3, Requests.put("not a key")),
        call(4).build(),
        put(5, Requests.put("desired/b")));
    List<ExchangeCall.Told> told = answers(5);
    assertThat(told.get(0).answer().hasPut()).isTrue();
    assertThat(told.get(1).refusal().reason()).isEqualTo(Reason.ALREADY_EXISTS);
    assertThat(told.get(2).refusal().reason()).isEqualTo(Reason.INVALID_FIELD);
    assertThat(told.get(2).refusal().field()).isEqualTo("key");
    assertThat(told.get(3).refusal().reason()).isEqualTo(Reason.INVALID_FIELD);
    assertThat(told.get(3).refusal().field()).isEqualTo("request");
    assertThat(told.get(4).answer().getPut().getRevision()).isEqualTo(2);
  }

  /** As many as that, by id. */
  private List<ExchangeCall.Told> answers(int count) {
    List<ExchangeCall.Told> told = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      told.add(stream.next());
    }
    told.sort((one, other) -> Long.compare(one.id(), other.id()));
    return told;
  }

  @Test
  void aRefusalIsTheOneOfACallOfItsOwn() {
    node.facts().put(Requests.put("desired/a").build());
    Refused alone =
        Refused.by(() -> node.facts().put(Requests.put("desired/a").setIfAbsent(true).build()));
    stream.send(put(1, Requests.put("desired/a").setIfAbsent(true)));
    assertThat(stream.next().answer().getRefused()).isEqualTo(alone.details());
  }

  @Test
  void anAnswerDoesNotWaitForThoseBeforeIt() {
    holdWrites();
    stream.send(put(1, Requests.put("desired/a")), get(2, Requests.get("desired/a")));
    assertThat(stream.next().id()).isEqualTo(2);
    awaitProposals(1);
    proposals.get(0).complete(unknown());
    assertThat(stream.next().id()).isEqualTo(1);
  }

  @Test
  void theBatchsHeaderGoesForEachCallAndACallsOwnIsLaidOverIt() {
    RequestHeader ours =
        RequestHeader.newBuilder()
            .setClusterId(TestNode.CLUSTER.clusterId())
            .setEpoch(TestNode.CLUSTER.epoch())
            .build();
    RequestHeader other = RequestHeader.newBuilder().setEpoch(4).build();
    stream.send(
        CallBatch.newBuilder()
            .setHeader(ours)
            .addCalls(put(1, Requests.put("desired/a")))
            .addCalls(put(2, Requests.put("desired/a").setHeader(other)))
            .addCalls(get(3, Requests.get("desired/a").setHeader(other))));
    List<ExchangeCall.Told> told = answers(3);
    assertThat(told.get(0).answer().hasPut()).isTrue();
    assertThat(told.get(1).refusal().reason()).isEqualTo(Reason.WRONG_EPOCH);
    assertThat(told.get(1).refusal().field()).isEqualTo("header.epoch");
    assertThat(told.get(2).refusal().reason()).isEqualTo(Reason.WRONG_EPOCH);
    stream.send(
        CallBatch.newBuilder().setHeader(other).addCalls(get(4, Requests.get("desired/a"))));
    assertThat(stream.next().refusal().reason()).isEqualTo(Reason.WRONG_EPOCH);
  }

  @Test
  void aCallWithoutANameEndsTheStreamAndNothingOfItsBatchHappens() {
    stream.send(put(1, Requests.put("desired/a")), put(0, Requests.put("desired/b")));
    Refused refused = stream.end().refusal();
    assertThat(refused.reason()).isEqualTo(Reason.INVALID_FIELD);
    assertThat(refused.field()).isEqualTo("calls[1].id");
    assertThat(node.revision()).isZero();
    assertThat(node.proposalDeadlines).isEmpty();
  }

  @Test
  void theNameOfACallUnderWayIsNotGivenTwice() {
    holdWrites();
    stream.send(put(7, Requests.put("desired/a")));
    awaitProposals(1);
    stream.send(put(7, Requests.put("desired/b")));
    assertThat(stream.end().refusal().field()).isEqualTo("calls[0].id");
    assertThat(proposals).hasSize(1);
    assertThat(proposals.get(0)).as("the stream's end cancels").isCancelled();
  }

  @Test
  void theNameOfAnAnsweredCallMayBeGivenAgain() {
    stream.send(put(7, Requests.put("desired/a")));
    stream.next();
    stream.send(put(7, Requests.put("desired/b")));
    assertThat(stream.next().answer().getPut().getRevision()).isEqualTo(2);
  }

  @Test
  void aBatchHoldsSoManyCallsAndNotOneMore() {
    int most = PipelineService.BATCH_MAX_CALLS;
    stream.send(batch(id -> get(id, Requests.get("desired/a").setRead(Requests.local())), most));
    answers(most);
    stream.send(
        batch(id -> get(id, Requests.get("desired/a").setRead(Requests.local())), most + 1));
    Refused refused = stream.end().refusal();
    assertThat(refused.reason()).isEqualTo(Reason.INVALID_FIELD);
    assertThat(refused.field()).isEqualTo("calls");
  }

  @Test
  void noMoreIsReadWhileSoManyCallsAreUnderWay() {
    holdWrites();
    int most = PipelineService.STREAM_MAX_CALLS;
    stream.send(batch(id -> put(id, Requests.put("desired/a")), most - 1));
    stream.send(put(most, Requests.put("desired/a")));
    awaitProposals(most);
    stream.send(get(most + 1, Requests.get("desired/a").setRead(Requests.local())));
    // Another stream of the same connection is served: the event loop has seen what came before.
    try (ExchangeCall other = ExchangeCall.open(node.channel())) {
      other.send(get(1, Requests.get("desired/a").setRead(Requests.local())));
      other.next();
    }
    assertThat(stream.poll()).isEmpty();
    proposals.get(0).complete(unknown());
    List<ExchangeCall.Told> told = answers(2);
    assertThat(told.get(0).refusal().reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
    assertThat(told.get(1).id()).isEqualTo(most + 1);
  }

  @Test
  void aCancelledCallIsGivenUpAndAnsweredAsSuch() {
    holdWrites();
    stream.send(put(1, Requests.put("desired/a")), put(2, Requests.put("desired/b")));
    awaitProposals(2);
    stream.cancel(1, 99);
    PipelineAnswer answer = stream.next().answer();
    assertThat(answer.getId()).isEqualTo(1);
    assertThat(answer.getRefused().getCode()).isEqualTo(Status.Code.CANCELLED.value());
    assertThat(proposals.get(0)).isCancelled();
    assertThat(proposals.get(1)).isNotDone();
    assertThat(count("stele.v1.Facts/Put", "CANCELLED")).isEqualTo(1);
  }

  @Test
  void aStreamThatBreaksCancelsWhatIsUnderWay() {
    holdWrites();
    stream.send(put(1, Requests.put("desired/a")));
    awaitProposals(1);
    stream.close();
    await().untilAsserted(() -> assertThat(proposals.get(0)).isCancelled());
    await()
        .untilAsserted(
            () -> assertThat(node.meters.get("stele.api.calls").gauge().value()).isZero());
    assertThat(node.meters.get("stele.api.request.bytes").gauge().value()).isZero();
  }

  @Test
  void aCallerWithNoMoreCallsStillGetsItsAnswers() {
    holdWrites();
    stream.send(put(1, Requests.put("desired/a")));
    awaitProposals(1);
    stream.finish();
    proposals.get(0).complete(unknown());
    assertThat(stream.next().refusal().reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
    assertThat(stream.end().status().isOk()).isTrue();
  }

  @Test
  void aCallHasTheTimeThatItTellsOrTheDefaultOrTheMost() {
    holdWrites();
    stream.send(
        call(1).setTimeoutMillis(500).setPut(Requests.put("desired/a")).build(),
        call(2).setPut(Requests.put("desired/a")).build(),
        call(3).setTimeoutMillis(-1).setPut(Requests.put("desired/a")).build());
    awaitProposals(3);
    assertThat(node.proposalDeadlines)
        .containsExactly(
            TimeUnit.MILLISECONDS.toNanos(450),
            TimeUnit.SECONDS.toNanos(5),
            TimeUnit.SECONDS.toNanos(60));
  }

  @Test
  void callsAreTimedByTheirMethodAndTheStreamIsNot() {
    stream.send(put(1, Requests.put("desired/a")), put(2, Requests.put("not a key")));
    answers(2);
    stream.finish();
    stream.end();
    assertThat(count("stele.v1.Facts/Put", "OK")).isEqualTo(1);
    assertThat(count("stele.v1.Facts/Put", "INVALID_FIELD")).isEqualTo(1);
    assertThat(node.meters.get("stele.rejected").tag("reason", "INVALID_FIELD").counter().count())
        .isEqualTo(1);
    assertThat(node.meters.find("stele.api.requests").tag("method", "stele.v1.Pipeline/Exchange"))
        .satisfies(none -> assertThat(none.timers()).isEmpty());
  }

  private long count(String method, String outcome) {
    return node.meters
        .get("stele.api.requests")
        .tag("method", method)
        .tag("outcome", outcome)
        .timer()
        .count();
  }

  @Test
  void aReadThatIsDeniedIsRefusedWithTheGatesReason() {
    node.gate =
        new TestNode.OpenGate() {
          @Override
          public CompletableFuture<ReadGate.Admission> linearizable(long deadlineNanos) {
            return CompletableFuture.completedFuture(
                new Denied(Reason.NO_QUORUM, "nobody confirms"));
          }
        };
    stream.send(get(1, Requests.get("desired/a")));
    assertThat(stream.next().refusal().reason()).isEqualTo(Reason.NO_QUORUM);
  }

  @Test
  void aStoppingNodeAnswersWhatIsUnderWayAndEndsTheStream() {
    holdWrites();
    stream.send(put(1, Requests.put("desired/a")));
    awaitProposals(1);
    CompletableFuture<Void> stopped = CompletableFuture.runAsync(node.server()::close);
    await().until(() -> node.channel().getState(false) != io.grpc.ConnectivityState.READY);
    proposals.get(0).complete(unknown());
    assertThat(stream.next().refusal().reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
    assertThat(stream.end().status().isOk()).isTrue();
    stopped.join();
  }
}

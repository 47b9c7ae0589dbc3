// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static dev.stele.server.wire.ExchangeCall.call;
import static dev.stele.server.wire.ExchangeCall.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.stele.proto.v1.GetRequest;
import dev.stele.proto.v1.PipelineCall;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.ReadGate;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The reads of a batch share a wait and a snapshot, and each is as fresh as if it came alone. */
final class PipelineReadsTest {
  private final HeldGate gate = new HeldGate();
  private TestNode node;
  private ExchangeCall stream;

  @BeforeEach
  void start() throws IOException {
    node = TestNode.formed("n1");
    node.gate = gate;
    stream = ExchangeCall.open(node.channel());
  }

  @AfterEach
  void stop() {
    stream.close();
    node.close();
  }

  private static GetRequest.Builder read() {
    return Requests.get("desired/a");
  }

  private void awaitQuestions(int count) {
    await().untilAsserted(() -> assertThat(gate.questions).hasSize(count));
  }

  private void put(String key) {
    node.facts().put(Requests.put(key).build());
  }

  @Test
  void linearizableReadsOfABatchAskTheGateOnceAndReadOneSnapshot() {
    put("desired/a");
    stream.send(get(1, read()), get(2, read()), get(3, Requests.get("desired/b")));
    awaitQuestions(1);
    put("desired/b");
    gate.questions.get(0).admit();
    for (long id = 1; id <= 3; id++) {
      ExchangeCall.Told told = stream.next();
      assertThat(told.id()).isEqualTo(id);
      assertThat(told.header().getRevision()).isEqualTo(2);
      assertThat(told.answer().getGet().hasFact()).isTrue();
    }
    assertThat(gate.questions).hasSize(1);
  }

  @Test
  void readsOfALaterBatchAskAgain() {
    stream.send(get(1, read()));
    awaitQuestions(1);
    stream.send(get(2, read()));
    awaitQuestions(2);
  }

  @Test
  void localReadsWaitForNobody() {
    put("desired/a");
    stream.send(get(1, read()), get(2, read().setRead(Requests.local())));
    assertThat(stream.next().id()).isEqualTo(2);
    awaitQuestions(1);
  }

  @Test
  void readsOfARevisionKeepTheirOwnHeader() {
    put("desired/a");
    put("desired/b");
    stream.send(
        get(1, read().setRead(Requests.at(1))), get(2, read().setRead(Requests.atLeast(2))));
    for (int i = 0; i < 2; i++) {
      ExchangeCall.Told told = stream.next();
      assertThat(told.header().getRevision()).isEqualTo(2);
      assertThat(told.answer().getGet().getFact().getModRevision()).isEqualTo(1);
    }
  }

  @Test
  void whoHasMoreTimeWaitsOnWhenTheOthersAreLate() {
    put("desired/a");
    stream.send(timed(1, 2_000), timed(2, 1_000), timed(3, 2_000));
    awaitQuestions(1);
    assertThat(gate.questions.get(0).deadlineNanos).isEqualTo(millis(900));
    node.nanos.set(millis(900));
    gate.questions.get(0).deny(Reason.NO_QUORUM);
    ExchangeCall.Told late = stream.next();
    assertThat(late.id()).isEqualTo(2);
    assertThat(late.refusal().reason()).isEqualTo(Reason.NO_QUORUM);
    awaitQuestions(2);
    assertThat(gate.questions.get(1).deadlineNanos).isEqualTo(millis(1_900));
    gate.questions.get(1).admit();
    assertThat(List.of(stream.next().id(), stream.next().id())).containsExactly(1L, 3L);
  }

  private static PipelineCall timed(long id, int timeoutMillis) {
    return call(id).setTimeoutMillis(timeoutMillis).setGet(read()).build();
  }

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void aNodeThatIsDeposedRefusesAllOfThem() {
    stream.send(timed(1, 2_000), timed(2, 1_000));
    awaitQuestions(1);
    gate.questions.get(0).deny(Reason.NOT_LEADER);
    assertThat(stream.next().refusal().reason()).isEqualTo(Reason.NOT_LEADER);
    assertThat(stream.next().refusal().reason()).isEqualTo(Reason.NOT_LEADER);
    assertThat(gate.questions).hasSize(1);
  }

  @Test
  void aReadOfAnUnknownKindIsRefusedAndThoseBesideItAreAnswered() {
    put("desired/a");
    stream.send(get(1, Requests.get("nothing/a")), get(2, read()));
    awaitQuestions(1);
    gate.questions.get(0).admit();
    assertThat(stream.next().refusal().reason()).isEqualTo(Reason.UNKNOWN_KIND);
    assertThat(stream.next().answer().getGet().hasFact()).isTrue();
  }

  @Test
  void whatIsLateForAReaderIsRefused() {
    stream.send(timed(1, 1_000));
    awaitQuestions(1);
    node.nanos.set(millis(900));
    gate.questions.get(0).admit();
    assertThat(stream.next().refusal().reason()).isEqualTo(Reason.OVERLOADED);
  }

  /** Lets linearizable reads in when the test says so. */
  private static final class HeldGate extends TestNode.OpenGate {
    private final List<Question> questions = new CopyOnWriteArrayList<>();

    @Override
    public CompletableFuture<ReadGate.Admission> linearizable(long deadlineNanos) {
      Question question = new Question(deadlineNanos);
      questions.add(question);
      return question.answer;
    }
  }

  private static final class Question {
    private final CompletableFuture<ReadGate.Admission> answer = new CompletableFuture<>();
    private final long deadlineNanos;

    Question(long deadlineNanos) {
      this.deadlineNanos = deadlineNanos;
    }

    void admit() {
      answer.complete(new ReadGate.Admitted());
    }

    void deny(Reason reason) {
      answer.complete(new ReadGate.Denied(reason, "the test says so"));
    }
  }
}

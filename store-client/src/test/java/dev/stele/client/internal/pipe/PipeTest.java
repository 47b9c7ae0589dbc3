// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.pipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.proto.v1.CallBatch;
import dev.stele.proto.v1.PipelineAnswer;
import dev.stele.proto.v1.PipelineCall;
import dev.stele.proto.v1.PutResponse;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.ResponseHeader;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What leaves together, what each call is told, and what is left behind. */
final class PipeTest {
  private static final ResponseHeader BY_A = ResponseHeader.newBuilder().setMember("a").build();

  private final ManualLoop loop = new ManualLoop();
  private final List<ScriptedExchange> streams = new ArrayList<>();
  private boolean ready = true;
  private Supplier<ScriptedExchange> opened = ScriptedExchange::new;
  private final Pipe pipe = new Pipe(this::open, loop, loop);

  private ScriptedExchange open() {
    ScriptedExchange stream = opened.get();
    stream.ready = ready;
    streams.add(stream);
    return stream;
  }

  private ScriptedExchange stream() {
    return streams.get(streams.size() - 1);
  }

  private RecordedCall send() {
    return send(new RecordedCall());
  }

  private RecordedCall send(RecordedCall call) {
    pipe.send(call, loop.nanoTime() + TimeUnit.SECONDS.toNanos(1));
    return call;
  }

  private List<RecordedCall> send(int count) {
    List<RecordedCall> calls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      calls.add(send());
    }
    return calls;
  }

  private RecordedCall sized(int bytes) {
    return send(new RecordedCall(RequestHeader.getDefaultInstance(), bytes));
  }

  private static int[] callsOf(List<CallBatch> batches) {
    return batches.stream().mapToInt(CallBatch::getCallsCount).toArray();
  }

  @Test
  void whatWaitsTogetherLeavesAsOneMessageInOrder() {
    List<RecordedCall> calls = send(100);
    assertThat(loop.executed).isEqualTo(1);
    loop.turn();

    assertThat(callsOf(stream().sent)).containsExactly(100);
    assertThat(stream().last().getCallsList().stream().map(PipelineCall::getId))
        .containsExactlyElementsOf(calls.stream().map(call -> call.id).toList())
        .isSorted()
        .doesNotContain(0L)
        .doesNotHaveDuplicates();
    assertThat(stream().last().getCalls(0).getTimeoutMillis()).isBetween(1_000, 1_001);
  }

  @Test
  void callsThatFollowFromAnswersThatCameTogetherLeaveTogether() {
    for (int i = 0; i < 50; i++) {
      send(
          new RecordedCall() {
            @Override
            protected void answered(ResponseHeader shared, PipelineAnswer answer) {
              send();
            }
          });
    }
    loop.turn();
    stream().answers(stream().last());
    loop.turn();
    assertThat(callsOf(stream().sent)).containsExactly(50, 50);
    assertThat(streams).hasSize(1);
  }

  @Test
  void aMessageHoldsNoMoreCallsThanItsLimit() {
    send(2 * BatchDraft.MAX_CALLS + 1);
    loop.turn();
    assertThat(callsOf(stream().sent))
        .containsExactly(BatchDraft.MAX_CALLS, BatchDraft.MAX_CALLS, 1);
  }

  @Test
  void aMessageHoldsNoMoreBytesThanItsLimitUnlessItIsOneCall() {
    sized(BatchDraft.MAX_BYTES / 2);
    sized(BatchDraft.MAX_BYTES / 2);
    sized(10);
    sized(Pipe.CALL_MAX_BYTES - 100);
    sized(10);
    loop.turn();
    assertThat(callsOf(stream().sent)).containsExactly(1, 2, 1, 1);
    assertThat(stream().sent.get(1).getSerializedSize()).isLessThan(BatchDraft.MAX_BYTES + 1_000);
  }

  @Test
  void theLargestCallLeavesWithoutWordOfCancelledOnes() {
    RecordedCall cancelled = send();
    loop.turn();
    RecordedCall large = sized(Pipe.CALL_MAX_BYTES - 100);
    pipe.cancel(cancelled);
    stream().ready = false;
    loop.turn();
    stream().becomesReady();
    loop.turn();
    assertThat(callsOf(stream().sent)).containsExactly(1, 0, 1);
    assertThat(stream().sent.get(1).getCancelledList()).containsExactly(cancelled.id);
    assertThat(stream().last().getSerializedSize()).isLessThanOrEqualTo(4 << 20);
    assertThat(large.told).isEmpty();
  }

  @Test
  void aRequestBeyondTheLimitIsRefusedAndTheOthersLeave() {
    RecordedCall before = send();
    RecordedCall large = sized(Pipe.CALL_MAX_BYTES);
    send();
    loop.turn();
    assertThat(large.told).containsExactly("refused: INVALID_FIELD");
    assertThat(before.told).isEmpty();
    assertThat(callsOf(stream().sent)).containsExactly(2);
    assertThat(pipe.size()).isEqualTo(2);
  }

  @Test
  void aStreamThatIsNotReadyIsGivenNothingUntilItIs() {
    ready = false;
    send(3);
    loop.turn();
    send(2);
    loop.turn();
    assertThat(stream().sent).isEmpty();

    stream().becomesReady();
    loop.turn();
    assertThat(callsOf(stream().sent)).containsExactly(5);
    stream().ready = false;
    send();
    loop.turn();
    assertThat(stream().sent).hasSize(1);
    stream().becomesReady();
    loop.turn();
    assertThat(callsOf(stream().sent)).containsExactly(5, 1);
    assertThat(streams).hasSize(1);
  }

  @Test
  void callsToSeveralHistoriesLeaveInMessagesOfTheirOwn() {
    RequestHeader first = RequestHeader.newBuilder().setClusterId("x").setEpoch(1).build();
    RequestHeader second = first.toBuilder().setEpoch(2).build();
    for (RequestHeader header :
        List.of(
            RequestHeader.getDefaultInstance(), first, first.toBuilder().build(), second, first)) {
      send(new RecordedCall(header, 0));
    }
    loop.turn();
    assertThat(stream().sent.stream().map(CallBatch::getHeader))
        .containsExactly(RequestHeader.getDefaultInstance(), first, second, first);
    assertThat(callsOf(stream().sent)).containsExactly(1, 2, 1, 1);
  }

  @Test
  void eachCallIsToldItsAnswerUnderTheSharedHeaderInAnyOrder() {
    List<RecordedCall> calls = send(3);
    loop.turn();
    stream().answers(BY_A, put(calls.get(2)), put(calls.get(0)));
    loop.turn();
    assertThat(calls.get(0).told).containsExactly("answered by a");
    assertThat(calls.get(1).told).isEmpty();
    assertThat(calls.get(2).told).containsExactly("answered by a");
    assertThat(pipe.size()).isEqualTo(1);
  }

  @Test
  void anAnswerToNobodyIsIgnored() {
    RecordedCall call = send();
    loop.turn();
    stream().answers(BY_A, put(call), put(call));
    stream().answers(BY_A, ScriptedExchange.put(77, PutResponse.getDefaultInstance()));
    loop.turn();
    assertThat(call.told).hasSize(1);
    assertThat(pipe.size()).isZero();
  }

  @Test
  void oneCallThatThrowsAtItsAnswerDisturbsNoOther() {
    RecordedCall bad =
        send(
            new RecordedCall() {
              @Override
              protected void answered(ResponseHeader shared, PipelineAnswer answer) {
                throw new IllegalStateException("bad");
              }
            });
    RecordedCall good = send();
    loop.turn();
    stream().answers(BY_A, put(bad), put(good));
    loop.turn();
    assertThat(bad.told).containsExactly("failed: bad");
    assertThat(good.told).containsExactly("answered by a");
    send();
    loop.turn();
    assertThat(streams).hasSize(1);
  }

  @Test
  void aStreamThatDoesNotComeAboutLeavesItsCallsUnsent() {
    ready = false;
    List<RecordedCall> calls = send(2);
    loop.turn();
    stream().ends(Status.UNAVAILABLE);
    loop.turn();
    assertThat(calls).allMatch(call -> call.told.equals(List.of("broken unsent: UNAVAILABLE")));
    assertThat(pipe.size()).isZero();
  }

  @Test
  void aStreamThatBreaksTellsWhatWasSentFromWhatWasNot() {
    List<RecordedCall> sent = send(2);
    loop.turn();
    stream().answers(BY_A, put(sent.get(0)));
    stream().ready = false;
    RecordedCall unsent = send();
    loop.turn();
    stream().ends(Status.INTERNAL);
    RecordedCall next = send();
    loop.turn();

    assertThat(sent.get(0).told).containsExactly("answered by a");
    assertThat(sent.get(1).told).containsExactly("broken sent: INTERNAL after answers");
    assertThat(unsent.told).containsExactly("broken unsent: INTERNAL after answers");
    assertThat(next.told).isEmpty();
    assertThat(streams).hasSize(2);
    assertThat(callsOf(stream().sent)).containsExactly(1);
    assertThat(next.id).isGreaterThan(unsent.id);
  }

  @Test
  void inTheMiddleOfSeveralMessagesWhatHasNotLeftIsUnsent() {
    opened = HaltingExchange::new;
    List<RecordedCall> calls = send(BatchDraft.MAX_CALLS + 1);
    loop.turn();
    stream().ends(Status.UNAVAILABLE);
    loop.turn();
    assertThat(calls.subList(0, BatchDraft.MAX_CALLS))
        .allMatch(call -> call.told.equals(List.of("broken sent: UNAVAILABLE")));
    assertThat(calls.get(BatchDraft.MAX_CALLS).told).containsExactly("broken unsent: UNAVAILABLE");
  }

  @Test
  void aNodeThatEndsTheStreamWithoutAComplaintIsUnavailable() {
    RecordedCall call = send();
    loop.turn();
    stream().ends(Status.OK);
    loop.turn();
    assertThat(call.told).containsExactly("broken sent: UNAVAILABLE");
  }

  @Test
  void aSentCallWhoseTimeIsOverIsGivenUpAndTheNodeIsTold() {
    RecordedCall first = send();
    loop.turn();
    loop.pass(500);
    RecordedCall second = send();
    loop.turn();
    loop.pass(499);
    assertThat(first.told).isEmpty();
    loop.pass(1);

    assertThat(first.told).containsExactly("gave up sent: DEADLINE_EXCEEDED");
    assertThat(stream().last().getCancelledList()).containsExactly(first.id);
    assertThat(second.told).isEmpty();
    stream().answers(BY_A, put(first));
    loop.pass(500);
    assertThat(first.told).hasSize(1);
    assertThat(second.told).containsExactly("gave up sent: DEADLINE_EXCEEDED");
    assertThat(pipe.size()).isZero();
  }

  @Test
  void aWaitingCallWhoseTimeIsOverWasNotSent() {
    ready = false;
    RecordedCall call = send();
    loop.turn();
    loop.pass(1_000);
    assertThat(call.told).containsExactly("gave up unsent: DEADLINE_EXCEEDED");
    assertThat(pipe.size()).isZero();
    stream().becomesReady();
    loop.turn();
    assertThat(stream().sent).isEmpty();
  }

  @Test
  void aCallWhoseTimeIsOverBeforeTheLoopGetsToItIsNotSent() {
    RecordedCall call = new RecordedCall();
    pipe.send(call, loop.nanoTime());
    loop.turn();
    assertThat(call.told).containsExactly("gave up unsent: DEADLINE_EXCEEDED");
    assertThat(stream().sent).isEmpty();
  }

  @Test
  void aShortTimeIsKeptAmongLongOnesAndOneTimerServesMany() {
    send(100);
    loop.turn();
    assertThat(loop.scheduled).isEqualTo(1);
    RecordedCall brief = new RecordedCall();
    pipe.send(brief, loop.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50));
    loop.turn();
    loop.pass(50);
    assertThat(brief.told).containsExactly("gave up sent: DEADLINE_EXCEEDED");
    assertThat(pipe.size()).isEqualTo(100);
    loop.pass(950);
    assertThat(pipe.size()).isZero();
    assertThat(loop.scheduled).isLessThanOrEqualTo(3);
  }

  @Test
  void callsEndAtMostOneSweepLate() {
    List<RecordedCall> calls = new ArrayList<>();
    for (int i = 1; i <= 30; i++) {
      RecordedCall call = new RecordedCall();
      calls.add(call);
      pipe.send(call, loop.nanoTime() + TimeUnit.MILLISECONDS.toNanos(i));
    }
    loop.turn();
    for (int passed = 1; passed <= 40; passed++) {
      loop.pass(1);
      int overdue = passed - (int) TimeUnit.NANOSECONDS.toMillis(Pipe.SWEEP_NANOS);
      for (int i = 1; i <= Math.min(30, overdue); i++) {
        assertThat(calls.get(i - 1).told).as("%s ms after %s", passed, i).isNotEmpty();
      }
    }
    assertThat(loop.scheduled).isLessThanOrEqualTo(6);
  }

  @Test
  void aCancelledCallIsToldToTheNodeOnlyIfItWasSent() {
    ready = false;
    RecordedCall early = send();
    pipe.cancel(early);
    RecordedCall sent = send();
    loop.turn();
    stream().becomesReady();
    loop.turn();
    assertThat(early.told).containsExactly("gave up unsent: CANCELLED");
    assertThat(callsOf(stream().sent)).containsExactly(1);
    assertThat(stream().last().getCancelledList()).isEmpty();
    pipe.cancel(sent);
    loop.turn();

    assertThat(sent.told).containsExactly("gave up sent: CANCELLED");
    assertThat(stream().last().getCancelledList()).containsExactly(sent.id);
    stream().answers(BY_A, put(sent));
    pipe.cancel(sent);
    pipe.cancel(early);
    loop.turn();
    assertThat(sent.told).hasSize(1);
    assertThat(early.told).hasSize(1);
    assertThat(pipe.size()).isZero();
  }

  @Test
  void callsThatAreCancelledWhileTheyWaitAreNotKept() {
    ready = false;
    RecordedCall stays = send();
    loop.turn();
    for (int i = 0; i < 3 * Pipe.MAX_CALLS; i++) {
      RecordedCall call = send();
      pipe.cancel(call);
      loop.turn();
      assertThat(call.told).containsExactly("gave up unsent: CANCELLED");
    }
    assertThat(pipe.size()).isEqualTo(1);
    stream().becomesReady();
    loop.turn();
    assertThat(stream().sent).hasSize(1);
    assertThat(stream().last().getCallsList()).hasSize(1);
    assertThat(stream().last().getCalls(0).getId()).isEqualTo(stays.id);
    assertThat(stream().last().getCancelledList()).isEmpty();
  }

  @Test
  void noMoreCallsAreUnderWayThanTheLimitAndRoomComesBack() {
    List<RecordedCall> calls = send(Pipe.MAX_CALLS);
    RecordedCall beyond = send();
    assertThat(beyond.told).containsExactly("refused: OVERLOADED");
    loop.turn();
    assertThat(send().told).containsExactly("refused: OVERLOADED");
    stream().answers(BY_A, put(calls.get(7)));
    loop.turn();
    assertThat(send().told).isEmpty();
    assertThat(send().told).containsExactly("refused: OVERLOADED");
    assertThat(calls.get(8).told).isEmpty();
  }

  @Test
  void afterTheLoopHasEndedACallIsUnsent() {
    RecordedCall sent = send();
    loop.end();
    RecordedCall late = send();
    assertThat(late.told).containsExactly("broken unsent: UNAVAILABLE");
    stream().ends(Status.UNAVAILABLE);
    assertThat(sent.told).containsExactly("broken sent: UNAVAILABLE");
    assertThat(pipe.size()).isZero();
  }

  @Test
  void nothingIsLeftOfAHundredThousandCalls() {
    Set<Long> ids = new HashSet<>();
    for (int round = 0; round < 1_000; round++) {
      List<RecordedCall> calls = send(100);
      loop.turn();
      CallBatch batch = stream().last();
      stream().sent.clear();
      batch.getCallsList().forEach(call -> ids.add(call.getId()));
      stream().answers(batch);
      loop.pass(1);
      assertThat(calls).allMatch(call -> call.told.size() == 1);
    }
    assertThat(ids).hasSize(100_000);
    assertThat(pipe.size()).isZero();
    assertThat(loop.scheduled).isLessThanOrEqualTo(2);
    loop.pass(10_000);
    assertThat(loop.scheduled).isLessThanOrEqualTo(2);
  }

  /** Takes one message. */
  private static final class HaltingExchange extends ScriptedExchange {
    @Override
    public boolean isReady() {
      return sent.isEmpty();
    }
  }

  private static PipelineAnswer put(RecordedCall call) {
    return ScriptedExchange.put(call.id, PutResponse.getDefaultInstance());
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.facts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.proto.v1.FactsGrpc;
import dev.stele.proto.v1.GetResponse;
import dev.stele.proto.v1.PutResponse;
import dev.stele.server.admission.WriteAdmission;
import dev.stele.server.admission.report.ReportSettings;
import dev.stele.server.core.command.Expect;
import dev.stele.server.core.command.Put;
import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.Origin;
import dev.stele.server.port.PeerAnswers;
import dev.stele.server.port.PeerIdentity;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.ReadGate;
import dev.stele.server.storage.MapStateStore;
import dev.stele.server.watch.applied.WatcherRegistry;
import dev.stele.server.wire.ApiSettings;
import dev.stele.server.wire.WireContext;
import dev.stele.server.wire.call.Answer;
import dev.stele.server.wire.call.Call;
import dev.stele.server.wire.call.Caller;
import dev.stele.server.wire.parse.Freshness;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What waits is bounded: reads for the gate, writes for a leader. */
final class DesksTest {
  private static final Caller CLIENT = new Caller(Optional.empty(), false, new Origin("a/1"));

  private final MapStateStore store = new MapStateStore();
  private final CompletableFuture<ReadGate.Admission> gate = new CompletableFuture<>();
  private final WireContext context = context();
  private final Headers headers = new Headers(context);

  @Test
  void readsWaitUpToTheBoundAndAreRefusedBeyondIt() {
    ReadDesk desk = new ReadDesk(context, headers, Runnable::run);
    List<CompletableFuture<Answer<GetResponse>>> waiting = new ArrayList<>();
    for (int i = 0; i < ApiSettings.READS_MAX; i++) {
      waiting.add(read(desk));
    }
    CompletableFuture<Answer<GetResponse>> beyond = read(desk);
    assertThat(waiting).noneMatch(CompletableFuture::isDone);
    assertThat(reason(beyond)).isEqualTo(Reason.OVERLOADED);
    gate.complete(new ReadGate.Admitted());
    assertThat(waiting).allMatch(read -> read.join() instanceof Answer.Given);
    assertThat(read(desk).join()).isInstanceOf(Answer.Given.class);
  }

  private static CompletableFuture<Answer<GetResponse>> read(ReadDesk desk) {
    return desk.read(
        call(0), new Freshness.Linearizable(), snapshot -> GetResponse.getDefaultInstance());
  }

  @Test
  void writesWaitForALeaderUpToTheBoundAndAreRefusedBeyondIt() {
    HeldTimer timer = new HeldTimer();
    WriteDesk desk = desk(timer);
    for (int i = 0; i < WriteDesk.FORWARD_MAX_CALLS; i++) {
      assertThat(write(desk, 10)).isNotDone();
    }
    assertThat(reason(write(desk, 10))).isEqualTo(Reason.OVERLOADED);
    timer.shutdownNow();
    timer.runHeld();
    assertThat(desk.away.count()).as("all are given back").isZero();
  }

  @Test
  void writesWaitForALeaderUpToTheirBytes() {
    HeldTimer timer = new HeldTimer();
    WriteDesk desk = desk(timer);
    int half = (int) (WriteDesk.FORWARD_MAX_BYTES / 2);
    assertThat(write(desk, half)).isNotDone();
    assertThat(write(desk, half)).isNotDone();
    assertThat(reason(write(desk, 1))).isEqualTo(Reason.OVERLOADED);
    timer.shutdownNow();
  }

  @Test
  void writesThatMayWaitLongTakeNoRoomOfTheOthers() {
    HeldTimer timer = new HeldTimer();
    WriteDesk desk = desk(timer);
    WriteDesk patient = desk.patient();
    for (int i = 0; i < WriteDesk.FORWARD_MAX_CALLS; i++) {
      assertThat(write(patient, 10)).isNotDone();
    }
    assertThat(reason(write(patient, 10))).isEqualTo(Reason.OVERLOADED);
    assertThat(write(desk, 10)).isNotDone();
    timer.shutdownNow();
  }

  private WriteDesk desk(HeldTimer timer) {
    // There is no leader, so nothing is ever passed on.
    return new WriteDesk(
        context, headers, new WriteAdmission(store, () -> 0), Runnable::run, null, timer);
  }

  private static CompletableFuture<Answer<PutResponse>> write(WriteDesk desk, int bytes) {
    Put put =
        new Put(Key.of("desired/a"), Bytes.EMPTY, Expect.ANYTHING, Optional.empty(), List.of());
    return desk.write(
        call(bytes),
        FactsGrpc.getPutMethod(),
        put,
        result -> new Answer.Given<>(PutResponse.getDefaultInstance()));
  }

  private static Call call(int bytes) {
    return new Call(CLIENT, new byte[bytes], TimeUnit.SECONDS.toNanos(5), () -> 0);
  }

  private static Reason reason(CompletableFuture<? extends Answer<?>> answer) {
    return ((Answer.Failed<?>) answer.join()).failure().reason();
  }

  private WireContext context() {
    return new WireContext(
        "n1",
        List.of(),
        store,
        (command, deadline) ->
            CompletableFuture.completedFuture(new Proposal.Unknown("there is no log")),
        new ReadGate() {
          @Override
          public CompletableFuture<Admission> linearizable(long deadlineNanos) {
            return gate;
          }

          @Override
          public CompletableFuture<Admission> atLeast(long revision, long deadlineNanos) {
            return gate;
          }
        },
        () ->
            new Leadership.Standing(
                Leadership.Role.FOLLOWER, 1, Optional.empty(), false, Long.MAX_VALUE, 0),
        new NoPeers(),
        // Nothing here watches.
        null,
        new WatcherRegistry("n1", 1, () -> 0),
        // And nothing here is leased.
        null,
        ReportSettings.standard(),
        new PeerIdentity("n1", "secret"),
        () -> 0,
        new SimpleMeterRegistry(),
        "1",
        (what, cause) -> {});
  }

  /** Keeps what is scheduled, so that writes stay where they wait. */
  private static final class HeldTimer extends ScheduledThreadPoolExecutor {
    private final List<Runnable> held = new ArrayList<>();

    HeldTimer() {
      super(1);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
      if (isShutdown()) {
        return super.schedule(task, delay, unit);
      }
      held.add(task);
      return null;
    }

    void runHeld() {
      held.forEach(Runnable::run);
    }
  }

  private static final class NoPeers implements PeerAnswers {
    @Override
    public String groupId() {
      return "group";
    }

    @Override
    public long currentTerm() {
      return 1;
    }

    @Override
    public CompletableFuture<IndexAnswer> confirmedIndex(long deadlineNanos) {
      return CompletableFuture.completedFuture(new NotConfirmed(Reason.NOT_LEADER, "no"));
    }

    @Override
    public CompletableFuture<HashAnswer> stateHash(long index, long deadlineNanos) {
      return CompletableFuture.completedFuture(new HashUnknown("no"));
    }
  }
}

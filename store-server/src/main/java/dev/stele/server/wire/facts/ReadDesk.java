// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.facts;

import com.google.protobuf.Message;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.ReadGate;
import dev.stele.server.port.StateStore;
import dev.stele.server.wire.ApiSettings;
import dev.stele.server.wire.WireContext;
import dev.stele.server.wire.call.Answer;
import dev.stele.server.wire.call.Budget;
import dev.stele.server.wire.call.Call;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.error.RefusedException;
import dev.stele.server.wire.parse.Freshness;
import io.micrometer.core.instrument.Counter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Serves reads: waits for the gate to admit them, then reads one snapshot on a reader's thread.
 * That is the one hand-over that a read costs; the store may wait for the disk, and neither the
 * event loops nor the threads that confirm may.
 */
public final class ReadDesk implements Reads {
  private final WireContext context;
  private final Headers headers;
  private final Executor readers;
  private final Counter cancelled;
  private final Budget waiting = new Budget(ApiSettings.READS_MAX, Long.MAX_VALUE);

  public ReadDesk(WireContext context, Headers headers, Executor readers) {
    this.context = context;
    this.headers = headers;
    this.readers = readers;
    cancelled = context.meters().counter("stele.rejected", "reason", "CANCELLED");
  }

  /** Answers from a snapshot; may throw {@link RefusedException}. */
  @FunctionalInterface
  public interface SnapshotRead<R extends Message> {
    R read(StateStore.Snapshot snapshot);
  }

  /** Begins with a snapshot what ends later; may throw {@link RefusedException}. */
  @FunctionalInterface
  public interface SnapshotStep<R extends Message> {
    /** The snapshot is closed when this returns. */
    CompletableFuture<Answer<R>> begin(StateStore.Snapshot snapshot);
  }

  /** A place for reads that come together. */
  public GatheredReads gather() {
    return new GatheredReads(this);
  }

  @Override
  public <R extends Message> CompletableFuture<Answer<R>> read(
      Call call, Freshness freshness, SnapshotRead<R> read) {
    return begin(call, freshness, snapshot -> Answer.now(read.read(snapshot)));
  }

  /** The same for an answer that takes longer than the look at the store. */
  public <R extends Message> CompletableFuture<Answer<R>> begin(
      Call call, Freshness freshness, SnapshotStep<R> step) {
    if (!waiting.tryTake(0)) {
      return Answer.now(overloaded());
    }
    return admission(call, freshness)
        .thenCompose(
            admission ->
                admission instanceof ReadGate.Denied denied
                    ? Answer.<R>now(failure(denied))
                    : handOver(call, freshness, step))
        .whenComplete((answer, thrown) -> waiting.giveBack(0));
  }

  private CompletableFuture<ReadGate.Admission> admission(Call call, Freshness freshness) {
    if (freshness instanceof Freshness.Linearizable) {
      return context.gate().linearizable(call.deadlineNanos());
    }
    if (freshness instanceof Freshness.AtLeast atLeast) {
      return context.gate().atLeast(atLeast.revision(), call.deadlineNanos());
    }
    if (freshness instanceof Freshness.At at && at.revision() > context.store().meta().revision()) {
      // History through what is applied is settled. Only whether a later revision is there needs a
      // majority's word.
      return context.gate().linearizable(call.deadlineNanos());
    }
    return CompletableFuture.completedFuture(new ReadGate.Admitted());
  }

  /** Whether anybody still waits for what is read; counts who went away. */
  boolean isInTime(Call call) {
    if (call.cancelled()) {
      cancelled.increment();
      return false;
    }
    return call.remainingNanos() > 0;
  }

  Failure late() {
    return overloaded("the read waited past its deadline for a reader");
  }

  Budget waiting() {
    return waiting;
  }

  ReadGate gate() {
    return context.gate();
  }

  Executor readers() {
    return readers;
  }

  StateStore.Snapshot snapshot() {
    return context.store().snapshot();
  }

  Failure failure(ReadGate.Denied denied) {
    return denied.reason() == Reason.OVERLOADED
        ? overloaded(denied.message())
        : headers.withLeader(Failure.of(denied.reason(), denied.message()));
  }

  Failure overloaded() {
    return overloaded(ApiSettings.READS_MAX + " reads are waiting, the most that may");
  }

  private Failure overloaded(String message) {
    return Failure.of(Reason.OVERLOADED, message)
        .retryAfter(waiting.refuse(context.ticker().nanos()));
  }

  private <R extends Message> CompletableFuture<Answer<R>> handOver(
      Call call, Freshness freshness, SnapshotStep<R> step) {
    CompletableFuture<Answer<R>> answer = new CompletableFuture<>();
    try {
      readers.execute(() -> serve(call, freshness, step, answer));
    } catch (RejectedExecutionException e) {
      answer.complete(new Answer.Failed<>(overloaded()));
    }
    return answer;
  }

  // What is thrown goes to the one place that answers calls, which tells a fault from the rest.
  @SuppressWarnings("CatchingUnchecked")
  private <R extends Message> void serve(
      Call call, Freshness freshness, SnapshotStep<R> step, CompletableFuture<Answer<R>> answer) {
    if (!isInTime(call)) {
      answer.complete(new Answer.Failed<>(late()));
      return;
    }
    try (StateStore.Snapshot snapshot = context.store().snapshot()) {
      check(snapshot.meta(), freshness);
      CompletableFuture<Answer<R>> unused =
          step.begin(snapshot)
              .whenComplete(
                  (given, thrown) -> {
                    if (thrown == null) {
                      answer.complete(given);
                    } else {
                      answer.completeExceptionally(thrown);
                    }
                  });
    } catch (RefusedException e) {
      answer.complete(new Answer.Failed<>(e.failure()));
    } catch (RuntimeException | Error e) {
      answer.completeExceptionally(e);
    }
  }

  private static void check(StoreMeta meta, Freshness freshness) {
    if (!(freshness instanceof Freshness.At at)) {
      return;
    }
    if (at.revision() > meta.revision()) {
      throw new RefusedException(
          Reason.INVALID_FIELD,
          at.field(),
          "%s is revision %d, the store stands at %d"
              .formatted(at.field(), at.revision(), meta.revision()));
    }
    if (at.revision() < meta.floor()) {
      throw new RefusedException(
          Failure.of(
                  Reason.COMPACTED,
                  at.field(),
                  "revision %d is compacted, the oldest that can be read is %d"
                      .formatted(at.revision(), meta.floor()))
              .with(Failure.FLOOR, Long.toString(meta.floor())));
    }
  }
}

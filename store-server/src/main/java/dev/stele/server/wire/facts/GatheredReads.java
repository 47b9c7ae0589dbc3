// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.facts;

import com.google.protobuf.Message;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.ReadGate;
import dev.stele.server.port.StateStore;
import dev.stele.server.wire.call.Answer;
import dev.stele.server.wire.call.Call;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.error.RefusedException;
import dev.stele.server.wire.parse.Freshness;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Reads that came together: one wait for the gate, one hand-over and one snapshot for all of them.
 * The gate is asked when the last one is there, so that each sees what was acknowledged before it
 * came, as if it had asked alone. What needs a revision of its own is served alone.
 *
 * <p>One thread adds and {@link #start}s.
 */
public final class GatheredReads implements Reads {
  private final ReadDesk desk;
  private List<One<?>> linearizable = List.of();
  private List<One<?>> local = List.of();

  GatheredReads(ReadDesk desk) {
    this.desk = desk;
  }

  @Override
  public <R extends Message> CompletableFuture<Answer<R>> read(
      Call call, Freshness freshness, ReadDesk.SnapshotRead<R> read) {
    boolean isLinearizable = freshness instanceof Freshness.Linearizable;
    if (!isLinearizable && !(freshness instanceof Freshness.Local)) {
      return desk.read(call, freshness, read);
    }
    if (!desk.waiting().tryTake(0)) {
      return Answer.now(desk.overloaded());
    }
    One<R> one = new One<>(call, read);
    if (isLinearizable) {
      linearizable = added(linearizable, one);
    } else {
      local = added(local, one);
    }
    return one;
  }

  private static List<One<?>> added(List<One<?>> reads, One<?> one) {
    List<One<?>> more = reads.isEmpty() ? new ArrayList<>() : reads;
    more.add(one);
    return more;
  }

  /** All are there. */
  public void start() {
    if (!local.isEmpty()) {
      handOver(local);
    }
    if (!linearizable.isEmpty()) {
      confirm(linearizable);
    }
  }

  /** Waits as long as the most impatient of {@code reads} does. */
  private void confirm(List<One<?>> reads) {
    long deadlineNanos = reads.get(0).call.deadlineNanos();
    for (One<?> one : reads) {
      if (one.call.deadlineNanos() - deadlineNanos < 0) {
        deadlineNanos = one.call.deadlineNanos();
      }
    }
    CompletableFuture<ReadGate.Admission> unused =
        desk.gate()
            .linearizable(deadlineNanos)
            .whenComplete((admission, thrown) -> confirmed(reads, admission, thrown));
  }

  private void confirmed(
      List<One<?>> reads, ReadGate.@Nullable Admission admission, @Nullable Throwable thrown) {
    if (thrown != null) {
      fail(reads, thrown);
    } else if (admission instanceof ReadGate.Denied denied) {
      denied(reads, denied);
    } else {
      handOver(reads);
    }
  }

  /** Whoever has more time than the others waits on. */
  private void denied(List<One<?>> reads, ReadGate.Denied denied) {
    List<One<?>> late = new ArrayList<>();
    List<One<?>> patient = new ArrayList<>();
    for (One<?> one : reads) {
      (one.call.remainingNanos() > 0 ? patient : late).add(one);
    }
    boolean wasTooSoon = denied.reason() == Reason.NO_QUORUM && !late.isEmpty();
    List<One<?>> refused = wasTooSoon ? late : reads;
    Failure failure = desk.failure(denied);
    refused.forEach(one -> one.refuse(failure));
    done(refused.size());
    if (wasTooSoon && !patient.isEmpty()) {
      confirm(patient);
    }
  }

  private void handOver(List<One<?>> reads) {
    try {
      desk.readers().execute(() -> serve(reads));
    } catch (RejectedExecutionException e) {
      Failure failure = desk.overloaded();
      reads.forEach(one -> one.refuse(failure));
      done(reads.size());
    }
  }

  // What is thrown goes to the one place that answers calls, which tells a fault from the rest.
  @SuppressWarnings("CatchingUnchecked")
  private void serve(List<One<?>> reads) {
    try (StateStore.Snapshot snapshot = desk.snapshot()) {
      for (One<?> one : reads) {
        if (desk.isInTime(one.call)) {
          one.serve(snapshot);
        } else {
          one.refuse(desk.late());
        }
      }
    } catch (RuntimeException | Error e) {
      reads.forEach(one -> one.completeExceptionally(e));
    }
    done(reads.size());
  }

  private void fail(List<One<?>> reads, Throwable thrown) {
    reads.forEach(one -> one.completeExceptionally(thrown));
    done(reads.size());
  }

  private void done(int count) {
    desk.waiting().giveBack(count, 0);
  }

  /** One read, and the future that its caller holds. */
  private static final class One<R extends Message> extends CompletableFuture<Answer<R>> {
    private final Call call;
    private final ReadDesk.SnapshotRead<R> read;

    One(Call call, ReadDesk.SnapshotRead<R> read) {
      this.call = call;
      this.read = read;
    }

    void refuse(Failure failure) {
      complete(new Answer.Failed<>(failure));
    }

    // What goes wrong with one leaves the others alone.
    @SuppressWarnings("CatchingUnchecked")
    void serve(StateStore.Snapshot snapshot) {
      try {
        complete(new Answer.Given<>(read.read(snapshot)));
      } catch (RefusedException e) {
        refuse(e.failure());
      } catch (RuntimeException | Error e) {
        completeExceptionally(e);
      }
    }
  }
}

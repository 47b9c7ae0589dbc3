// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.lease;

import dev.stele.client.LeaseChange;
import dev.stele.client.LeaseHandle;
import dev.stele.client.LeaseListener;
import dev.stele.client.LeaseLoss;
import dev.stele.client.LeaseRef;
import dev.stele.client.LeaseState;
import dev.stele.client.LeaseStatus;
import dev.stele.client.error.LimitExceededException;
import dev.stele.client.error.Reason;
import dev.stele.client.internal.watch.Mailbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease as its holder sees it. What the owner asks is answered by the {@link Tenure}; what is
 * announced is announced in the keeper's context. The methods that are not the handle's are called
 * there only, unless they say otherwise.
 */
final class Held implements LeaseHandle {
  private static final Logger LOG = LoggerFactory.getLogger(Held.class);

  private final long number;
  private final LeaseRef ref;
  private final Tenure tenure;
  private final Keeper keeper;
  private final LeaseCalls calls;
  private final LeaseThreads threads;
  private final List<Told> listeners = new ArrayList<>();
  private final Set<LeaseTask<?>> tasks = new HashSet<>();
  private final Object lock = new Object();
  private final List<CompletableFuture<LeaseStatus>> awaiting = new ArrayList<>();
  private @Nullable CompletableFuture<LeaseChange> ending;
  private boolean tasksEnded;
  // Of the keeper's context.
  private LeaseStatus announced = new LeaseStatus(LeaseState.HELD, Optional.empty(), "");
  private long wakeNanos;
  private long renewNanos;
  private int refusals;
  private boolean unanswered;

  private record Told(LeaseListener listener, Mailbox mailbox) {}

  Held(
      long number,
      LeaseRef ref,
      Tenure tenure,
      Keeper keeper,
      LeaseCalls calls,
      LeaseThreads threads) {
    this.number = number;
    this.ref = ref;
    this.tenure = tenure;
    this.keeper = keeper;
    this.calls = calls;
    this.threads = threads;
  }

  @Override
  public LeaseRef ref() {
    return ref;
  }

  @Override
  public Duration ttl() {
    return tenure.ttl();
  }

  @Override
  public LeaseStatus status() {
    return tenure.status();
  }

  @Override
  public Duration remaining() {
    return tenure.remaining();
  }

  @Override
  public void addListener(LeaseListener listener) {
    Mailbox mailbox =
        new Mailbox(threads.listeners(), failure -> LOG.atError().setCause(failure).log("mailbox"));
    Told told = new Told(listener, mailbox);
    keeper.execute(
        () -> {
          listeners.add(told);
          tell(told, announced);
        });
  }

  private void tell(Told told, LeaseStatus status) {
    told.mailbox.postReplaceable(() -> guarded(() -> told.listener.onStatus(this, status)));
  }

  /** The loss must reach a listener whatever it made of the doubt. */
  private void guarded(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException | Error e) {
      LOG.atError()
          .setCause(e)
          .addKeyValue("lease", ref.name())
          .addKeyValue("token", ref.token())
          .log("the listener of a lease threw");
    }
  }

  @Override
  public CompletableFuture<LeaseStatus> lost() {
    CompletableFuture<LeaseStatus> told = new CompletableFuture<>();
    keeper.execute(() -> tellOfTheLoss(told));
    return told;
  }

  /** Most leases are never asked, and cost no thread when they are lost. */
  private void tellOfTheLoss(CompletableFuture<LeaseStatus> future) {
    LeaseStatus now = announced;
    if (now.state() == LeaseState.LOST) {
      threads.listeners().execute(() -> future.complete(now));
    } else {
      awaiting.add(future);
    }
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // the task reports, this only forgets it
  public <T> CompletableFuture<T> run(Callable<T> work) {
    LeaseTask<T> task = new LeaseTask<>(work);
    boolean admitted;
    synchronized (tasks) {
      admitted = !tasksEnded && status().state() != LeaseState.LOST;
      if (admitted) {
        tasks.add(task);
      }
    }
    if (!admitted) {
      task.endAsCancelled(why(status()));
      return task;
    }
    task.whenComplete(
        (result, failure) -> {
          synchronized (tasks) {
            tasks.remove(task);
          }
        });
    try {
      threads.tasks().execute(task);
    } catch (RejectedExecutionException full) {
      String message = LeaseThreads.MAX_TASKS + " tasks of this client's leases run already";
      task.completeExceptionally(
          new LimitExceededException(Reason.LIMIT_REACHED, message, null, null));
    }
    return task;
  }

  @Override
  public CompletableFuture<LeaseChange> release() {
    return end(LeaseLoss.RELEASED, () -> calls.release(ref));
  }

  @Override
  public CompletableFuture<LeaseChange> handOver(String to) {
    return end(LeaseLoss.HANDED_OVER, () -> calls.handOver(ref, to));
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // whoever wants to know calls release
  public void close() {
    release();
  }

  /** Is LOST from here on; the first request of all that would end it is made. */
  CompletableFuture<LeaseChange> end(
      LeaseLoss how, Supplier<CompletableFuture<LeaseChange>> request) {
    tenure.lose(how, "");
    keeper.execute(() -> keeper.look(this));
    synchronized (lock) {
      CompletableFuture<LeaseChange> begun = ending;
      if (begun == null) {
        begun = request.get();
        ending = begun;
      }
      return begun.copy();
    }
  }

  Tenure tenure() {
    return tenure;
  }

  long number() {
    return number;
  }

  /** From the agenda's origin. */
  long wakeNanos() {
    return wakeNanos;
  }

  void wakeAt(long nanos) {
    wakeNanos = nanos;
  }

  /** When its next renewal is due. */
  long renewNanos() {
    return renewNanos;
  }

  /** A renewal was sent, or must wait: the next one is due then. */
  void renewAt(long nanos) {
    renewNanos = nanos;
  }

  /** Whether a renewal was sent and nothing was heard of it. */
  boolean isUnanswered() {
    return unanswered;
  }

  void sent() {
    unanswered = true;
  }

  /** A renewal was answered. */
  void heard() {
    unanswered = false;
    refusals = 0;
  }

  /** A renewal was not confirmed; gives how many were not before, in a row. */
  int notConfirmed() {
    unanswered = false;
    return refusals++;
  }

  /** Has listeners know of an acknowledged renewal. */
  void announceRenewed(long roundTripNanos) {
    for (Told told : listeners) {
      Duration roundTrip = Duration.ofNanos(roundTripNanos);
      told.mailbox.post(() -> guarded(() -> told.listener.onRenewed(this, roundTrip)));
    }
  }

  /** Has all who listen know how it stands, if they don't. */
  void announce(LeaseStatus status) {
    if (announced.state() == status.state()) {
      return;
    }
    announced = status;
    if (status.state() == LeaseState.LOST) {
      endTasks(status);
    }
    listeners.forEach(told -> tell(told, status));
    if (status.state() == LeaseState.LOST) {
      awaiting.forEach(this::tellOfTheLoss);
      awaiting.clear();
    }
  }

  private void endTasks(LeaseStatus status) {
    List<LeaseTask<?>> running;
    synchronized (tasks) {
      tasksEnded = true;
      running = List.copyOf(tasks);
    }
    // First all of them, at once; what depends on their futures is not ours, and may take long.
    running.forEach(task -> task.lost(why(status)));
    if (!running.isEmpty()) {
      threads.listeners().execute(() -> running.forEach(task -> task.endAsCancelled(why(status))));
    }
  }

  private String why(LeaseStatus status) {
    return "the lease "
        + ref.name()
        + " with token "
        + ref.token()
        + " is lost: "
        + status.loss().map(LeaseLoss::name).orElse("")
        + " "
        + status.detail();
  }

  @Override
  public String toString() {
    return ref.name() + ":" + ref.token();
  }
}

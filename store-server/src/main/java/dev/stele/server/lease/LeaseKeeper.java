// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.core.command.Command;
import dev.stele.server.core.model.LeaseRef;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.session.SessionTag;
import dev.stele.server.port.CommandLog;
import dev.stele.server.port.Confirmations;
import dev.stele.server.port.Confirmations.Confirmation;
import dev.stele.server.port.FaultPolicy;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.StateStore;
import dev.stele.server.port.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The leases of a node: one thread that runs its {@link LeaseClock}, and the mailbox by which the
 * others reach it. It runs at every node and counts at the leader.
 *
 * <p>What is in the mailbox is bounded by what it is about: {@link #MAX_RENEWALS} renewals and
 * {@link #MAX_WAITERS_ALL} waits that were not answered yet, each of which is in it at most three
 * times (it came, it was cancelled, its turn is done), the outcomes of what the clock has under
 * way, and the changes of {@link LeaseFeed}.
 */
public final class LeaseKeeper implements LeaseDesk, AutoCloseable {
  /** Renewals that wait for an answer: one of each lease. */
  static final int MAX_RENEWALS = (int) Limits.LEASES_MAX;

  /** Who may wait, for all leases together. */
  static final int MAX_WAITERS_ALL = 100_000;

  /** No wait counts for more: it decides an order, and comes from callers. */
  private static final long LONGEST_WAITED_NANOS = Duration.ofDays(1).toNanos();

  private static final Renewal TOO_MANY =
      new Renewal.NotConfirmed(Reason.OVERLOADED, "too many renewals wait");

  private final Setup setup;
  private final LeaseClock clock;
  private final LeaseMetrics metrics;
  private final Queue<Runnable> mailbox = new ConcurrentLinkedQueue<>();
  private final AtomicInteger renewals = new AtomicInteger();
  private final AtomicInteger waiters = new AtomicInteger();
  private final AtomicBoolean parked = new AtomicBoolean();
  private final Thread thread = new Thread(this::run, "stele-leases");

  /** Held by whoever tells the clock something: the thread, and at the end whoever comes late. */
  private final Object turn = new Object();

  private volatile boolean closing;
  private volatile boolean ended;

  /**
   * What a keeper works with.
   *
   * @param feed that hears of every change from before anything is applied
   * @param log to propose ends and checkpoints in
   * @param confirmations of this node's leadership, which are told only when everything that had
   *     been committed by then was told to {@code feed}
   */
  public record Setup(
      LeaseFeed feed,
      CommandLog log,
      Leadership leadership,
      Confirmations confirmations,
      StateStore store,
      Ticker ticker,
      FaultPolicy faults,
      MeterRegistry meters) {}

  /** A keeper without a thread of its own: {@link #step} is called by whoever made it. */
  LeaseKeeper(Setup setup) {
    this.setup = setup;
    metrics = new LeaseMetrics(setup.meters(), this::held, waiters::get);
    clock =
        new LeaseClock(
            new Effects(),
            setup.leadership(),
            setup.ticker(),
            new StoredLeases(setup.store()),
            LeaseTimings.STANDARD,
            metrics);
    thread.setDaemon(true);
    setup.feed().tell(this::wake);
  }

  /**
   * Starts a keeper. It counts as soon as this node leads and is ready.
   *
   * <p>Close it before the store, and before consensus ends if those who wait are to be told why.
   */
  public static LeaseKeeper start(Setup setup) {
    LeaseKeeper keeper = new LeaseKeeper(setup);
    keeper.thread.start();
    return keeper;
  }

  @Override
  public CompletableFuture<Renewal> renew(LeaseRef lease, long deadlineNanos) {
    if (renewals.incrementAndGet() > MAX_RENEWALS) {
      renewals.decrementAndGet();
      metrics.answered(TOO_MANY);
      return CompletableFuture.completedFuture(TOO_MANY);
    }
    PendingRenewal renewal = new PendingRenewal(lease, deadlineNanos);
    submit(() -> clock.renew(renewal));
    return renewal;
  }

  @Override
  public CompletableFuture<Turn> awaitTurn(
      String name, Optional<SessionTag> tag, long waitedNanos, long deadlineNanos) {
    if (waiters.incrementAndGet() > MAX_WAITERS_ALL) {
      waiters.decrementAndGet();
      return CompletableFuture.completedFuture(new Turn.Full());
    }
    long waited = Math.max(0, Math.min(LONGEST_WAITED_NANOS, waitedNanos));
    Waiter waiter = new Waiter(name, tag, setup.ticker().nanos() - waited, deadlineNanos);
    submit(() -> clock.join(waiter));
    CompletableFuture<Turn> unused =
        waiter.whenComplete(
            (given, cancelled) -> {
              if (cancelled != null) {
                submit(() -> clock.leave(waiter));
              }
            });
    return waiter;
  }

  @Override
  public OptionalLong remainingMillis(LeaseRef lease) {
    return clock.remainingMillis(lease);
  }

  @Override
  public int waiters(String name) {
    return clock.waiters(name);
  }

  private int held() {
    return clock.held();
  }

  /** Ends: all who wait are told that this node does not lead, and whoever comes later too. */
  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    // Nothing on that thread waits for anybody.
    while (thread.isAlive() && thread != Thread.currentThread()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    end();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void submit(Runnable event) {
    mailbox.add(event);
    wake();
    if (ended) {
      // It may have come behind the back of the thread that has ended.
      end();
    }
  }

  private void wake() {
    if (parked.get() && parked.compareAndSet(true, false)) {
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    try {
      while (!closing) {
        step();
        park();
      }
    } catch (RuntimeException | Error e) {
      setup.faults().fatal("the leases failed", e);
    } finally {
      end();
    }
  }

  private void park() {
    long nanos = clock.restNanos();
    parked.set(true);
    if (mailbox.isEmpty() && setup.feed().isEmpty() && !closing && nanos > 0) {
      LockSupport.parkNanos(this, nanos);
    }
    parked.set(false);
  }

  /** Tells the clock all that has come until now, and that time has passed. */
  void step() {
    synchronized (turn) {
      // No more than what is there now: leases that are due must not wait behind what keeps coming.
      int count = mailbox.size();
      for (int i = 0; i < count; i++) {
        tellNext();
      }
      setup.feed().drainTo(clock);
      clock.tick();
    }
  }

  /**
   * The changes come before each event: whoever knows of a change that was applied, and says so, is
   * understood.
   */
  private void tellNext() {
    Runnable event = mailbox.poll();
    if (event != null) {
      setup.feed().drainTo(clock);
      event.run();
    }
  }

  private void end() {
    synchronized (turn) {
      clock.close();
      ended = true;
      for (Runnable event = mailbox.poll(); event != null; event = mailbox.poll()) {
        event.run();
      }
    }
  }

  /** The clock's hands. */
  private final class Effects implements LeaseEffects {
    @Override
    public void propose(Command command, long deadlineNanos, Consumer<Proposal> outcome) {
      CompletableFuture<Void> unused =
          setup
              .log()
              .propose(command, deadlineNanos)
              .thenAccept(proposal -> submit(() -> outcome.accept(proposal)));
    }

    @Override
    public void confirm(long deadlineNanos, Consumer<Confirmation> outcome) {
      CompletableFuture<Void> unused =
          setup
              .confirmations()
              .confirm(deadlineNanos)
              .thenAccept(confirmation -> submit(() -> outcome.accept(confirmation)));
    }

    @Override
    public void answer(PendingRenewal renewal, Renewal answer) {
      renewals.decrementAndGet();
      metrics.answered(answer);
      renewal.complete(answer);
    }

    @Override
    public boolean answer(Waiter waiter, Turn answer) {
      waiters.decrementAndGet();
      return waiter.complete(answer);
    }

    @Override
    public void later(Runnable event) {
      submit(event);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.lease;

import dev.stele.client.LeaseLoss;
import dev.stele.client.LeaseRef;
import dev.stele.client.LeaseState;
import dev.stele.client.LeaseStatus;
import dev.stele.client.internal.call.Backoff;
import dev.stele.client.internal.history.History;
import dev.stele.client.internal.link.Endpoints;
import dev.stele.client.internal.time.Timekeeper;
import dev.stele.proto.v1.Renewal;
import io.grpc.SynchronizationContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews all leases of a client over one stream, and says when each is in doubt or lost.
 *
 * <p>All of it runs in one context: one task at a time, in order, on whichever thread has just
 * handed one in; nothing in it blocks or runs what is not ours. Only {@link #execute} and {@link
 * #hold} may be called from elsewhere.
 *
 * <p>Each lease has one entry on the {@link Agenda}: when its next renewal is due, or its state
 * changes. What is due within {@link #TOGETHER_NANOS} goes out together.
 */
final class Keeper {
  /** A fixed number of the protocol. */
  static final int MAX_BATCH = 1_000;

  /** Renewals that are due so soon go along with those that are due now. */
  static final long TOGETHER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** A stream that nothing was renewed over for so long is ended. */
  static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /**
   * A renewal begins this part of the TTL after the one before, or up to a tenth of that sooner.
   */
  private static final int RENEWALS_A_TTL = 3;

  private static final double JITTER = 0.1;

  private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

  private final int maxLeases;
  private final Timekeeper timekeeper;
  private final SynchronizationContext context = new SynchronizationContext(this::fault);
  private final Map<LeaseRef, Held> leases = new HashMap<>();
  private final Agenda agenda;
  private final Set<Held> due = new LinkedHashSet<>();
  private final Connection connection;
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicInteger kept = new AtomicInteger();
  private long shortestTtlNanos = Long.MAX_VALUE;
  private long usedNanos;
  private long timerNanos;
  private boolean timerSet;
  private boolean closed;

  /**
   * A keeper of nothing yet.
   *
   * @param maxLeases that it has room for
   */
  Keeper(Supplier<Endpoints> endpoints, History history, Timekeeper timekeeper, int maxLeases) {
    this.maxLeases = maxLeases;
    this.timekeeper = timekeeper;
    this.agenda = new Agenda(timekeeper.nanoTime());
    this.connection = new Connection(this, endpoints, history, timekeeper);
  }

  /** Has {@code task} run in the context: at once, or behind what runs there. Any thread. */
  void execute(Runnable task) {
    context.execute(task);
  }

  /**
   * Takes a lease on. Any thread.
   *
   * @param make the handle, from a number of its own
   */
  Held hold(LongFunction<Held> make) {
    Held held = make.apply(numbers.incrementAndGet());
    execute(() -> begin(held));
    return held;
  }

  private void begin(Held held) {
    if (closed) {
      held.tenure().lose(LeaseLoss.CLIENT_CLOSED, "");
    } else {
      Held before = leases.put(held.ref(), held);
      if (before == null) {
        kept.incrementAndGet();
      } else {
        // Adopted twice: renewals keep both, under the newer handle's name.
        agenda.remove(before);
        due.remove(before);
        before.tenure().lose(LeaseLoss.HANDED_OVER, "adopted anew by this client");
        before.announce(before.status());
      }
      long now = timekeeper.nanoTime();
      long left = held.remaining().toNanos();
      // Of its first third nothing is known but that it lies behind.
      long passed = Math.max(0, Tenure.safeNanos(held.ttl().toMillis()) - left);
      held.renewAt(now + Math.max(0, intervalNanos(held) - passed));
      shortestTtlNanos = Math.min(shortestTtlNanos, held.tenure().ttlNanos());
    }
    look(held);
    schedule();
  }

  /** Whether it can keep one more. Any thread; of many that ask together, a few too many may. */
  boolean hasRoom() {
    return kept.get() < maxLeases;
  }

  /** The least TTL of those that it has kept since it last had none. */
  long shortestTtlNanos() {
    return shortestTtlNanos;
  }

  private long intervalNanos(Held held) {
    double part = 1 - JITTER * timekeeper.random();
    return (long) (held.tenure().ttlNanos() * part / RENEWALS_A_TTL);
  }

  /** Looks how a lease stands: announces it, and sees to it that it is looked at again. */
  void look(Held held) {
    LeaseStatus status = held.status();
    if (status.state() == LeaseState.LOST) {
      drop(held);
      held.announce(status);
      return;
    }
    held.announce(status);
    if (leases.get(held.ref()) != held) {
      return;
    }
    long next = held.tenure().nextChangeNanos();
    boolean renewsFirst = !due.contains(held) && held.renewNanos() - next < 0;
    agenda.put(held, renewsFirst ? held.renewNanos() : next);
  }

  private void drop(Held held) {
    agenda.remove(held);
    due.remove(held);
    if (leases.remove(held.ref(), held)) {
      kept.decrementAndGet();
      shortestTtlNanos = leases.isEmpty() ? Long.MAX_VALUE : shortestTtlNanos;
    }
  }

  /** Does what is due, and sets the timer for what is due next. */
  private void work() {
    long now = timekeeper.nanoTime();
    for (Held held : agenda.upTo(now + TOGETHER_NANOS)) {
      if (held.renewNanos() - (now + TOGETHER_NANOS) <= 0) {
        due.add(held);
      }
      look(held);
    }
    renewDue();
    connection.check(now);
    endIdle(now);
    schedule();
  }

  /** Sends what is due, as long as the stream takes it. */
  void renewDue() {
    while (!due.isEmpty() && connection.isReady()) {
      List<Held> batch = new ArrayList<>(Math.min(due.size(), MAX_BATCH));
      Iterator<Held> first = due.iterator();
      while (first.hasNext() && batch.size() < MAX_BATCH) {
        batch.add(first.next());
        first.remove();
      }
      usedNanos = timekeeper.nanoTime();
      connection.renew(batch);
      for (Held held : batch) {
        held.sent();
        held.renewAt(usedNanos + intervalNanos(held));
        look(held);
      }
    }
  }

  private void endIdle(long now) {
    if (leases.isEmpty() && now - usedNanos >= IDLE_NANOS) {
      connection.end();
    }
  }

  private void schedule() {
    if (closed) {
      return;
    }
    long now = timekeeper.nanoTime();
    long next = connection.nextCheckNanos(now + IDLE_NANOS);
    if (!agenda.isEmpty() && agenda.firstNanos() - next < 0) {
      next = agenda.firstNanos();
    }
    if (agenda.isEmpty() && !connection.isOpen()) {
      return;
    }
    if (timerSet && timerNanos - next <= 0) {
      return;
    }
    timerSet = true;
    timerNanos = next;
    long at = next;
    timekeeper.schedule(Math.max(0, next - now), () -> execute(() -> timerFired(at)));
  }

  private void timerFired(long at) {
    if (timerSet && timerNanos == at) {
      timerSet = false;
    }
    if (!closed) {
      work();
    }
  }

  /** The stream has opened, takes more, or has something to watch over. */
  void connectionChanged() {
    renewDue();
    schedule();
  }

  /** The stream broke: whatever was not answered on it is renewed over the next one. */
  void connectionBroke(String why) {
    for (Held held : List.copyOf(leases.values())) {
      held.tenure().troubled(why);
      if (held.isUnanswered()) {
        due.add(held);
      }
    }
    schedule();
  }

  boolean hasLeases() {
    return !leases.isEmpty();
  }

  /**
   * A renewal was answered.
   *
   * @param sentNanos a moment before it was sent
   */
  void answered(Renewal renewal, long sentNanos) {
    LeaseRef ref = new LeaseRef(renewal.getLease().getName(), renewal.getLease().getToken());
    Held held = leases.get(ref);
    if (held == null) {
      return;
    }
    switch (renewal.getOutcomeCase()) {
      case RENEWED_TTL_MILLIS -> {
        held.heard();
        if (held.tenure().renewed(sentNanos, renewal.getRenewedTtlMillis())) {
          held.announceRenewed(timekeeper.nanoTime() - sentNanos);
        }
      }
      case LOST -> held.tenure().lose(LeaseLoss.FENCED, renewal.getLost());
      case NOT_CONFIRMED -> {
        held.tenure().troubled(renewal.getNotConfirmed());
        long delay = Backoff.delayNanos(held.notConfirmed(), timekeeper.random());
        long soon = timekeeper.nanoTime() + delay;
        if (soon - held.renewNanos() < 0) {
          held.renewAt(soon);
        }
      }
      case OUTCOME_NOT_SET ->
          held.tenure().troubled("an answer that this client does not understand");
    }
    look(held);
  }

  /** All leases are lost for one reason. */
  void loseAll(LeaseLoss reason, String why) {
    for (Held held : List.copyOf(leases.values())) {
      held.tenure().lose(reason, why);
      look(held);
    }
  }

  /** Ends everything. Any thread. */
  void close() {
    execute(
        () -> {
          closed = true;
          loseAll(LeaseLoss.CLIENT_CLOSED, "");
          connection.close();
        });
    connection.closeEndpoints();
  }

  /** A fault of this client: better leases that are lost than such that nobody renews. */
  private void fault(Thread thread, Throwable failure) {
    LOG.atError().setCause(failure).log("leases are lost by a fault of this client");
    loseAll(LeaseLoss.CLIENT_CLOSED, "a fault of this client: " + failure);
  }
}

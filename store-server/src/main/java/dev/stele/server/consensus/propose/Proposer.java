// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.propose;

import dev.stele.server.consensus.deadline.DeadlineSweep;
import dev.stele.server.consensus.entry.EntryCodec;
import dev.stele.server.core.command.Command;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.Stamp;
import dev.stele.server.port.CommandLog;
import dev.stele.server.port.FaultPolicy;
import dev.stele.server.port.Leadership;
import dev.stele.server.port.Origin;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.RetryDelay;
import dev.stele.server.port.Ticker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way into the log: one thread that packs what waits into entries, because what costs is the
 * entry and not the byte.
 *
 * <p>How much to pack follows from what is in flight, without any timer. With nothing in flight,
 * whatever waits is sent at once: a lone client never waits for company. With the pipeline full,
 * commands gather. In between, an entry is sent once it is at least as large as those in flight are
 * on average: commands that arrive one by one would otherwise fill the pipeline with entries of
 * one.
 *
 * <p>A command that waits past its deadline is dropped: nothing happened. It is NO_QUORUM when no
 * entry at all was decided since it came (the log stands still), and OVERLOADED when others were
 * (there was too much before it). One that was handed to the log and is not decided by its deadline
 * is unknown; its entry keeps its place in the pipeline until Raft tells its fate.
 */
public final class Proposer implements CommandLog, AutoCloseable {
  /**
   * Entries that may be in flight; with {@link Limits#ENTRY_MAX_BYTES} this bounds their bytes as
   * well. More of them than a round trip holds only makes smaller ones.
   */
  public static final int MAX_IN_FLIGHT = 4;

  /** How long closing waits for an append to return. */
  private static final long CLOSE_MILLIS = 5_000;

  private static final int COMMAND_MAX_BYTES = Limits.ENTRY_MAX_BYTES - EntryCodec.overheadBytes();

  private static final Logger LOG = LoggerFactory.getLogger(Proposer.class);

  private final Leadership leadership;
  private final EntryLog log;
  private final StoreClock clock;
  private final Ticker ticker;
  private final DeadlineSweep sweep;
  private final FaultPolicy faults;
  private final DistributionSummary batchSizes;
  private final Timer commits;
  private final Counter cancelled;

  private final ProposalQueue queue = new ProposalQueue();
  private final RetryDelay retryDelay = new RetryDelay();
  private final EntrySize entrySize = new EntrySize();
  private final Queue<InFlight> inFlight = new ConcurrentLinkedQueue<>();
  private final AtomicInteger entriesInFlight = new AtomicInteger();
  private final AtomicInteger commandsInFlight = new AtomicInteger();
  private final AtomicLong entriesDecided = new AtomicLong();
  private final AtomicBoolean asleep = new AtomicBoolean();
  private final Thread thread = new Thread(this::run, "stele-proposer");
  private volatile boolean closed;

  public Proposer(
      Leadership leadership,
      EntryLog log,
      StoreClock clock,
      Ticker ticker,
      DeadlineSweep sweep,
      FaultPolicy faults,
      MeterRegistry meters) {
    this.leadership = leadership;
    this.log = log;
    this.clock = clock;
    this.ticker = ticker;
    this.sweep = sweep;
    this.faults = faults;
    Gauge.builder("stele.proposer.queue", queue, ProposalQueue::commands)
        .description("commands that wait to be proposed")
        .register(meters);
    batchSizes =
        DistributionSummary.builder("stele.proposer.batch")
            .description("commands of an entry")
            .register(meters);
    commits =
        Timer.builder("stele.commit")
            .description("from handing an entry to the log until it is decided")
            .register(meters);
    cancelled =
        Counter.builder("stele.rejected")
            .description("what was refused or dropped")
            .tag("reason", "CANCELLED")
            .register(meters);
    thread.setDaemon(true);
    sweep.add(this::sweep);
  }

  /** Starts the thread. */
  public void start() {
    thread.start();
  }

  /** Leadership came, became ready or went: saves the proposer a sweep's wait. Any thread. */
  public void leadershipChanged() {
    wake();
  }

  /**
   * {@inheritDoc}
   *
   * <p>At a leader that is not ready yet the command waits until it is. Beyond {@value
   * ProposalQueue#MAX_COMMANDS} waiting commands or 32 MiB of them it is OVERLOADED.
   *
   * @throws IllegalArgumentException when {@code command} alone is larger than an entry; none that
   *     keeps the limits of keys, bodies, guards and transactions is
   */
  @Override
  public CompletableFuture<Proposal> propose(Command command, long deadlineNanos) {
    return propose(command, deadlineNanos, Origin.STORE);
  }

  /**
   * {@inheritDoc}
   *
   * <p>The same bounds hold. When they are reached, those make room who are behind {@code command}
   * in the fair order; they are OVERLOADED then.
   */
  @Override
  public CompletableFuture<Proposal> propose(Command command, long deadlineNanos, Origin origin) {
    if (closed || leadership.role() != Leadership.Role.LEADER) {
      return CompletableFuture.completedFuture(notLeader(leadership.standing()));
    }
    int bytes = EntryCodec.encodedBytes(command);
    if (bytes > COMMAND_MAX_BYTES) {
      throw new IllegalArgumentException(
          "a command of " + bytes + " bytes, at most " + COMMAND_MAX_BYTES + " fit into an entry");
    }
    Pending pending = new Pending(command, bytes, deadlineNanos, entriesDecided.get(), origin);
    for (Pending displaced : queue.offer(pending)) {
      displaced.complete(overloaded("too many commands wait"));
    }
    sweep.arm();
    if (asleep.get() && worthSending()) {
      wake();
    }
    if (closed) {
      // It may have come behind the back of close().
      refuseWaiting();
    }
    return pending;
  }

  /**
   * Stops proposing. What waits was not proposed; what is in flight becomes unknown. Close it
   * before the log.
   */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    refuseWaiting();
    Proposal unknown = new Proposal.Unknown("this node stopped before it was decided");
    inFlight.forEach(entry -> entry.tellAll(unknown));
  }

  private void run() {
    try {
      while (!closed) {
        if (step()) {
          continue;
        }
        asleep.set(true);
        // Whoever makes a step possible does so first and then looks whether the thread sleeps; the
        // thread says that it sleeps first and then looks once more.
        if (!step() && !closed) {
          LockSupport.park(this);
        }
        asleep.set(false);
      }
    } catch (RuntimeException | Error e) {
      faults.fatal("the proposer failed", e);
    }
  }

  /** Does what there is to do, if anything; for the proposer's thread, and tests without one. */
  boolean step() {
    if (queue.isEmpty()) {
      return false;
    }
    Leadership.Standing standing = leadership.standing();
    if (standing.role() != Leadership.Role.LEADER) {
      refuseWaiting();
      return true;
    }
    if (!standing.ready() || !worthSending()) {
      return false;
    }
    send(standing.term());
    return true;
  }

  private boolean worthSending() {
    int entries = entriesInFlight.get();
    if (entries == 0) {
      return true;
    }
    if (entries >= MAX_IN_FLIGHT) {
      return false;
    }
    int average = (commandsInFlight.get() + entries - 1) / entries;
    return queue.commands() >= average || queue.bytes() >= entrySize.bytes();
  }

  private void send(long term) {
    long now = ticker.nanos();
    List<Pending> dropped = new ArrayList<>(0);
    List<Pending> gathered = queue.gather(now, entrySize.bytes(), dropped);
    dropped.forEach(this::drop);
    if (gathered.isEmpty()) {
      return;
    }
    List<Command> commands = new ArrayList<>(gathered.size());
    gathered.forEach(pending -> commands.add(pending.command()));
    Stamp stamp = clock.next(term);
    Batch batch = new Batch(stamp, commands, EntryCodec.encode(stamp, commands));
    InFlight entry = new InFlight(gathered, batch.encoded().length, now);
    entriesInFlight.incrementAndGet();
    commandsInFlight.addAndGet(entry.size());
    inFlight.add(entry);
    batchSizes.record(entry.size());
    CompletableFuture<Void> unused = batch.fate().thenAccept(fate -> told(entry, fate));
    try {
      log.submit(batch);
    } catch (RuntimeException e) {
      LOG.atWarn().setCause(e).addKeyValue("term", term).log("the log refused an entry");
      batch.failed("the log refused the entry: " + e.getMessage());
    }
  }

  private void told(InFlight entry, Batch.Fate fate) {
    inFlight.remove(entry);
    commandsInFlight.addAndGet(-entry.size());
    entriesInFlight.decrementAndGet();
    if (fate instanceof Batch.Decided) {
      entriesDecided.incrementAndGet();
      retryDelay.served(entry.size());
      long nanos = ticker.nanos() - entry.submittedNanos();
      commits.record(nanos, TimeUnit.NANOSECONDS);
      entrySize.decided(entry.bytes(), nanos);
    }
    // First the next entry, then the answers: the pipeline does not wait for callbacks.
    if (!queue.isEmpty()) {
      wake();
    }
    entry.finish(fate);
  }

  private boolean sweep(long nowNanos) {
    queue.takeOut(pending -> pending.isDone() || pending.isLate(nowNanos)).forEach(this::drop);
    inFlight.forEach(entry -> entry.expire(nowNanos));
    if (!queue.isEmpty()) {
      // Nobody may have told that leadership came or went.
      wake();
    }
    return !queue.isEmpty() || !inFlight.isEmpty();
  }

  private void drop(Pending late) {
    if (late.isDone()) {
      // Its caller went away; nothing else completes what waits.
      cancelled.increment();
      return;
    }
    boolean othersWereDecided = entriesDecided.get() > late.decidedBefore();
    late.complete(
        othersWereDecided
            ? overloaded("the deadline passed in the queue")
            : new Proposal.NotProposed(
                Reason.NO_QUORUM, "the deadline passed, the log stands still", Duration.ZERO));
  }

  private void refuseWaiting() {
    Proposal refusal = notLeader(leadership.standing());
    queue.takeOut(pending -> true).forEach(pending -> pending.complete(refusal));
  }

  private Proposal notLeader(Leadership.Standing standing) {
    String message =
        closed
            ? "this node is stopping"
            : standing
                .leader()
                .map(leader -> "the leader is " + leader)
                .orElse("this node does not lead, and knows nobody who does");
    return new Proposal.NotProposed(Reason.NOT_LEADER, message, Duration.ZERO);
  }

  private Proposal overloaded(String message) {
    return new Proposal.NotProposed(
        Reason.OVERLOADED, message, retryDelay.refuse(ticker.nanos(), queue.fill()));
  }

  private void wake() {
    if (asleep.get() && asleep.compareAndSet(true, false)) {
      LockSupport.unpark(thread);
    }
  }
}

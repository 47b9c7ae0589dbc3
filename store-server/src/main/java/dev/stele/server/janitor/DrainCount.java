// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.janitor;

import dev.stele.server.core.command.EndDrain;
import dev.stele.server.core.command.Refusal;
import dev.stele.server.core.encoding.MalformedException;
import dev.stele.server.core.kind.ClaimCodec;
import dev.stele.server.core.kind.ClaimRecord;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Reason;
import dev.stele.server.core.model.Row;
import dev.stele.server.port.CommandLog;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.Proposal.Decided;
import dev.stele.server.port.StateStore;
import dev.stele.server.port.Ticker;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The drains during one leadership of this node: found by going over all claims once, and by the
 * changes from then on. When changes were missed, or there were more drains than are counted, the
 * claims are gone over again; what is counted goes on being counted.
 */
final class DrainCount {
  /** Ends that are under way at a time: a part of what an entry of the log holds. */
  static final int MAX_UNDER_WAY = 128;

  /** Before an end that came to nothing is proposed again; doubles up to {@link #LONGEST_RETRY}. */
  static final Duration FIRST_RETRY = Duration.ofSeconds(1);

  static final Duration LONGEST_RETRY = Duration.ofMinutes(1);

  /** Between two walks where there are more drains than are counted. */
  static final Duration CROWDED_PAUSE = Duration.ofSeconds(10);

  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(DrainDeadlines.class);

  private final long term;
  private final DrainFeed feed;
  private final CommandLog log;
  private final Ticker ticker;
  private final TaskMeters meters;
  private final Runnable wake;
  private final ClaimWalk walk;
  private final Drains drains = new Drains();
  private final Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
  private int underWay;
  private boolean crowded;
  private long crowdedNanos;
  private volatile int counted;

  DrainCount(
      long term,
      DrainFeed feed,
      CommandLog log,
      StateStore store,
      Ticker ticker,
      TaskMeters meters,
      Runnable wake) {
    this.term = term;
    this.feed = feed;
    this.log = log;
    this.ticker = ticker;
    this.meters = meters;
    this.wake = wake;
    this.walk = new ClaimWalk(store);
  }

  private record Outcome(Drain drain, Proposal proposal) {}

  long term() {
    return term;
  }

  /** Drains that are counted; any thread. */
  int counted() {
    return counted;
  }

  /** Takes in what has come, a step of the walk if there is one, and ends what is due. */
  Task.Step step() {
    long now = ticker.nanos();
    boolean took = takeOutcomes(now);
    if (feed.drainTo(change -> see(change.row(), now))) {
      LOG.atWarn().log("more claims changed than are kept: all are gone over again");
      walk.restart();
    }
    if (crowded && drains.hasRoom() && now - crowdedNanos >= CROWDED_PAUSE.toNanos()) {
      crowded = false;
      walk.restart();
    }
    boolean walked = !walk.isThrough();
    if (walked) {
      walk(now);
    }
    boolean proposed = endDue(now);
    counted = drains.size();
    if (!walk.isThrough()) {
      return Task.Step.MORE;
    }
    return took || walked || proposed ? Task.Step.TAKEN : Task.Step.NONE;
  }

  private void walk(long now) {
    ClaimWalk.Step step = walk.step();
    Set<Key> standing = new HashSet<>();
    for (Row row : step.rows()) {
      see(row, now);
      standing.add(row.key());
    }
    for (Drain drain : drains.within(step.after(), step.last())) {
      if (!standing.contains(drain.key()) && drain.since().compareTo(step.at()) <= 0) {
        drains.remove(drain);
      }
    }
  }

  /** A claim stands, or stood a moment ago, like this; what is known to be newer stays. */
  private void see(Row row, long now) {
    Optional<Drain> known = drains.find(row.key());
    if (known.isPresent()) {
      if (known.get().since().compareTo(row.modified()) >= 0) {
        return;
      }
      drains.remove(known.get());
    }
    if (row instanceof Fact fact) {
      see(fact, now);
    }
  }

  private void see(Fact fact, long now) {
    ClaimRecord claim;
    try {
      claim = ClaimCodec.decode(fact.body());
    } catch (MalformedException e) {
      meters.failed(1);
      LOG.atError()
          .addKeyValue("claim", fact.key())
          .setCause(e)
          .log("a claim can't be read; if it drains, nobody ends it");
      return;
    }
    // A claim that belongs to no pool may drain without a time.
    if (claim.state() != ClaimRecord.State.DRAINING || claim.drainMillis() == 0) {
      return;
    }
    if (!drains.hasRoom()) {
      if (!crowded) {
        crowded = true;
        crowdedNanos = now;
        LOG.atWarn()
            .addKeyValue("counted", drains.size())
            .log("more claims drain than are counted: the others begin when there is room");
      }
      return;
    }
    long due = now + TimeUnit.MILLISECONDS.toNanos(claim.drainMillis());
    drains.add(fact.key(), claim.epoch(), fact.modified(), due);
  }

  private boolean endDue(long now) {
    boolean any = false;
    while (underWay < MAX_UNDER_WAY) {
      Optional<Drain> due = drains.pollDue(now);
      if (due.isEmpty()) {
        break;
      }
      any = true;
      end(due.get(), now);
    }
    return any;
  }

  private void end(Drain drain, long now) {
    underWay++;
    CompletableFuture<Void> unused =
        log.propose(
                new EndDrain(term, drain.key(), drain.since().revision()), now + DEADLINE.toNanos())
            .thenAccept(
                proposal -> {
                  outcomes.add(new Outcome(drain, proposal));
                  wake.run();
                });
  }

  private boolean takeOutcomes(long now) {
    boolean any = false;
    // No more of them than are under way can come.
    for (Outcome next = outcomes.poll(); next != null; next = outcomes.poll()) {
      any = true;
      underWay--;
      take(next.drain(), next.proposal(), now);
    }
    return any;
  }

  private void take(Drain drain, Proposal proposal, long now) {
    if (proposal instanceof Decided decided && !(decided.result() instanceof Refusal)) {
      meters.done(1);
      drains.remove(drain);
      LOG.atInfo()
          .addKeyValue("claim", drain.key())
          .addKeyValue("epoch", drain.epoch())
          .log("a drain took too long and was ended");
      return;
    }
    if (proposal instanceof Decided decided && decided.result() instanceof Refusal refusal) {
      meters.refused(1);
      if (refusal.reason() == Reason.NOT_FOUND || refusal.reason() == Reason.INVALID_FIELD) {
        // No claim of a pool: a plain fact drains for as long as those like who write it.
        drains.remove(drain);
        return;
      }
    } else {
      meters.failed(1);
    }
    // Given back meanwhile, or to be given back later than it was: then this is no news.
    if (drains.contains(drain)) {
      if (drain.tries() == 0) {
        LOG.atWarn()
            .addKeyValue("claim", drain.key())
            .addKeyValue("epoch", drain.epoch())
            .addKeyValue("outcome", proposal)
            .log("a drain took too long and could not be ended; it is tried again");
      }
      drains.again(drain, now + retryNanos(drain.tries()));
    }
  }

  private static long retryNanos(int tries) {
    // Far more doublings than the longest allows for, and far fewer than overflow.
    long nanos = FIRST_RETRY.toNanos() << Math.min(tries, 16);
    return Math.min(nanos, LONGEST_RETRY.toNanos());
  }
}

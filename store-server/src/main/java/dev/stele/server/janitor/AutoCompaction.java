// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.janitor;

import dev.stele.server.core.command.Compact;
import dev.stele.server.core.command.Refusal;
import dev.stele.server.core.model.StoreMeta;
import dev.stele.server.port.CommandLog;
import dev.stele.server.port.Proposal;
import dev.stele.server.port.Proposal.Decided;
import dev.stele.server.port.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has history compacted that is older than a {@link CompactionPolicy} keeps. Every node notes now
 * and then which revision it stands at, so that one that becomes the leader knows how old its
 * history is; only the leader proposes. A node's notes begin with its start, and age is counted by
 * its monotonic clock: history is kept too long after a start, never too short. One thread.
 */
final class AutoCompaction implements Task {
  /** The least between two proposals. */
  static final Duration PAUSE = Duration.ofSeconds(5);

  /** Notes within one age that is kept: history lives at most that fraction longer. */
  static final int NOTES = 128;

  /** The least between two notes. */
  static final Duration NOTE_PAUSE = Duration.ofSeconds(1);

  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(AutoCompaction.class);

  private final CompactionPolicy policy;
  private final CommandLog log;
  private final Supplier<StoreMeta> meta;
  private final Ticker ticker;
  private final TaskMeters meters;
  private final long notePauseNanos;
  private final AtomicBoolean proposing = new AtomicBoolean();

  /** The last one came to nothing, and that was said. */
  private final AtomicBoolean failing = new AtomicBoolean();

  /** Oldest first; only the first may be older than the age that is kept. */
  private final Deque<Note> notes = new ArrayDeque<>(NOTES + 2);

  private long dueNanos;

  AutoCompaction(
      CompactionPolicy policy,
      CommandLog log,
      Supplier<StoreMeta> meta,
      Ticker ticker,
      MeterRegistry registry) {
    this.policy = policy;
    this.log = log;
    this.meta = meta;
    this.ticker = ticker;
    this.meters = new TaskMeters(registry, "history");
    this.notePauseNanos =
        Math.max(NOTE_PAUSE.toNanos(), policy.keepAge().dividedBy(NOTES).toNanos());
    this.dueNanos = ticker.nanos();
  }

  @Override
  public TaskMeters meters() {
    return meters;
  }

  @Override
  public Step tend(OptionalLong term) {
    long now = ticker.nanos();
    StoreMeta standing = meta.get();
    if (!policy.keepAge().isZero()) {
      note(now, standing.revision());
    }
    if (now - dueNanos < 0 || proposing.get() || term.isEmpty()) {
      return Step.NONE;
    }
    long floor = Math.max(byAge(now), byCount(standing.revision()));
    if (floor <= standing.floor()) {
      return Step.NONE;
    }
    dueNanos = now + PAUSE.toNanos();
    propose(floor, now);
    return Step.TAKEN;
  }

  private void note(long now, long revision) {
    if (notes.isEmpty() || now - notes.getLast().nanos() >= notePauseNanos) {
      notes.addLast(new Note(now, revision));
    }
    while (notes.size() > 1 && isOld(second(), now)) {
      notes.removeFirst();
    }
  }

  private Note second() {
    return notes.stream().skip(1).findFirst().orElseThrow();
  }

  private boolean isOld(Note note, long now) {
    return now - note.nanos() >= policy.keepAge().toNanos();
  }

  /** What stood when the age that is kept began; 0 when that is not known. */
  private long byAge(long now) {
    return !notes.isEmpty() && isOld(notes.getFirst(), now) ? notes.getFirst().revision() : 0;
  }

  private long byCount(long revision) {
    return policy.keepRevisions() == 0 ? 0 : Math.max(0, revision - policy.keepRevisions());
  }

  private void propose(long floor, long now) {
    proposing.set(true);
    CompletableFuture<Void> unused =
        log.propose(new Compact(floor), now + DEADLINE.toNanos())
            .thenAccept(proposal -> decided(floor, proposal));
  }

  private void decided(long floor, Proposal proposal) {
    boolean done = proposal instanceof Decided decided && !(decided.result() instanceof Refusal);
    if (done) {
      meters.done(1);
      failing.set(false);
    } else if (proposal instanceof Decided) {
      meters.refused(1);
    } else {
      meters.failed(1);
    }
    if (!done && failing.compareAndSet(false, true)) {
      LOG.atWarn()
          .addKeyValue("floor", floor)
          .addKeyValue("outcome", proposal)
          .log("history could not be compacted; it is tried again");
    }
    LOG.atDebug()
        .addKeyValue("floor", floor)
        .addKeyValue("outcome", proposal)
        .log("proposed to compact history");
    proposing.set(false);
  }

  /** Notes that are held, for tests of their bound. */
  int notes() {
    return notes.size();
  }

  private record Note(long nanos, long revision) {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Position;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Reads for watches that are behind: pages of an initial state, the ring, or the store's history,
 * on the pool's threads. A watch gets a bounded turn and then goes to the end of the queue, so that
 * one that is far behind delays no other for long.
 */
final class CatchUp {
  /** Changes that one turn looks at, but for those that end a revision. */
  static final int TURN_CHANGES = 1_000;

  private final Shared shared;
  private final Lives lives;

  CatchUp(Shared shared, Lives lives) {
    this.shared = shared;
    this.lives = lives;
  }

  /** How a turn ended. */
  sealed interface Outcome {}

  /** There is more, and room for it. */
  record More() implements Outcome {}

  /** It has seen everything that was there. */
  record Caught() implements Outcome {}

  /** Its stream takes no more now, or the watch is to stop. */
  record Blocked() implements Outcome {}

  /** It can't go on. */
  record Lost(long floor) implements Outcome {}

  /** Reads for {@code watcher}, which is {@link Watcher.State#READING}, until it has to wait. */
  void begin(Watcher watcher) {
    try {
      shared.pool().execute(() -> turn(watcher));
    } catch (RejectedExecutionException closing) {
      // The node stops, and its streams end with it.
      shared.inbox().execute(() -> lives.returned(watcher, new Blocked()));
    }
  }

  private void turn(Watcher watcher) {
    Outcome outcome = attempt(watcher);
    if (outcome instanceof More) {
      begin(watcher);
    } else {
      shared.inbox().execute(() -> lives.returned(watcher, outcome));
    }
  }

  private Outcome attempt(Watcher watcher) {
    try (Reading reading = shared.reading()) {
      return watcher.isStopping() || !watcher.stream().outlet().isReady()
          ? new Blocked()
          : read(watcher, reading);
    } catch (ReclaimedException gone) {
      return new Lost(gone.floor());
    } catch (RuntimeException e) {
      if (!shared.closing().get()) {
        shared.faults().fatal("reading for a watch failed", e);
      }
      return new Blocked();
    }
  }

  private Outcome read(Watcher watcher, Reading reading) {
    InitialState initial = watcher.initial().orElse(null);
    if (initial != null) {
      return page(watcher, initial, reading);
    }
    RingRevision recent = reading.recent(watcher.cursor().revision());
    Outcome outcome = recent == null ? history(watcher, reading) : ring(watcher, recent, reading);
    if (!(outcome instanceof Blocked) && watcher.isMarkDue() && watcher.cursor().index() == 0) {
      // A long way without a match must not look like a dead stream.
      watcher.mark(watcher.cursor().revision() - 1);
    }
    return outcome;
  }

  private static Outcome page(Watcher watcher, InitialState initial, Reading reading) {
    if (reading.snapshot().reclaimed() > initial.revision()) {
      throw new ReclaimedException(reading.snapshot().meta().floor());
    }
    Sent.Initial page = initial.next(reading.snapshot());
    if (page.last()) {
      watcher.told(initial.revision());
      watcher.initial(null);
    }
    watcher.send(page);
    return new More();
  }

  private static Outcome ring(Watcher watcher, RingRevision first, Reading reading) {
    long revision = first.revision();
    RingRevision recent = first;
    for (int seen = 0;
        recent != null && seen < TURN_CHANGES && watcher.pendingBytes() < Batch.ENOUGH_BYTES;
        recent = reading.recent(revision)) {
      for (Event event : recent.events()) {
        if (!offer(watcher, event, reading)) {
          return new Blocked();
        }
      }
      seen += recent.events().size();
      revision++;
    }
    return flushed(watcher, new Position(revision, 0), new More());
  }

  private Outcome history(Watcher watcher, Reading reading) {
    if (watcher.cursor().revision() > shared.feed().applied()) {
      return new Caught();
    }
    Turn turn = new Turn(watcher, reading);
    reading.scan(watcher.cursor(), turn::see);
    if (watcher.isBlocked()) {
      return new Blocked();
    }
    Position next =
        turn.next != null ? turn.next : new Position(reading.snapshot().meta().revision() + 1, 0);
    return flushed(watcher, next, new More());
  }

  private static Outcome flushed(Watcher watcher, Position next, Outcome done) {
    if (!watcher.flush()) {
      return new Blocked();
    }
    watcher.cursor(next);
    return done;
  }

  private static boolean offer(Watcher watcher, Event event, Reading reading) {
    Change change = event.change();
    boolean skipped =
        change.at().compareTo(watcher.cursor()) < 0
            || !watcher.spec().wants(change)
            || !watcher.spec().selector().selects(change.key())
            || watcher.maySkip(change, reading);
    return skipped || watcher.offer(event, reading);
  }

  /** One turn through the store's history. */
  private static final class Turn {
    private final Watcher watcher;
    private final Reading reading;
    private long revision;
    private int seen;

    /** Where the next turn begins; null when this one saw everything. */
    private @Nullable Position next;

    Turn(Watcher watcher, Reading reading) {
      this.watcher = watcher;
      this.reading = reading;
      revision = watcher.cursor().revision();
    }

    boolean see(Change change) {
      if (change.at().revision() != revision) {
        if (seen >= TURN_CHANGES || watcher.pendingBytes() >= Batch.ENOUGH_BYTES) {
          next = new Position(change.at().revision(), 0);
          return false;
        }
        revision = change.at().revision();
      }
      seen++;
      return offer(watcher, new Event(change, null), reading);
    }
  }
}

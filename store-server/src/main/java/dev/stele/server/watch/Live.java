// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Position;
import java.util.ArrayList;
import java.util.List;

/**
 * The watches that keep up: it takes each new revision once, finds those that it concerns, and
 * sends. Of the others none is touched. Only for the hub's thread.
 */
final class Live {
  /** Revisions that are delivered before anything else gets a turn. */
  static final int TURN_REVISIONS = 256;

  /** A watch that is no further behind is brought up to the hub's position at once. */
  static final int NEAR_REVISIONS = 256;

  private final Shared shared;
  private final RangeIndex<Watcher> index = new RangeIndex<>();
  private final List<Watcher> touched = new ArrayList<>();
  private long position;

  Live(Shared shared) {
    this.shared = shared;
    position = shared.feed().applied();
  }

  /** Everything through this revision was sent to all who stand in the index. */
  long position() {
    return position;
  }

  boolean hasNews() {
    return position < shared.feed().applied();
  }

  /** Delivers some of what is new; returns those whose streams took not all of it. */
  List<Watcher> deliver() {
    long until = Math.min(shared.feed().applied(), position + TURN_REVISIONS);
    if (index.isEmpty()) {
      until = shared.feed().applied();
    } else if (position < until) {
      try (Reading reading = shared.reading()) {
        long revision = position + 1;
        while (revision <= until) {
          revision = deliver(revision, until, reading);
        }
      }
    }
    List<Watcher> stuck = flush();
    position = until;
    shared.feed().delivered(until);
    return stuck;
  }

  /** Delivers some from {@code revision} on; returns the one that is next. */
  private long deliver(long revision, long until, Reading reading) {
    RingRevision recent = reading.recent(revision);
    if (recent != null) {
      recent.events().forEach(event -> deliver(event, reading));
      return revision + 1;
    }
    // So far behind, or so large, that the ring has lost it; what this position holds is kept. All
    // that follows in this turn is read along: to look for a place in history costs more.
    reading.scan(
        new Position(revision, 0),
        change -> {
          boolean due = change.at().revision() <= until;
          if (due) {
            deliver(new Event(change, null), reading);
          }
          return due;
        });
    return until + 1;
  }

  private void deliver(Event event, Reading reading) {
    index.find(
        event.change().key(),
        watcher -> {
          boolean first = !watcher.hasPending() && !watcher.isBlocked();
          boolean went = watcher.offer(event, reading);
          if (first && (watcher.hasPending() || !went)) {
            touched.add(watcher);
          }
        });
  }

  private List<Watcher> flush() {
    List<Watcher> stuck = new ArrayList<>();
    for (Watcher watcher : touched) {
      if (!watcher.isBlocked() && watcher.flush()) {
        continue;
      }
      if (watcher.state() == Watcher.State.LIVE) {
        leave(watcher);
        watcher.unblock();
        watcher.state(Watcher.State.BEHIND);
        stuck.add(watcher);
      }
    }
    touched.clear();
    return stuck;
  }

  /**
   * Brings {@code watcher} up to this position and takes it in; nothing is lost in between, because
   * nothing is delivered meanwhile. Returns false when it is too far behind, or its stream takes no
   * more: its cursor then stands at what it was not sent.
   */
  boolean join(Watcher watcher) {
    if (position - watcher.cursor().revision() >= NEAR_REVISIONS) {
      return false;
    }
    try (Reading reading = shared.reading()) {
      if (!bringUp(watcher, reading)) {
        watcher.unblock();
        return false;
      }
    } catch (ReclaimedException gone) {
      // The pool finds out what can still be read.
      watcher.retreat();
      return false;
    }
    watcher.state(Watcher.State.LIVE);
    for (KeyRange range : watcher.ranges()) {
      index.add(range, watcher);
    }
    return true;
  }

  private boolean bringUp(Watcher watcher, Reading reading) {
    for (long revision = watcher.cursor().revision(); revision <= position; revision++) {
      RingRevision recent = reading.recent(revision);
      if (recent == null) {
        watcher.retreat();
        return false;
      }
      for (Event event : recent.events()) {
        Change change = event.change();
        boolean selected = watcher.spec().selector().selects(change.key());
        if (selected && !watcher.offer(event, reading)) {
          return false;
        }
      }
    }
    if (!watcher.flush()) {
      return false;
    }
    if (watcher.cursor().revision() <= position) {
      watcher.cursor(new Position(position + 1, 0));
    }
    return true;
  }

  /** Takes {@code watcher} out of the index. */
  void leave(Watcher watcher) {
    for (KeyRange range : watcher.ranges()) {
      index.remove(range, watcher);
    }
  }

  /** Different ranges that are watched by those who keep up. */
  int ranges() {
    return index.ranges();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Position;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One watch: a cursor on history and an outlet.
 *
 * <p>It belongs to the hub's thread or, while {@link State#READING}, to one task of the catch-up
 * pool; it is handed over by the hub's inbox and the pool's queue. Fields that are read from
 * elsewhere are volatile.
 */
final class Watcher {
  /** Where a watch stands. */
  enum State {
    /** Waits to hear from where it may begin. */
    STARTING,
    /** Waits for its stream to take more. */
    BEHIND,
    /** A task of the pool reads for it. */
    READING,
    /** Stands in the index; its cursor is the hub's position, or ahead of it. */
    LIVE,
    ENDED
  }

  /** No mark is owed. */
  static final long NO_MARK = -1;

  private final WatchSpec spec;
  private final WatchStream stream;
  private final Shared shared;
  private final List<KeyRange> ranges;
  private final Batch batch = new Batch(this::send);

  private State state = State.STARTING;

  /** The first position that was not passed. What is live has passed more than it says. */
  private Position cursor = Position.NONE;

  private boolean blocked;
  private volatile long behindFrom;
  private volatile long told;
  private volatile boolean stopping;
  private long lastSentNanos;

  /** A mark goes out once this revision was delivered. */
  private long markAt = NO_MARK;

  private Marks.@Nullable Alarm alarm;

  private @Nullable InitialState initial;
  private Holds.@Nullable Hold hold;
  private NamedWatchers.@Nullable Seat seat;
  private @Nullable Problem end;

  Watcher(WatchSpec spec, WatchStream stream, Shared shared) {
    this.spec = spec;
    this.stream = stream;
    this.shared = shared;
    ranges =
        spec.selector().ranges().stream().sorted(Comparator.comparing(KeyRange::from)).toList();
    lastSentNanos = shared.ticker().nanos();
  }

  WatchSpec spec() {
    return spec;
  }

  WatchStream stream() {
    return stream;
  }

  /** In the order of the keys. */
  List<KeyRange> ranges() {
    return ranges;
  }

  State state() {
    return state;
  }

  void state(State next) {
    state = next;
  }

  Position cursor() {
    return cursor;
  }

  void cursor(Position next) {
    cursor = next;
    behindFrom = next.revision();
  }

  /** The cursor's revision, for onlookers. */
  long behindFrom() {
    return behindFrom;
  }

  /**
   * Takes an event that its selector has matched. Returns false when its stream takes no more: the
   * cursor then stands at what was not sent.
   *
   * @throws ReclaimedException when what stood before is needed and not there any more
   */
  boolean offer(Event event, Reading reading) {
    Change change = event.change();
    if (blocked) {
      return false;
    }
    if (change.at().compareTo(cursor) < 0 || !spec.wants(change)) {
      return true;
    }
    return passed(batch.add(change.at(), reading.encoded(event, spec.previous())));
  }

  /**
   * Whether, while it is behind, it may skip {@code change}. A revision of which a part may have
   * gone out is ended in any case.
   */
  boolean maySkip(Change change, Reading reading) {
    boolean begun = cursor.index() > 0 && change.at().revision() == cursor.revision();
    return spec.latestOnly() && !begun && reading.isReplaced(change);
  }

  /** Sends what was offered; false when its stream takes no more, as in {@link #offer}. */
  boolean flush() {
    return !blocked && passed(batch.flush());
  }

  private boolean passed(boolean went) {
    if (!went) {
      blocked = true;
      cursor(batch.first());
      batch.clear();
    }
    return went;
  }

  /** Goes back to what was offered and not sent. */
  void retreat() {
    if (!batch.isEmpty()) {
      cursor(batch.first());
      batch.clear();
    }
  }

  boolean hasPending() {
    return !batch.isEmpty();
  }

  long pendingBytes() {
    return batch.bytes();
  }

  boolean isBlocked() {
    return blocked;
  }

  void unblock() {
    blocked = false;
  }

  private boolean send(List<Bytes> events, boolean fragment, long through) {
    if (stopping || !stream.outlet().isReady()) {
      return false;
    }
    // Before it goes out: a report may come back at once.
    told = Math.max(told, through);
    shared.metrics().sent(events.size(), state == State.LIVE);
    send(new Sent.Events(events, fragment));
    return true;
  }

  /** Sends something of this watch. */
  void send(Sent message) {
    lastSentNanos = shared.ticker().nanos();
    stream.outlet().send(spec.id(), message);
  }

  /** Says that everything through {@code revision} was sent. */
  void mark(long revision) {
    told = Math.max(told, revision);
    send(new Sent.Progress(revision, shared.leader().isKnown()));
  }

  /** Whether nothing was sent for so long that a mark is due. */
  boolean isMarkDue() {
    return shared.ticker().nanos() - markDueNanos() >= 0;
  }

  long markDueNanos() {
    return lastSentNanos + TimeUnit.MILLISECONDS.toNanos(spec.progressMillis());
  }

  long markAt() {
    return markAt;
  }

  void markAt(long revision) {
    markAt = revision;
  }

  /** When it is looked at for its next mark. */
  Optional<Marks.Alarm> alarm() {
    return Optional.ofNullable(alarm);
  }

  void alarm(Marks.Alarm next) {
    alarm = next;
  }

  /** Everything through this revision was sent. */
  long told() {
    return told;
  }

  void told(long revision) {
    told = revision;
  }

  Optional<InitialState> initial() {
    return Optional.ofNullable(initial);
  }

  void initial(@Nullable InitialState state) {
    initial = state;
  }

  void hold(Holds.Hold held) {
    hold = held;
  }

  /** Lets go of what it held against reclaiming. */
  void releaseHold() {
    if (hold != null) {
      shared.feed().holds().release(hold);
      hold = null;
    }
  }

  Optional<NamedWatchers.Seat> seat() {
    return Optional.ofNullable(seat);
  }

  void seat(NamedWatchers.Seat taken) {
    seat = taken;
  }

  /** Tells the task that reads for it to come back soon, and remembers why. */
  void stop(@Nullable Problem why) {
    stopping = true;
    end = why;
  }

  boolean isStopping() {
    return stopping;
  }

  /** Why it was stopped; empty when it was asked to. */
  Optional<Problem> end() {
    return Optional.ofNullable(end);
  }
}

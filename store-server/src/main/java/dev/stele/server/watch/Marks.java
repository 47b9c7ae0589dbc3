// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Progress marks: those that are due because nothing else was sent, and those that were asked for.
 * Only for the hub's thread.
 *
 * <p>An alarm is not moved when something is sent: it is looked at when it goes off, so that events
 * cost it nothing.
 */
final class Marks {
  private final Shared shared;
  private final Live live;
  private final TreeSet<Alarm> alarms =
      new TreeSet<>(Comparator.comparingLong(Alarm::offsetNanos).thenComparingLong(Alarm::number));

  /** Those who asked for a mark behind what was not delivered then. */
  private final Set<Watcher> asked = new LinkedHashSet<>();

  /** Alarms are compared by their distance from here, so that the ticker may wrap. */
  private final long epochNanos;

  private long numbers;

  Marks(Shared shared, Live live) {
    this.shared = shared;
    this.live = live;
    epochNanos = shared.ticker().nanos();
  }

  /** When a watcher is looked at again; the number tells equal ones apart. */
  record Alarm(long offsetNanos, long number, Watcher watcher) {}

  void add(Watcher watcher) {
    set(watcher, watcher.markDueNanos());
  }

  private void set(Watcher watcher, long nanos) {
    Alarm alarm = new Alarm(nanos - epochNanos, numbers++, watcher);
    alarms.add(alarm);
    watcher.alarm(alarm);
  }

  void remove(Watcher watcher) {
    watcher.alarm().ifPresent(alarms::remove);
    asked.remove(watcher);
  }

  /** Nanoseconds until the next alarm; at most {@code most}. */
  long nanosToNext(long most) {
    if (alarms.isEmpty()) {
      return most;
    }
    long rest = alarms.first().offsetNanos() - (shared.ticker().nanos() - epochNanos);
    return Math.min(most, Math.max(0, rest));
  }

  /** Sends the marks that are due now. */
  void run() {
    long now = shared.ticker().nanos();
    while (!alarms.isEmpty() && alarms.first().offsetNanos() <= now - epochNanos) {
      Watcher watcher = alarms.pollFirst().watcher();
      if (watcher.isMarkDue()) {
        set(watcher, now + TimeUnit.MILLISECONDS.toNanos(watcher.spec().progressMillis()));
        ask(watcher, 0);
      } else {
        set(watcher, watcher.markDueNanos());
      }
    }
  }

  /** A mark goes out as soon as everything through {@code revision} was sent. */
  void ask(Watcher watcher, long revision) {
    watcher.markAt(Math.max(watcher.markAt(), revision));
    tryMark(watcher);
  }

  /** Sends the mark that {@code watcher} waits for, if it can go out now. */
  void tryMark(Watcher watcher) {
    // Who is behind is tried again when it has caught up.
    if (watcher.markAt() == Watcher.NO_MARK || watcher.state() != Watcher.State.LIVE) {
      return;
    }
    if (watcher.markAt() > live.position()) {
      asked.add(watcher);
    } else if (!watcher.stream().outlet().isReady()) {
      watcher.stream().unmarked().add(watcher);
    } else {
      watcher.markAt(Watcher.NO_MARK);
      watcher.mark(live.position());
    }
  }

  /** More was delivered. */
  void delivered() {
    if (!asked.isEmpty()) {
      retry(asked);
    }
  }

  /** The stream takes more. */
  void ready(WatchStream stream) {
    if (!stream.unmarked().isEmpty()) {
      retry(stream.unmarked());
    }
  }

  private void retry(Set<Watcher> waiting) {
    List<Watcher> tried = List.copyOf(waiting);
    waiting.clear();
    tried.forEach(this::tryMark);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.lease;

import dev.stele.server.lease.LeaseDesk.Turn;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Who waits for which lease. When one is free, whoever has waited longest gets a turn, alone: the
 * others hear nothing of it, so a lease that changes hands costs one proposal however many wait.
 *
 * <p>A turn lasts until its holder says that it is done, and at most until its deadline, when the
 * call that got it is over. Lines are not in the log: with the leadership they end, and those who
 * wait come again to the next leader with the time that they have waited, and so find their order
 * again. One thread changes them.
 */
final class WaitingLines {
  private static final Comparator<Waiter> BY_DEADLINE =
      (one, other) -> {
        long ahead = one.deadlineNanos() - other.deadlineNanos();
        return ahead != 0 ? Long.signum(ahead) : Long.compare(one.sequence(), other.sequence());
      };

  private final Map<String, WaitingLine> lines = new ConcurrentHashMap<>();

  /** All who wait, and all who have a turn. */
  private final TreeSet<Waiter> byDeadline = new TreeSet<>(BY_DEADLINE);

  private final Predicate<String> isHeld;
  private final ReignEffects effects;
  private long sequence;

  WaitingLines(Predicate<String> isHeld, ReignEffects effects) {
    this.isHeld = isHeld;
    this.effects = effects;
  }

  /** {@code waiter} begins to wait; it may be its turn at once. */
  void join(Waiter waiter) {
    WaitingLine line = lines.computeIfAbsent(waiter.name(), name -> new WaitingLine());
    if (line.isTurnOf(waiter)) {
      // The call that got the turn may have been lost; the write is the same, and decided once.
      waiter.sequence(sequence++);
      byDeadline.add(waiter);
      give(line, waiter);
      return;
    }
    line.takeEarlierTry(waiter)
        .ifPresent(
            earlier -> {
              byDeadline.remove(earlier);
              effects.answer(earlier, new Turn.Replaced());
            });
    if (line.length() >= LeaseDesk.MAX_WAITERS) {
      effects.answer(waiter, new Turn.Full());
      return;
    }
    waiter.sequence(sequence++);
    byDeadline.add(waiter);
    line.add(waiter);
    advance(waiter.name(), line);
  }

  /** {@code waiter} went away; nothing if it waits no longer. */
  void leave(Waiter waiter) {
    WaitingLine line = lines.get(waiter.name());
    if (line != null && line.take(waiter)) {
      byDeadline.remove(waiter);
      effects.answer(waiter, new Turn.Elsewhere());
      advance(waiter.name(), line);
    }
  }

  /** Nobody holds {@code name} any more. */
  void freed(String name) {
    WaitingLine line = lines.get(name);
    if (line != null) {
      advance(name, line);
    }
  }

  /** Ends the waits and the turns whose deadlines have passed at {@code ticks}. */
  void scan(long ticks) {
    while (!byDeadline.isEmpty() && ticks - byDeadline.first().deadlineNanos() >= 0) {
      Waiter late = byDeadline.pollFirst();
      WaitingLine line = lines.get(late.name());
      if (line.take(late)) {
        effects.answer(late, new Turn.Late());
      } else {
        line.end(late);
      }
      advance(late.name(), line);
    }
  }

  /** Tells all who wait that their place is elsewhere. */
  void end() {
    for (WaitingLine line : lines.values()) {
      for (Optional<Waiter> next = line.takeFirst(); next.isPresent(); next = line.takeFirst()) {
        effects.answer(next.get(), new Turn.Elsewhere());
      }
    }
    lines.clear();
    byDeadline.clear();
  }

  /** Who waits for {@code name}; any thread. */
  int length(String name) {
    WaitingLine line = lines.get(name);
    return line == null ? 0 : line.length();
  }

  private void advance(String name, WaitingLine line) {
    while (!line.isTaken() && !isHeld.test(name)) {
      Optional<Waiter> first = line.takeFirst();
      if (first.isEmpty()) {
        break;
      }
      give(line, first.get());
    }
    if (line.isIdle()) {
      lines.remove(name);
    }
  }

  /** Gives {@code waiter}, which {@link #byDeadline} still has, a turn, if it is still there. */
  private void give(WaitingLine line, Waiter waiter) {
    line.begin(waiter);
    Runnable done = () -> effects.later(() -> done(line, waiter));
    if (!effects.answer(waiter, new Turn.Yours(done))) {
      line.end(waiter);
      byDeadline.remove(waiter);
    }
  }

  private void done(WaitingLine line, Waiter waiter) {
    if (line.end(waiter)) {
      byDeadline.remove(waiter);
      advance(waiter.name(), line);
    }
  }
}

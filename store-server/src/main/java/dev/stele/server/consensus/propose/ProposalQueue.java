// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.propose;

import dev.stele.server.consensus.entry.EntryCodec;
import dev.stele.server.core.model.Limits;
import dev.stele.server.port.Origin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * What waits to be proposed, in an order that is fair by bytes to all origins: self-clocked fair
 * queueing (S. J. Golestani, "A Self-Clocked Fair Queueing Scheme for Broadband Applications",
 * INFOCOM 1994). Each command gets a turn: where the queue stands, or where its origin's last one
 * stands, plus its bytes. So those of one origin stay in order, and one small command does not wait
 * behind a flood of large ones. When there is no room, those with the latest turns make it: a flood
 * is turned away before anyone who asks for little.
 *
 * <p>Any thread adds; one thread gathers; the deadline sweep takes out what is late. The lock is
 * held for moments.
 */
final class ProposalQueue {
  /** Commands that may wait. */
  static final int MAX_COMMANDS = 8_192;

  /** Encoded bytes of the commands that may wait. */
  static final long MAX_BYTES = 32L << 20;

  private final Object lock = new Object();
  private final NavigableSet<Pending> line = new TreeSet<>(Pending.BY_TURN);

  /** Only of those who have something in the line: whoever has nothing begins where it stands. */
  private final Map<Origin, Flow> flows = new HashMap<>();

  private long standing;
  private long arrivals;

  /** Changed under the lock, read without. */
  private final AtomicInteger commands = new AtomicInteger();

  private final AtomicLong bytes = new AtomicLong();

  /** Of one origin. */
  private static final class Flow {
    int waiting;
    long lastTurn;
  }

  int commands() {
    return commands.get();
  }

  long bytes() {
    return bytes.get();
  }

  boolean isEmpty() {
    return commands.get() == 0;
  }

  /** How full it is, 0 to 1. */
  double fill() {
    return Math.max((double) commands() / MAX_COMMANDS, (double) bytes() / MAX_BYTES);
  }

  /**
   * Adds {@code pending}. Returns those that there is no room for: others, which had to make it, or
   * {@code pending} itself; mostly none.
   */
  List<Pending> offer(Pending pending) {
    synchronized (lock) {
      Flow flow = flows.get(pending.origin());
      long from = flow == null ? standing : Math.max(standing, flow.lastTurn);
      pending.line(from + cost(pending), arrivals++);
      List<Pending> displaced = List.of();
      if (!fits(1, pending.bytes())) {
        displaced = displaced(pending);
        if (displaced.isEmpty()) {
          return List.of(pending);
        }
        displaced.forEach(this::remove);
      }
      Flow joined = flows.computeIfAbsent(pending.origin(), unused -> new Flow());
      joined.waiting++;
      joined.lastTurn = pending.turn();
      line.add(pending);
      commands.incrementAndGet();
      bytes.addAndGet(pending.bytes());
      return displaced;
    }
  }

  /** Those behind {@code pending} that have to go for it; none when that is not enough. */
  private List<Pending> displaced(Pending pending) {
    List<Pending> displaced = new ArrayList<>(1);
    long freed = 0;
    for (Pending last : line.descendingSet()) {
      if (Pending.BY_TURN.compare(last, pending) < 0) {
        return List.of();
      }
      displaced.add(last);
      freed += last.bytes();
      if (fits(1 - displaced.size(), pending.bytes() - freed)) {
        return displaced;
      }
    }
    return List.of();
  }

  private boolean fits(int moreCommands, long moreBytes) {
    return commands() + moreCommands <= MAX_COMMANDS && bytes() + moreBytes <= MAX_BYTES;
  }

  /** The store's own work costs nothing: it is always next. */
  private static long cost(Pending pending) {
    return pending.origin().equals(Origin.STORE) ? 0 : pending.bytes();
  }

  /**
   * The next entry's commands: as many as wait and fit. Those that are late are put into {@code
   * dropped} instead, and those that nobody waits for any more.
   *
   * @param maxBytes of the entry; a first command that is larger goes alone
   */
  List<Pending> gather(long nowNanos, int maxBytes, List<Pending> dropped) {
    synchronized (lock) {
      List<Pending> gathered = new ArrayList<>(Math.min(commands(), Limits.ENTRY_MAX_COMMANDS));
      int room = maxBytes - EntryCodec.overheadBytes();
      while (!line.isEmpty() && gathered.size() < Limits.ENTRY_MAX_COMMANDS) {
        Pending head = line.first();
        if (head.bytes() > room && !gathered.isEmpty()) {
          break;
        }
        remove(head);
        standing = Math.max(standing, head.turn());
        if (head.isDone() || head.isLate(nowNanos)) {
          dropped.add(head);
        } else {
          gathered.add(head);
          room -= head.bytes();
        }
      }
      return gathered;
    }
  }

  /** Takes out all that {@code wanted} asks for. */
  List<Pending> takeOut(Predicate<Pending> wanted) {
    synchronized (lock) {
      List<Pending> out = new ArrayList<>(0);
      Iterator<Pending> all = line.iterator();
      while (all.hasNext()) {
        Pending pending = all.next();
        if (wanted.test(pending)) {
          all.remove();
          release(pending);
          out.add(pending);
        }
      }
      return out;
    }
  }

  private void remove(Pending pending) {
    line.remove(pending);
    release(pending);
  }

  private void release(Pending pending) {
    commands.decrementAndGet();
    bytes.addAndGet(-pending.bytes());
    Flow flow = flows.get(pending.origin());
    flow.waiting--;
    if (flow.waiting == 0) {
      flows.remove(pending.origin());
    } else if (flow.lastTurn == pending.turn()) {
      // It did not get its turn, so its origin has not had it either.
      flow.lastTurn -= cost(pending);
    }
  }
}

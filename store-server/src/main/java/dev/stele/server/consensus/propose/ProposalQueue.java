// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.propose;

import dev.stele.server.consensus.entry.EntryCodec;
import dev.stele.server.core.model.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * What waits to be proposed, in order of arrival. Any thread adds; one thread gathers; the deadline
 * sweep takes out what is late.
 */
final class ProposalQueue {
  /** Commands that may wait. */
  static final int MAX_COMMANDS = 8_192;

  /** Encoded bytes of the commands that may wait. */
  static final long MAX_BYTES = 32L << 20;

  private final ConcurrentLinkedQueue<Pending> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger commands = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  int commands() {
    return commands.get();
  }

  long bytes() {
    return bytes.get();
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  /** Adds {@code pending}, unless there is no room. */
  boolean offer(Pending pending) {
    // Both are reserved before they are looked at: two callers can't take the last place together.
    int count = commands.incrementAndGet();
    long size = bytes.addAndGet(pending.bytes());
    if (count > MAX_COMMANDS || size > MAX_BYTES) {
      release(pending);
      return false;
    }
    queue.add(pending);
    return true;
  }

  /**
   * The next entry's commands: as many as wait and fit. Those that are late are put into {@code
   * late} instead.
   */
  List<Pending> gather(long nowNanos, List<Pending> late) {
    List<Pending> gathered = new ArrayList<>(Math.min(commands.get(), Limits.ENTRY_MAX_COMMANDS));
    int room = Limits.ENTRY_MAX_BYTES - EntryCodec.overheadBytes();
    while (gathered.size() < Limits.ENTRY_MAX_COMMANDS) {
      Pending head = queue.peek();
      if (head == null || head.bytes() > room) {
        break;
      }
      boolean ours = head.take();
      // The sweep may have taken it, and remove it too: once is enough, twice does no harm.
      queue.remove(head);
      if (!ours) {
        continue;
      }
      release(head);
      if (head.isLate(nowNanos)) {
        late.add(head);
      } else {
        gathered.add(head);
        room -= head.bytes();
      }
    }
    return gathered;
  }

  /** Takes out all that {@code wanted} asks for. */
  List<Pending> takeOut(Predicate<Pending> wanted) {
    List<Pending> out = new ArrayList<>();
    queue.removeIf(pending -> wanted.test(pending) && pending.take() && out.add(pending));
    out.forEach(this::release);
    return out;
  }

  private void release(Pending pending) {
    commands.decrementAndGet();
    bytes.addAndGet(-pending.bytes());
  }
}

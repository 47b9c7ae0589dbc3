// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.session;

import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * The answers that a session keeps, by sequence. A value: what follows from it is another one.
 *
 * <p>Each write adds one answer at the end and drops a few at the beginning, with hundreds in
 * between, so both share their slots: a value only looks at its own part, and who adds behind it
 * takes the next free slot, which nobody looks at yet. A slot is taken once; whoever else follows
 * from the same value copies. One thread at a time makes new ones; any may read.
 */
final class Replies extends AbstractList<StoredReply> implements RandomAccess {
  private static final Replies NONE = new Replies(new Slots(0), 0, 0, 0, 0);
  private static final int FEW = 8;

  private final Slots slots;
  private final int from;
  private final int to;
  private final long sizeBytes;
  private final long hash;

  private Replies(Slots slots, int from, int to, long sizeBytes, long hash) {
    this.slots = slots;
    this.from = from;
    this.to = to;
    this.sizeBytes = sizeBytes;
    this.hash = hash;
  }

  private static final class Slots {
    final StoredReply[] replies;
    int taken;

    Slots(int capacity) {
      replies = new StoredReply[capacity];
    }
  }

  static Replies of(List<StoredReply> replies) {
    if (replies instanceof Replies same) {
      return same;
    }
    Replies all = NONE;
    for (StoredReply reply : replies) {
      all = all.with(Long.MIN_VALUE, reply);
    }
    return all;
  }

  /** Those at and beyond {@code mark}, and {@code decided}. */
  Replies with(long mark, StoredReply decided) {
    int first = from;
    long bytes = sizeBytes + decided.sizeBytes();
    long sum = hash + decided.hash();
    while (first < to && slots.replies[first].sequence() < mark) {
      bytes -= slots.replies[first].sizeBytes();
      sum -= slots.replies[first].hash();
      first++;
    }
    boolean isLast = first == to || slots.replies[to - 1].sequence() < decided.sequence();
    if (isLast && slots.taken == to && to < slots.replies.length) {
      slots.replies[to] = decided;
      slots.taken = to + 1;
      return new Replies(slots, first, to + 1, bytes, sum);
    }
    return copied(first, decided, bytes, sum);
  }

  /** With as much room again, so that copies become rare. */
  private Replies copied(int first, StoredReply decided, long bytes, long sum) {
    int kept = to - first;
    Slots copy = new Slots(2 * (kept + 1) + FEW);
    int place = kept;
    while (place > 0 && slots.replies[first + place - 1].sequence() > decided.sequence()) {
      place--;
    }
    System.arraycopy(slots.replies, first, copy.replies, 0, place);
    copy.replies[place] = decided;
    System.arraycopy(slots.replies, first + place, copy.replies, place + 1, kept - place);
    copy.taken = kept + 1;
    return new Replies(copy, 0, kept + 1, bytes, sum);
  }

  @Override
  public StoredReply get(int index) {
    return slots.replies[from + Objects.checkIndex(index, size())];
  }

  @Override
  public int size() {
    return to - from;
  }

  /** What all of them count against the bound of all sessions. */
  long sizeBytes() {
    return sizeBytes;
  }

  /** What all of them add to the state's hash. */
  long hash() {
    return hash;
  }
}

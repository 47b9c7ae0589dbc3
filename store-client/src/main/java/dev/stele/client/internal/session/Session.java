// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.session;

import com.google.protobuf.ByteString;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A window over the sequences of one session. Thread-safe, without locks.
 *
 * <p>Slot {@code n mod WINDOW} holds n once write n has left. Only the write itself ever puts it
 * there, and the mark passes n only where it stands, so the mark never passes a write that is under
 * way, nor a number that nobody has taken. It costs each write one step.
 */
final class Session {
  /** Sequences from the mark on that the store takes. A fixed number of the protocol. */
  static final int WINDOW = 256;

  /**
   * An idle session is not used again after this. The protocol would allow it, since each write has
   * a time of its own; but a fresh id needs no argument. Half of what the store remembers.
   */
  static final long RENEW_NANOS = TimeUnit.MINUTES.toNanos(30);

  private final ByteString id;
  private final AtomicLongArray left = new AtomicLongArray(WINDOW);
  private final AtomicLong next = new AtomicLong(1);
  private final AtomicLong mark = new AtomicLong(1);
  private volatile long usedNanos;

  Session(ByteString id, long nowNanos) {
    this.id = id;
    this.usedNanos = nowNanos;
  }

  ByteString id() {
    return id;
  }

  /** The next sequence; 0 when the window is full. */
  long take(long nowNanos) {
    long sequence = next.get();
    while (sequence < mark.get() + WINDOW) {
      if (next.compareAndSet(sequence, sequence + 1)) {
        if (nowNanos - usedNanos >= RENEW_NANOS / 2) {
          usedNanos = nowNanos;
        }
        return sequence;
      }
      sequence = next.get();
    }
    return 0;
  }

  /** Write {@code sequence} will not be sent again. */
  void leave(long sequence) {
    left.set(slot(sequence), sequence);
    long lowest = mark.get();
    while (left.get(slot(lowest)) == lowest) {
      mark.compareAndSet(lowest, lowest + 1);
      lowest = mark.get();
    }
  }

  /** All writes below it have left. */
  long mark() {
    return mark.get();
  }

  /** Whether it is idle and was for so long that a new one should take its place. */
  boolean isOver(long nowNanos) {
    return nowNanos - usedNanos >= RENEW_NANOS && mark.get() == next.get();
  }

  private static int slot(long sequence) {
    return (int) (sequence & (WINDOW - 1));
  }
}

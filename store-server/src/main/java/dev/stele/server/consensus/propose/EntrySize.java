// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.propose;

import dev.stele.server.core.model.Limits;
import java.util.concurrent.TimeUnit;

/**
 * How large the next entry may be, so that what is in flight does not stand before everybody for
 * long. Each entry that takes long, and longer than entries take here anyway, halves it; each full
 * one that does not doubles it. The least still holds {@value Limits#ENTRY_MAX_COMMANDS} small
 * commands: only large bodies ever feel it. Thread-safe.
 */
final class EntrySize {
  /** The least, in bytes. */
  static final int MIN_BYTES = 128 << 10;

  /** An entry that is decided within this time is quick enough. */
  static final long QUICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** One that is not decided within this time may be too large. */
  static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(40);

  /** A disk or a network that is slow by itself gets no quicker by smaller entries. */
  private static final int TIMES_USUAL = 2;

  /** What is usual is the quickest of late: it is forgotten by one part in so many an entry. */
  private static final int FORGET_PART = 64;

  private int bytes = Limits.ENTRY_MAX_BYTES;
  private long usualNanos = Long.MAX_VALUE;

  /** Bytes that the next entry may have; a command that is larger goes alone. */
  synchronized int bytes() {
    return bytes;
  }

  /** An entry of {@code size} bytes was decided {@code nanos} after it was handed to the log. */
  synchronized void decided(int size, long nanos) {
    usualNanos = usualNanos == Long.MAX_VALUE ? nanos : usualNanos + usualNanos / FORGET_PART;
    usualNanos = Math.min(usualNanos, nanos);
    if (nanos > SLOW_NANOS && nanos / TIMES_USUAL > usualNanos) {
      bytes = Math.max(MIN_BYTES, bytes / 2);
    } else if (nanos <= QUICK_NANOS && size > bytes / 2) {
      bytes = Math.min(Limits.ENTRY_MAX_BYTES, bytes * 2);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.janitor;

import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Position;

/** One drain that is counted: a claim, at one epoch, since one change of it. */
final class Drain {
  private final Key key;
  private final long epoch;
  private final Position since;
  private final long sequence;
  private long lookNanos;
  private int tries;

  /**
   * @param since the change that began it, or gave it another deadline
   * @param sequence in which it was seen: of those that are due at a time, the first goes first
   * @param dueNanos when its time is over
   */
  Drain(Key key, long epoch, Position since, long sequence, long dueNanos) {
    this.key = key;
    this.epoch = epoch;
    this.since = since;
    this.sequence = sequence;
    this.lookNanos = dueNanos;
  }

  Key key() {
    return key;
  }

  long epoch() {
    return epoch;
  }

  Position since() {
    return since;
  }

  long sequence() {
    return sequence;
  }

  /** When its end is to be proposed. */
  long lookNanos() {
    return lookNanos;
  }

  /** How often that came to nothing. */
  int tries() {
    return tries;
  }

  /** It came to nothing, and is to be tried again at {@code nanos}. */
  void retryAt(long nanos) {
    tries++;
    lookNanos = nanos;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench;

import dev.stele.bench.Target.Found;
import java.util.BitSet;
import java.util.OptionalLong;

/**
 * What became of the writes of one key. One client writes it, one write at a time, and each write
 * is told apart by its value, so the key's history decides what happened: every acknowledged write
 * once, every refused one never, and one of unknown outcome once or never.
 *
 * <p>Not thread-safe: its client's turns and the final check follow one another.
 */
final class Ledger {
  private final BitSet unknown = new BitSet();
  private final BitSet refused = new BitSet();
  private int sequence;
  private long ackedRevision = -1;
  private boolean wentBack;

  /** Names the next write. */
  int next() {
    return sequence++;
  }

  void acknowledge(long revision) {
    // The writes of one key follow one another, so their revisions must grow.
    wentBack |= revision <= ackedRevision;
    ackedRevision = Math.max(ackedRevision, revision);
  }

  void leaveUnknown(int written) {
    unknown.set(written);
  }

  void refuse(int written) {
    refused.set(written);
  }

  long acknowledged() {
    return (long) sequence - unknown.cardinality() - refused.cardinality();
  }

  /** Looks at the key's history once every write has ended. */
  Look look(long run) {
    return new Look(run);
  }

  /** The key's changes, newest first, and then the verdict. */
  final class Look {
    private final long run;
    private final BitSet seen = new BitSet();
    private boolean twice;
    private boolean beforeThisRun;
    private boolean foreign;

    private Look(long run) {
      this.run = run;
    }

    void visit(Found change) {
      OptionalLong written = Stamp.sequence(run, change.value());
      if (written.isEmpty()) {
        // What stood there before this run may be there, but nothing of it behind this run's.
        foreign |= seen.isEmpty() && acknowledged() > 0;
        beforeThisRun = true;
        return;
      }
      foreign |= beforeThisRun;
      int which = (int) written.getAsLong();
      twice |= seen.get(which);
      seen.set(which);
    }

    Verdict verdict() {
      if (foreign) {
        return Verdict.FOREIGN;
      }
      if (wentBack) {
        return Verdict.WENT_BACK;
      }
      if (twice) {
        return Verdict.TWICE;
      }
      if (seen.intersects(refused) || seen.length() > sequence) {
        return Verdict.PHANTOM;
      }
      BitSet missing = new BitSet();
      missing.set(0, sequence);
      missing.andNot(seen);
      missing.andNot(refused);
      missing.andNot(unknown);
      return missing.isEmpty() ? Verdict.KEPT : Verdict.LOST;
    }

    /** Writes of unknown outcome that took effect. */
    int unknownDone() {
      BitSet done = (BitSet) unknown.clone();
      done.and(seen);
      return done.cardinality();
    }

    /** Writes of unknown outcome that did not take effect. */
    int unknownNotDone() {
      return unknown.cardinality() - unknownDone();
    }
  }

  /** How a key was found. */
  enum Verdict {
    /** Every acknowledged write once, in order; no refused one. */
    KEPT,
    /** An acknowledged write is not there. */
    LOST,
    /** A write took effect twice. */
    TWICE,
    /** A write that was reported as not done is there. */
    PHANTOM,
    /** Somebody else writes the same keys: nothing can be said. */
    FOREIGN,
    /** A later write got a lower or equal revision. */
    WENT_BACK
  }
}

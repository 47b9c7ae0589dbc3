// SPDX-License-Identifier: Apache-2.0
package dev.stele.bench;

import dev.stele.bench.Target.Found;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What became of the writes of one key. One client writes it, one write at a time, so that the
 * state which a later read may find is decidable: the acknowledged write with the highest revision,
 * or any whose outcome is unknown (such a write may take effect at any later time, so behind
 * acknowledged ones too).
 *
 * <p>Not thread-safe: its client's turns and the final check follow one another.
 */
final class Ledger {
  private final Set<Long> unknown = new HashSet<>();
  private long sequence;
  private long acknowledged;
  private long ackedSequence = -1;
  private long ackedRevision = -1;
  private boolean wentBack;

  /** Names the next write. */
  long next() {
    return sequence++;
  }

  void acknowledge(long written, long revision) {
    acknowledged++;
    // The writes of one key follow one another, so their revisions must grow.
    wentBack |= revision <= ackedRevision;
    if (revision > ackedRevision) {
      ackedRevision = revision;
      ackedSequence = written;
    }
  }

  void leaveUnknown(long written) {
    unknown.add(written);
  }

  long acknowledged() {
    return acknowledged;
  }

  /** Whether a read may find this once every write has ended. */
  Verdict judge(long run, Optional<Found> found) {
    if (wentBack) {
      return Verdict.WENT_BACK;
    }
    if (found.isEmpty()) {
      return ackedSequence < 0 ? Verdict.KEPT : Verdict.LOST;
    }
    Found fact = found.get();
    OptionalLong written = Stamp.sequence(run, fact.value());
    if (written.isEmpty()) {
      // What stood there before this run may stay there as long as nothing was acknowledged.
      return ackedSequence < 0 ? Verdict.KEPT : Verdict.FOREIGN;
    }
    if (written.getAsLong() == ackedSequence && fact.revision() == ackedRevision) {
      return Verdict.KEPT;
    }
    if (fact.revision() > ackedRevision && unknown.contains(written.getAsLong())) {
      return Verdict.KEPT;
    }
    return fact.revision() > ackedRevision ? Verdict.PHANTOM : Verdict.LOST;
  }

  /** How a key was found. */
  enum Verdict {
    /** As acknowledged, or overwritten by a write whose outcome is unknown. */
    KEPT,
    /** The last acknowledged write is not there. */
    LOST,
    /** A write that was reported as not done is there. */
    PHANTOM,
    /** Somebody else writes the same keys: nothing can be said. */
    FOREIGN,
    /** A later write got a lower or equal revision. */
    WENT_BACK
  }
}

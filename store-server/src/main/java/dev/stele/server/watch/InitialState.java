// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.KeyRange;
import dev.stele.server.core.model.Limits;
import dev.stele.server.core.read.FactPage;
import dev.stele.server.port.StateStore;
import java.util.List;

/** How far a watch has read its initial state. One thread at a time. */
final class InitialState {
  private final long revision;
  private final List<KeyRange> ranges;
  private int range;
  private KeyRange rest;

  /**
   * @param ranges in the order of their keys, at least one
   */
  InitialState(long revision, List<KeyRange> ranges) {
    this.revision = revision;
    this.ranges = ranges;
    rest = ranges.get(0);
  }

  /** The one revision of all pages. */
  long revision() {
    return revision;
  }

  /** The next page; {@link Sent.Initial#last} is then true for the last one. */
  Sent.Initial next(StateStore.Snapshot snapshot) {
    FactPage page =
        snapshot.meta().revision() == revision
            ? FactPage.read(snapshot, rest, Limits.PAGE_MAX_FACTS, false)
            : FactPage.readAt(snapshot, snapshot, revision, rest, Limits.PAGE_MAX_FACTS, false);
    List<Fact> facts = page.facts();
    if (page.more()) {
      rest = rest.after(facts.get(facts.size() - 1).key());
      return new Sent.Initial(revision, facts, false);
    }
    range++;
    if (range < ranges.size()) {
      rest = ranges.get(range);
      return new Sent.Initial(revision, facts, false);
    }
    return new Sent.Initial(revision, facts, true);
  }
}

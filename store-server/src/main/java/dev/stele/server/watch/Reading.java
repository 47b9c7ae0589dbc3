// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Position;
import dev.stele.server.core.model.Row;
import dev.stele.server.core.view.History;
import dev.stele.server.port.StateStore;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One look at history: the ring and, once it is needed, one snapshot of the store, which tells how
 * far history was reclaimed and shows the rest of it as of the same moment. One thread; short.
 */
final class Reading implements AutoCloseable {
  private final StateStore store;
  private final Ring ring;
  private final EventEncoder encoder;
  private StateStore.@Nullable Snapshot snapshot;

  Reading(StateStore store, Ring ring, EventEncoder encoder) {
    this.store = store;
    this.ring = ring;
    this.encoder = encoder;
  }

  StateStore.Snapshot snapshot() {
    StateStore.Snapshot open = snapshot;
    if (open == null) {
      open = store.snapshot();
      snapshot = open;
    }
    return open;
  }

  /** The revision, whole, if the ring has it. */
  @Nullable RingRevision recent(long revision) {
    return ring.get(revision);
  }

  /**
   * Shows the changes from {@code from} on, as the store has them.
   *
   * @throws ReclaimedException when some of them are not there any more
   */
  void scan(Position from, History.ChangeVisitor visitor) {
    requireKept(from.revision());
    snapshot().scanChanges(from, visitor);
  }

  /**
   * Makes sure that {@code revision} and all behind it can be read, with what stood before each.
   *
   * @throws ReclaimedException when not
   */
  void requireKept(long revision) {
    if (revision <= snapshot().reclaimed()) {
      throw new ReclaimedException(snapshot().meta().floor());
    }
  }

  /**
   * What is sent of {@code event}.
   *
   * @throws ReclaimedException when what stood before it is not there any more
   */
  Bytes encoded(Event event, boolean previous) {
    return previous ? event.withPrevious(encoder, this::previous) : event.alone(encoder);
  }

  private Optional<Fact> previous(Change change) {
    if (change.previous().equals(Position.NONE) || change.before().isPresent()) {
      return change.before().flatMap(Reading::fact);
    }
    Position at = change.previous();
    RingRevision recent = ring.get(at.revision());
    if (recent != null) {
      return fact(recent.events().get(at.index()).change().row());
    }
    // Behind what was reclaimed there are no holes.
    requireKept(change.at().revision());
    return snapshot().before(change).flatMap(Reading::fact);
  }

  private static Optional<Fact> fact(Row row) {
    return row instanceof Fact fact ? Optional.of(fact) : Optional.empty();
  }

  /** Whether the key was changed again behind {@code change}. */
  boolean isReplaced(Change change) {
    return snapshot()
        .row(change.key())
        .map(Row::modified)
        .filter(modified -> modified.compareTo(change.at()) > 0)
        .isPresent();
  }

  @Override
  public void close() {
    if (snapshot != null) {
      snapshot.close();
    }
  }
}

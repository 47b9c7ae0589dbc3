// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The last revisions, shared by all who watch. One thread writes and waits for nobody; any thread
 * reads without waiting, and finds a revision whole or not at all.
 *
 * <p>Bounded in revisions and in bytes. What events are encoded as is counted when it is made; the
 * room for it is made when the next revision comes.
 */
final class Ring {
  /** What an event costs beside its key and body, about: change, fact, key, revision, weight. */
  private static final int EVENT_BYTES = 300;

  private final AtomicReferenceArray<@Nullable RingRevision> slots;
  private final int mask;
  private final long maxBytes;
  private final AtomicLong bytes = new AtomicLong();

  /** Of the writer: the revisions that may be there are those from here to {@link #next}. */
  private long oldest = 1;

  private long next = 1;

  Ring(int revisions, long maxBytes) {
    this.slots = new AtomicReferenceArray<>(revisions);
    this.mask = revisions - 1;
    this.maxBytes = maxBytes;
  }

  /** Adds the changes of {@code revision}, which follows the one before. */
  void add(long revision, List<Change> changes) {
    if (revision != next) {
      dropThrough(next - 1);
      oldest = revision;
    }
    next = revision + 1;
    dropThrough(revision - slots.length());
    long needed = 0;
    for (int i = 0; i < changes.size(); i++) {
      needed += EVENT_BYTES + sizeBytes(changes.get(i));
    }
    while (oldest < revision && bytes.get() + needed > maxBytes) {
      dropThrough(oldest);
    }
    if (needed <= maxBytes) {
      Weight weight = new Weight(bytes, needed);
      slots.set(
          (int) (revision & mask), new RingRevision(revision, events(changes, weight), weight));
    }
  }

  /**
   * Nearly all revisions have one change, and there are many of them: they take as little as can
   * be.
   */
  private static List<Event> events(List<Change> changes, Weight weight) {
    if (changes.size() == 1) {
      return List.of(new Event(changes.get(0), weight));
    }
    List<Event> events = new ArrayList<>(changes.size());
    for (int i = 0; i < changes.size(); i++) {
      events.add(new Event(changes.get(i), weight));
    }
    return events;
  }

  private static long sizeBytes(Change change) {
    long carried = change.before().isPresent() ? sizeBytes(change.before().get()) : 0;
    return carried + sizeBytes(change.row());
  }

  private static long sizeBytes(Row row) {
    return row instanceof Fact fact ? fact.sizeBytes() : row.key().bytes().length();
  }

  private void dropThrough(long revision) {
    for (; oldest <= revision; oldest++) {
      RingRevision dropped = slots.getAndSet((int) (oldest & mask), null);
      if (dropped != null) {
        dropped.weight().release();
      }
    }
  }

  /** The revision, whole; null when it is not there, or not any more. */
  @Nullable RingRevision get(long revision) {
    RingRevision found = slots.get((int) (revision & mask));
    return found != null && found.revision() == revision ? found : null;
  }

  /** What is held now. */
  long bytes() {
    return bytes.get();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.watch;

import com.google.protobuf.ByteString;
import dev.stele.client.Fact;
import dev.stele.client.FactKey;
import dev.stele.client.Keys;
import dev.stele.client.WatchBatch;
import dev.stele.client.WatchEvent;
import dev.stele.client.WatchInitial;
import dev.stele.client.WatchProgress;
import dev.stele.client.error.CorruptException;
import dev.stele.client.error.Reason;
import dev.stele.client.internal.facts.Answers;
import dev.stele.proto.v1.InitialFacts;
import dev.stele.proto.v1.WatchEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes of what nodes send, over any number of streams, one sequence: checks that each goes on
 * where the last one ended, gathers revisions, and drops what was cut off half-way. What breaks a
 * promise is a {@link CorruptException}. Not thread-safe.
 *
 * <p>What can be known of continuity: a node numbers the first revision of a stream, revisions
 * grow, a split one goes on in the next message, and a mark is never behind what came before it.
 * Revisions that don't match the selector are not sent, so a missing one can't be told.
 */
final class Sequence {
  private static final int UNKNOWN = -1;

  private final boolean latestOnly;
  private boolean initial;
  private long received = UNKNOWN;
  private long pagesRevision;
  private boolean anyPage;
  private ByteString lastKey = ByteString.EMPTY;
  private long open;
  private boolean split;
  private final List<WatchEvent> gathered = new ArrayList<>();
  private long gatheredBytes;
  // Of a revision that is too large to be gathered: how much of it was handed over, and how much of
  // that comes again on this stream.
  private long partialRevision;
  private long partialEvents;
  private long toSkip;

  Sequence(Start start, boolean latestOnly) {
    this.latestOnly = latestOnly;
    initial = start == Start.Initial.INSTANCE;
    if (start instanceof Start.From from) {
      received = from.revision() - 1;
    }
  }

  /** Everything through this was received whole; -1 when nothing is known yet. */
  long received() {
    return received;
  }

  /** Whether the first facts are not complete yet. */
  boolean isInitial() {
    return initial;
  }

  /** Where the next stream is to begin. */
  Start next() {
    if (initial) {
      return Start.Initial.INSTANCE;
    }
    return received == UNKNOWN ? Start.Now.INSTANCE : new Start.From(received + 1);
  }

  /** All facts come next, whatever came before. */
  void beginAnew() {
    initial = true;
    partialRevision = 0;
    partialEvents = 0;
  }

  /** A stream begins: what was not whole on the last one comes again. */
  void reset() {
    anyPage = false;
    pagesRevision = 0;
    lastKey = ByteString.EMPTY;
    open = 0;
    split = false;
    gathered.clear();
    gatheredBytes = 0;
    toSkip = latestOnly ? 0 : partialEvents;
  }

  /** A node has begun the watch. */
  void created(long nextRevision) {
    if (initial) {
      return;
    }
    if (received == UNKNOWN && nextRevision >= 1) {
      received = nextRevision - 1;
    } else if (nextRevision != received + 1) {
      throw broken("it begins at " + nextRevision + " and not at " + (received + 1));
    }
  }

  /** A page of the first facts. */
  List<Delivery> page(InitialFacts message, String node) {
    if (!initial) {
      throw broken("a page of first facts that were not asked for, or after the last");
    }
    if (anyPage && message.getRevision() != pagesRevision) {
      throw broken("a page of " + message.getRevision() + " after one of " + pagesRevision);
    }
    if (message.getRevision() < received) {
      throw broken("first facts of " + message.getRevision() + " after revision " + received);
    }
    List<Fact<byte[]>> facts = new ArrayList<>(message.getFactsCount());
    for (dev.stele.proto.v1.Fact fact : message.getFactsList()) {
      facts.add(first(fact, message.getRevision()));
    }
    boolean first = !anyPage;
    anyPage = true;
    pagesRevision = message.getRevision();
    if (message.getLast()) {
      initial = false;
      received = message.getRevision();
    }
    return List.of(
        new Delivery.Page(
            new WatchInitial(message.getRevision(), facts, first, message.getLast(), node)));
  }

  private Fact<byte[]> first(dev.stele.proto.v1.Fact fact, long revision) {
    int order = ByteString.unsignedLexicographicalComparator().compare(lastKey, fact.getKey());
    if (order >= 0) {
      throw broken("facts out of the order of their keys: " + fact.getKey().toStringUtf8());
    }
    lastKey = fact.getKey();
    if (fact.getModRevision() > revision) {
      throw broken("a fact of " + fact.getModRevision() + " among those of " + revision);
    }
    return Answers.rawFact(fact);
  }

  /** Events. */
  List<Delivery> events(WatchEvents message, String node) {
    if (initial) {
      throw broken("events before the last of the first facts");
    }
    List<Delivery> deliveries = new ArrayList<>();
    for (dev.stele.proto.v1.WatchEvent event : message.getEventsList()) {
      add(event, node, deliveries);
    }
    split = message.getFragment();
    if (split && gatheredBytes > WatchBatch.MAX_BYTES) {
      partialRevision = open;
      partialEvents += gathered.size();
      deliveries.add(batch(true, node));
    } else if (!split) {
      finish(node, deliveries);
    }
    return deliveries;
  }

  private void add(dev.stele.proto.v1.WatchEvent event, String node, List<Delivery> deliveries) {
    long revision = event.getFact().getModRevision();
    if (revision != open) {
      if (split) {
        throw broken("revision " + open + " breaks off before " + revision);
      }
      finish(node, deliveries);
      if (revision <= received) {
        throw broken("revision " + revision + " after " + received);
      }
      if (toSkip > 0 && revision != partialRevision) {
        throw broken("revision " + revision + " comes and the rest of " + partialRevision + " not");
      }
      open = revision;
    }
    split = false;
    if (toSkip > 0) {
      toSkip--;
    } else {
      gathered.add(event(event, revision));
      gatheredBytes += event.getSerializedSize();
    }
  }

  /** The open revision is whole. */
  private void finish(String node, List<Delivery> deliveries) {
    if (open == 0) {
      return;
    }
    if (toSkip > 0) {
      throw broken("revision " + open + " is shorter than it was");
    }
    received = open;
    if (!gathered.isEmpty() || partialEvents > 0) {
      deliveries.add(batch(false, node));
    }
    open = 0;
    partialRevision = 0;
    partialEvents = 0;
  }

  private Delivery batch(boolean partial, String node) {
    Delivery batch = new Delivery.Batch(new WatchBatch(open, gathered, partial, node));
    gathered.clear();
    gatheredBytes = 0;
    return batch;
  }

  private WatchEvent event(dev.stele.proto.v1.WatchEvent event, long revision) {
    dev.stele.proto.v1.Fact message = event.getFact();
    FactKey<byte[]> key = Keys.raw(message.getKey().toStringUtf8());
    boolean put = event.getType() == dev.stele.proto.v1.WatchEvent.Type.PUT;
    return new WatchEvent(
        put ? WatchEvent.Type.PUT : WatchEvent.Type.DELETE,
        key,
        revision,
        put ? Optional.of(Answers.rawFact(message)) : Optional.empty(),
        event.hasPrevious() ? Optional.of(previous(event, revision)) : Optional.empty());
  }

  private Fact<byte[]> previous(dev.stele.proto.v1.WatchEvent event, long revision) {
    dev.stele.proto.v1.Fact previous = event.getPrevious();
    if (!previous.getKey().equals(event.getFact().getKey())
        || previous.getModRevision() >= revision) {
      throw broken("what stood before revision " + revision + " is of another key, or not before");
    }
    return Answers.rawFact(previous);
  }

  /** A mark. */
  List<Delivery> progress(dev.stele.proto.v1.WatchProgress message, String node) {
    long revision = message.getRevision();
    if (initial || split) {
      throw broken("a mark at " + revision + " amid what is not whole");
    }
    if (revision < received) {
      throw broken("a mark at " + revision + " behind revision " + received);
    }
    if (toSkip > 0 && revision >= partialRevision) {
      throw broken("a mark at " + revision + " before the rest of " + partialRevision);
    }
    received = revision;
    return List.of(new Delivery.Mark(new WatchProgress(revision, message.getLeaderKnown(), node)));
  }

  private static CorruptException broken(String what) {
    return new CorruptException(
        Reason.CORRUPT, "the watch breaks its promise: " + what, null, null);
  }
}

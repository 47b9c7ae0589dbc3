// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.model.Bytes;
import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Ways to serve watches wrongly, each of which the judge must find. */
enum Mutant {
  NONE,
  RESUMES_ONE_TOO_LATE,
  RESUMES_ONE_TOO_EARLY,
  DROPS_AN_EVENT,
  REPEATS_AN_EVENT,
  SWAPS_EVENTS,
  MARKS_AHEAD,
  SPLITS_A_REVISION,
  WRONG_PREVIOUS,
  COMPACTED_FOR_NOTHING,
  LOSES_A_FACT;

  /** Messages that stay as they are before one is spoilt. */
  private static final int EVERY = 5;

  /** What reaches the hub instead of {@code spec}. */
  WatchSpec spoil(WatchSpec spec) {
    if (!(spec.start() instanceof WatchSpec.From from)) {
      return spec;
    }
    long revision =
        switch (this) {
          case RESUMES_ONE_TOO_LATE -> from.revision() + 1;
          case RESUMES_ONE_TOO_EARLY -> Math.max(1, from.revision() - 1);
          default -> from.revision();
        };
    return new WatchSpec(
        spec.id(),
        spec.selector(),
        spec.kinds(),
        new WatchSpec.From(revision),
        spec.puts(),
        spec.deletes(),
        spec.previous(),
        spec.latestOnly(),
        spec.progressMillis(),
        spec.stayWithoutLeader(),
        spec.watcher());
  }

  /**
   * What reaches the watcher instead of {@code message}.
   *
   * @param asked what it asked for
   * @param count messages before it
   */
  List<Sent> spoil(Sent message, WatchSpec asked, int count) {
    if (message instanceof Sent.Created && asked.start() instanceof WatchSpec.From from) {
      return List.of(new Sent.Created(from.revision()));
    }
    if (this == LOSES_A_FACT && message instanceof Sent.Initial page && !page.facts().isEmpty()) {
      List<Fact> facts = page.facts().subList(1, page.facts().size());
      return List.of(new Sent.Initial(page.revision(), facts, page.last()));
    }
    if (count % EVERY != EVERY - 1) {
      return List.of(message);
    }
    if (message instanceof Sent.Events events) {
      return events(events);
    }
    if (this == MARKS_AHEAD && message instanceof Sent.Progress mark) {
      return List.of(new Sent.Progress(mark.revision() + 1, mark.leaderKnown()));
    }
    return List.of(message);
  }

  private List<Sent> events(Sent.Events message) {
    List<Bytes> events = new ArrayList<>(message.events());
    int last = events.size() - 1;
    switch (this) {
      case DROPS_AN_EVENT -> events.remove(last);
      case REPEATS_AN_EVENT -> events.add(events.get(last));
      case SWAPS_EVENTS -> Collections.swap(events, 0, last);
      case SPLITS_A_REVISION -> {
        return last == 0
            ? List.of(message)
            : List.of(
                new Sent.Events(events.subList(0, last), false),
                new Sent.Events(events.subList(last, last + 1), message.fragment()));
      }
      case COMPACTED_FOR_NOTHING -> {
        return List.of(new Sent.Ended(Optional.of(Problem.compacted("", 1, 0))));
      }
      default -> {
        return List.of(message);
      }
    }
    return events.isEmpty() ? List.of() : List.of(new Sent.Events(events, message.fragment()));
  }

  /** The encoder that a node works with. */
  EventEncoder encoder() {
    SimEncoder right = new SimEncoder();
    if (this != WRONG_PREVIOUS) {
      return right;
    }
    return new EventEncoder() {
      @Override
      public Bytes event(Change change) {
        return right.event(change);
      }

      @Override
      public Bytes event(Change change, Optional<Fact> previous) {
        // What stands after the change is taken for what stood before.
        Fact after = change.row() instanceof Fact fact ? fact : null;
        return right.event(change, Optional.ofNullable(after));
      }
    };
  }
}

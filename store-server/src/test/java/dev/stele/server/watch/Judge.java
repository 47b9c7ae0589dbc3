// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.model.Change;
import dev.stele.server.core.model.Fact;
import dev.stele.server.core.model.Key;
import dev.stele.server.core.model.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Holds what one watch was told against what was committed (G4). It knows the protocol and the
 * truth, and nothing of how watches are served.
 */
final class Judge {
  private static final int MESSAGE_BYTES = 1 << 20;

  /** What was asked for. */
  record Asked(
      String start,
      long from,
      List<String> prefixes,
      boolean puts,
      boolean deletes,
      boolean previous,
      boolean latestOnly,
      boolean stay) {
    boolean selects(Change change) {
      return selects(change.key()) && (change instanceof Change.Put ? puts : deletes);
    }

    boolean selects(Key key) {
      return prefixes.stream().anyMatch(key.toString()::startsWith);
    }
  }

  sealed interface Said {}

  record Created(long next) implements Said {}

  record Page(long revision, List<String> facts, boolean last) implements Said {}

  record Events(List<Event> events, boolean fragment) implements Said {}

  /**
   * An event as a watcher sees it.
   *
   * @param body its revision and name; empty for a delete
   * @param previous likewise; empty when it says that there was none
   */
  record Event(
      boolean put,
      String key,
      long revision,
      String body,
      boolean tellsPrevious,
      String previous,
      int bytes) {}

  record Mark(long revision, boolean leaderKnown) implements Said {}

  record Refused(String reason, long floor) implements Said {}

  record Ended(String reason, long floor) implements Said {}

  /** The end of the test: everything is applied, delivered and marked. */
  record Drained() implements Said {}

  /** What the node stood at when something was said. */
  record Moment(long applied, long floor, boolean lonely) {}

  private final Truth truth;
  private final Asked asked;
  private final long acknowledged;
  private final List<String> wrong = new ArrayList<>();
  private final List<String> stood = new ArrayList<>();
  private final List<Change> expected = new ArrayList<>();
  private Position known = Position.NONE;
  private int passed;
  private long begin;
  private long next;
  private long marked;
  private long open;
  private long openBytes;
  private boolean fragmented;
  private boolean created;
  private boolean paged;
  private boolean over;
  private boolean cancelled;

  /**
   * @param acknowledged the last revision that was committed anywhere when the watch was asked for
   */
  Judge(Truth truth, Asked asked, long acknowledged) {
    this.truth = truth;
    this.asked = asked;
    this.acknowledged = acknowledged;
  }

  /** What was found to be wrong. */
  List<String> wrong() {
    return wrong;
  }

  /** Where the watch is to be resumed; 0 when it has to begin anew. */
  long next() {
    return created && paged ? next : 0;
  }

  boolean isOver() {
    return over;
  }

  boolean isCreated() {
    return created;
  }

  /** The watcher asks for the end. */
  void cancelled() {
    cancelled = true;
  }

  void hear(Said said, Moment moment) {
    if (over) {
      complain("says something behind its end", said);
    } else if (said instanceof Created it) {
      created(it, moment);
    } else if (said instanceof Refused it) {
      over = true;
      end(it.reason(), it.floor(), moment, said);
    } else if (said instanceof Ended it) {
      over = true;
      if (!(it.reason().isEmpty() && cancelled)) {
        end(it.reason(), it.floor(), moment, said);
      }
    } else if (!created) {
      complain("speaks before it was created", said);
    } else if (said instanceof Page it) {
      page(it);
    } else if (!paged) {
      complain("goes on before its initial state is whole", said);
    } else if (said instanceof Events it) {
      events(it, moment);
    } else if (said instanceof Mark it) {
      mark(it, moment);
    } else {
      passThrough(truth.revision(), moment, said);
      if (marked != truth.revision()) {
        complain("was not marked as far as it was asked to be, but to " + marked, said);
      }
    }
  }

  private void created(Created it, Moment moment) {
    if (created) {
      complain("is created twice", it);
    }
    created = true;
    next = it.next();
    paged = !asked.start().equals("initial");
    boolean from = asked.start().equals("from");
    if (from && it.next() != asked.from()) {
      complain("begins at " + it.next() + ", not at " + asked.from(), it);
    }
    boolean late = it.next() - 1 < acknowledged && !(asked.stay() && moment.lonely());
    if (!from && (late || it.next() - 1 > moment.applied())) {
      complain("begins behind what was acknowledged, or ahead of what was applied", it);
    }
    begin = it.next();
  }

  private void page(Page it) {
    if (paged || it.revision() != next - 1) {
      complain("shows a page of another revision, or behind the last one", it);
      return;
    }
    stood.addAll(it.facts());
    List<String> all = new ArrayList<>();
    for (Key key : truth.byKey().keySet()) {
      if (asked.selects(key)) {
        truth.at(key, it.revision()).ifPresent(fact -> all.add(key + "=" + Truth.name(fact)));
      }
    }
    boolean right =
        it.last()
            ? stood.equals(all)
            : stood.size() <= all.size() && stood.equals(all.subList(0, stood.size()));
    if (!right) {
      complain("shows " + stood + " where " + all + " stood", it);
    }
    paged = it.last();
  }

  private void events(Events it, Moment moment) {
    int bytes = it.events().stream().mapToInt(Event::bytes).sum();
    if (it.events().isEmpty() || (bytes > MESSAGE_BYTES && it.events().size() > 1)) {
      complain("sends a message of " + bytes + " bytes", it);
      return;
    }
    if (open != 0 && it.events().get(0).revision() != open) {
      complain("leaves revision " + open + " open", it);
    }
    for (Event event : it.events()) {
      event(event, moment, it);
      openBytes = event.revision() == open ? openBytes + event.bytes() : event.bytes();
      open = event.revision();
    }
    refreshExpected();
    boolean more = passed < expected.size() && expected.get(passed).at().revision() == open;
    if (it.fragment()) {
      if (!more) {
        complain("marks a whole revision as a fragment", it);
      }
      fragmented = true;
      return;
    }
    passThrough(open, moment, it);
    if (fragmented && openBytes <= MESSAGE_BYTES) {
      complain("cuts a revision of " + openBytes + " bytes", it);
    }
    next = open + 1;
    open = 0;
    fragmented = false;
  }

  private void event(Event event, Moment moment, Said said) {
    refreshExpected();
    while (passed < expected.size() && !matches(event, expected.get(passed))) {
      if (!isReplaced(expected.get(passed), moment)) {
        complain("lost " + expected.get(passed).at() + ", or repeats, or is out of order", said);
        return;
      }
      passed++;
    }
    if (passed == expected.size()) {
      complain("tells of " + event + ", which did not happen then", said);
      return;
    }
    previous(event, expected.get(passed), said);
    passed++;
  }

  /** More may have been committed since. */
  private void refreshExpected() {
    for (Change change : truth.history().tailMap(known, false).values()) {
      known = change.at();
      if (change.at().revision() >= begin && asked.selects(change)) {
        expected.add(change);
      }
    }
  }

  private static boolean matches(Event event, Change change) {
    boolean same =
        event.key().equals(change.key().toString())
            && event.revision() == change.at().revision()
            && event.put() == change instanceof Change.Put;
    String body = change.row() instanceof Fact fact ? Truth.name(fact) : "";
    return same && event.body().equals(body);
  }

  private void previous(Event event, Change change, Said said) {
    if (event.tellsPrevious() != asked.previous()) {
      complain("tells what was before, or not, against what was asked", said);
    }
    Map.Entry<Position, Change> before = truth.of(change.key()).lowerEntry(change.at());
    String real =
        Optional.ofNullable(before)
            .map(entry -> entry.getValue().row())
            .map(row -> row instanceof Fact fact ? Truth.name(fact) : "")
            .orElse("");
    if (asked.previous() && !real.equals(event.previous())) {
      complain("says that '" + event.previous() + "' was before, it was '" + real + "'", said);
    }
  }

  private boolean isReplaced(Change change, Moment moment) {
    Position later = truth.of(change.key()).higherKey(change.at());
    return asked.latestOnly() && later != null && later.revision() <= moment.applied();
  }

  private void mark(Mark it, Moment moment) {
    if (open != 0) {
      complain("marks in the middle of revision " + open, it);
    }
    if (it.revision() > moment.applied() || it.revision() < marked) {
      complain("marks what is not applied, or goes back", it);
    }
    if (!it.leaderKnown() && !moment.lonely()) {
      complain("says that there is no leader", it);
    }
    marked = it.revision();
    passThrough(it.revision(), moment, it);
    next = Math.max(next, it.revision() + 1);
  }

  private void passThrough(long revision, Moment moment, Said said) {
    refreshExpected();
    for (; passed < expected.size(); passed++) {
      Change change = expected.get(passed);
      if (change.at().revision() > revision) {
        return;
      }
      if (!isReplaced(change, moment)) {
        complain("did not send " + change.at() + " before", said);
        return;
      }
    }
  }

  private void end(String reason, long floor, Moment moment, Said said) {
    long needed = created ? next : asked.from();
    boolean initial = created && !paged;
    boolean legitimate =
        switch (reason) {
          case "COMPACTED" ->
              floor <= moment.floor() && (initial ? next - 1 : needed) <= floor && needed > 0;
          case "NO_QUORUM" -> moment.lonely() && !asked.stay();
          default -> false;
        };
    if (!legitimate) {
      complain("ends without a reason, needing " + needed + " at " + moment, said);
    }
  }

  private void complain(String what, Said said) {
    String text = said.toString();
    wrong.add(what + ": " + text.substring(0, Math.min(600, text.length())));
  }
}

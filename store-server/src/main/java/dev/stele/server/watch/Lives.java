// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of watches: they start, keep up, fall behind, catch up, end. Only for the hub's
 * thread.
 */
final class Lives {
  private final Shared shared;
  private final Live live;
  private final Marks marks;
  private final CatchUp catchUp;
  private final Starts starts;
  private final Set<WatchStream> streams = new LinkedHashSet<>();

  /** Why no stream is served any more; null while they are. */
  private @Nullable Problem stopped;

  Lives(Shared shared) {
    this.shared = shared;
    live = new Live(shared);
    marks = new Marks(shared, live);
    catchUp = new CatchUp(shared, this);
    starts = new Starts(shared, this);
  }

  Live live() {
    return live;
  }

  Marks marks() {
    return marks;
  }

  void begin(Watcher watcher) {
    shared.metrics().began();
    starts.begin(watcher);
  }

  /** It will not be a watch: {@code why} is its only answer. */
  void refuse(Watcher watcher, Problem why) {
    drop(watcher);
    watcher.send(new Sent.Refused(why));
  }

  /** Where it begins is known. */
  void created(Watcher watcher, long next) {
    if (watcher.spec().watcher().isPresent()) {
      NamedWatchers.Opening opening =
          shared.named().open(watcher.spec().watcher().get(), watcher.spec().selector());
      if (opening instanceof NamedWatchers.Turned turned) {
        refuse(watcher, Problem.of(turned.reason(), "create.watcher", turned.message()));
        return;
      }
      watcher.seat((NamedWatchers.Seat) opening);
    }
    watcher.send(new Sent.Created(next));
    marks.add(watcher);
    if (watcher.initial().isPresent() || !live.join(watcher)) {
      fallBehind(watcher);
    } else {
      keepsUp(watcher);
    }
  }

  private void keepsUp(Watcher watcher) {
    shared.metrics().caughtUp(watcher);
    watcher.releaseHold();
    marks.tryMark(watcher);
  }

  /** Delivers some of what is new. */
  void deliver() {
    live.deliver().forEach(this::fallBehind);
    marks.delivered();
  }

  private void fallBehind(Watcher watcher) {
    watcher.state(Watcher.State.BEHIND);
    shared.metrics().behind(watcher);
    watcher.stream().waiting().add(watcher);
    pump(watcher.stream());
  }

  /** The stream takes more: those of its watches that wait get their turns. */
  void ready(WatchStream stream) {
    pump(stream);
    marks.ready(stream);
  }

  private void pump(WatchStream stream) {
    while (stream.mayRead() && stream.outlet().isReady()) {
      Watcher watcher = stream.nextWaiting();
      watcher.state(Watcher.State.READING);
      stream.reads(1);
      catchUp.begin(watcher);
    }
  }

  /** A task has read for {@code watcher} and gives it back. */
  void returned(Watcher watcher, CatchUp.Outcome outcome) {
    WatchStream stream = watcher.stream();
    stream.reads(-1);
    watcher.unblock();
    if (watcher.isStopping()) {
      finish(watcher, watcher.end());
    } else if (outcome instanceof CatchUp.Lost lost) {
      long revision = watcher.cursor().revision();
      finish(watcher, Optional.of(Problem.compacted("", revision, lost.floor())));
    } else if (outcome instanceof CatchUp.Caught && live.join(watcher)) {
      keepsUp(watcher);
    } else {
      fallBehind(watcher);
    }
    pump(stream);
  }

  /** Ends {@code watcher}; {@code why} is empty when it was asked for. */
  void end(Watcher watcher, Optional<Problem> why) {
    if (watcher.state() != Watcher.State.READING) {
      finish(watcher, why);
    } else if (!watcher.isStopping()) {
      watcher.stop(why.orElse(null));
    }
  }

  private void finish(Watcher watcher, Optional<Problem> why) {
    drop(watcher);
    watcher.send(new Sent.Ended(why));
  }

  private void drop(Watcher watcher) {
    if (watcher.state() == Watcher.State.LIVE) {
      live.leave(watcher);
    }
    watcher.state(Watcher.State.ENDED);
    marks.remove(watcher);
    watcher.releaseHold();
    watcher.seat().ifPresent(NamedWatchers.Seat::close);
    watcher.stream().remove(watcher);
    shared.metrics().ended(watcher);
  }

  /** The stream is gone: nobody is told anything. */
  void abandon(WatchStream stream) {
    for (Watcher watcher : List.copyOf(stream.watchers())) {
      if (watcher.state() == Watcher.State.READING) {
        watcher.stop(null);
      } else {
        drop(watcher);
      }
    }
  }

  void opened(WatchStream stream) {
    if (stopped == null) {
      streams.add(stream);
    } else {
      stream.end(stopped);
    }
  }

  void closed(WatchStream stream) {
    streams.remove(stream);
  }

  /** Ends all streams, and those that are opened later. */
  void stop(Problem why) {
    stopped = why;
    List.copyOf(streams).forEach(stream -> stream.end(why));
  }

  /** Looks at who leads; while nobody is heard of, watches end that don't stay. */
  void look() {
    shared.leader().look();
    if (!shared.leader().isKnown()) {
      List.copyOf(streams).forEach(this::endLonely);
    }
  }

  private void endLonely(WatchStream stream) {
    for (Watcher watcher : List.copyOf(stream.watchers())) {
      boolean begun = watcher.state() != Watcher.State.STARTING && !watcher.isStopping();
      if (begun && !watcher.spec().stayWithoutLeader()) {
        end(watcher, Optional.of(LeaderSight.NONE_KNOWN));
      }
    }
  }
}

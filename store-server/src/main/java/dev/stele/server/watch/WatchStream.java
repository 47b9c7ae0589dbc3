// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.watch;

import dev.stele.server.core.model.Reason;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The watches of one stream. What is asked of it is answered through its {@link Outlet}, in the
 * order in which it was asked; public methods are for any thread and wait for nothing.
 */
public final class WatchStream {
  /** Tasks that read for one stream at a time: others' streams want their turns too. */
  private static final int READS_MAX = 2;

  private final Outlet outlet;
  private final Shared shared;
  private final Lives lives;

  /** What follows is of the hub's thread. */
  private final Map<Long, Watcher> watchers = new LinkedHashMap<>();

  private final Set<Watcher> waiting = new LinkedHashSet<>();
  private final Set<Watcher> unmarked = new LinkedHashSet<>();
  private int reading;
  private boolean closed;

  /** Why the whole stream ends; null while it goes on. */
  private @Nullable Problem ending;

  WatchStream(Outlet outlet, Shared shared, Lives lives) {
    this.outlet = outlet;
    this.shared = shared;
    this.lives = lives;
  }

  /** Begins a watch. */
  public void create(WatchSpec spec) {
    take(
        () -> {
          Optional<Problem> obstacle = obstacle(spec);
          if (obstacle.isPresent()) {
            outlet.send(spec.id(), new Sent.Refused(obstacle.get()));
          } else {
            Watcher watcher = new Watcher(spec, this, shared);
            watchers.put(spec.id(), watcher);
            lives.begin(watcher);
          }
        });
  }

  private Optional<Problem> obstacle(WatchSpec spec) {
    String field = "create.watch_id";
    if (ending != null) {
      return Optional.of(ending);
    }
    if (watchers.containsKey(spec.id())) {
      return Optional.of(
          Problem.of(Reason.INVALID_FIELD, field, field + " is that of a watch that goes on"));
    }
    if (watchers.size() >= shared.settings().watchesPerStream()) {
      return Optional.of(limit("a stream", shared.settings().watchesPerStream()));
    }
    if (shared.metrics().watchers() >= shared.settings().watches()) {
      return Optional.of(limit("this node", shared.settings().watches()));
    }
    return Optional.empty();
  }

  private static Problem limit(String place, int most) {
    return Problem.of(
        Reason.LIMIT_REACHED, "", place + " has " + most + " watches, the most that it may");
  }

  /** Says no to a request that is wrong by itself. */
  public void refuse(long watchId, Problem problem) {
    take(() -> outlet.send(watchId, new Sent.Refused(problem)));
  }

  /** Ends a watch; nothing of it follows behind the answer. */
  public void cancel(long watchId) {
    String field = "cancel.watch_id";
    take(() -> known(watchId, field).ifPresent(it -> lives.end(it, Optional.empty())));
  }

  /** Asks for a mark behind everything that this node has now. */
  public void progress(long watchId) {
    take(
        () ->
            known(watchId, "progress.watch_id")
                .ifPresent(it -> lives.marks().ask(it, shared.store().meta().revision())));
  }

  /**
   * What a named watcher has done.
   *
   * @param revision at least 1
   * @param refusal empty when it applied it
   */
  public void report(long watchId, long revision, String refusal) {
    take(
        () ->
            known(watchId, "report.watch_id")
                .flatMap(watcher -> report(watcher, revision, refusal))
                .ifPresent(problem -> outlet.send(watchId, new Sent.Refused(problem))));
  }

  private static Optional<Problem> report(Watcher watcher, long revision, String refusal) {
    if (watcher.spec().watcher().isEmpty()) {
      return Optional.of(
          Problem.of(
              Reason.INVALID_FIELD,
              "report.watch_id",
              "report.watch_id is that of a watch without a name"));
    }
    long told = watcher.told();
    if (revision > told) {
      String message =
          "report.revision is %d, no more was sent than through %d".formatted(revision, told);
      return Optional.of(Problem.of(Reason.INVALID_FIELD, "report.revision", message));
    }
    return watcher
        .seat()
        .flatMap(seat -> seat.report(revision, refusal))
        .map(turned -> Problem.of(turned.reason(), "report", turned.message()));
  }

  private Optional<Watcher> known(long watchId, String field) {
    Watcher watcher = watchers.get(watchId);
    if (watcher == null || watcher.isStopping()) {
      Problem problem =
          Problem.of(
              Reason.INVALID_FIELD,
              field,
              field + " is " + watchId + ", there is no such watch on this stream");
      outlet.send(watchId, new Sent.Refused(problem));
      return Optional.empty();
    }
    return Optional.of(watcher);
  }

  /** The outlet takes more again. */
  public void ready() {
    shared.inbox().execute(() -> lives.ready(this));
  }

  /** The caller asks for nothing more: its watches end, and then the stream. */
  public void finish() {
    shared
        .inbox()
        .execute(
            () -> {
              close();
              outlet.end();
            });
  }

  /** The caller is gone. */
  public void gone() {
    shared.inbox().execute(this::close);
  }

  private void close() {
    if (!closed) {
      closed = true;
      lives.closed(this);
      lives.abandon(this);
    }
  }

  /** Ends every watch and then the stream, for a reason that the caller is told. */
  void end(Problem why) {
    if (closed) {
      return;
    }
    for (Watcher watcher : List.copyOf(watchers.values())) {
      lives.end(watcher, Optional.of(why));
    }
    ending = why;
    endIfDone();
  }

  /** One that is still being read for says its last word when that is over. */
  private void endIfDone() {
    if (ending != null && !closed && watchers.isEmpty()) {
      closed = true;
      lives.closed(this);
      outlet.end();
    }
  }

  private void take(Runnable request) {
    shared
        .inbox()
        .execute(
            () -> {
              if (!closed) {
                request.run();
                outlet.taken();
              }
            });
  }

  Outlet outlet() {
    return outlet;
  }

  Collection<Watcher> watchers() {
    return watchers.values();
  }

  /** Those that are behind and wait for their turn. */
  Set<Watcher> waiting() {
    return waiting;
  }

  /** Those that owe a mark. */
  Set<Watcher> unmarked() {
    return unmarked;
  }

  boolean mayRead() {
    return reading < READS_MAX && !waiting.isEmpty();
  }

  Watcher nextWaiting() {
    Watcher next = waiting.iterator().next();
    waiting.remove(next);
    return next;
  }

  void reads(int more) {
    reading += more;
  }

  void remove(Watcher watcher) {
    watchers.remove(watcher.spec().id(), watcher);
    waiting.remove(watcher);
    unmarked.remove(watcher);
    endIfDone();
  }
}

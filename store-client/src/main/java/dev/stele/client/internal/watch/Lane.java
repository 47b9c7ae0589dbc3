// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.watch;

import dev.stele.client.error.SteleException;
import dev.stele.client.internal.call.Backoff;
import dev.stele.client.internal.history.History;
import dev.stele.client.internal.link.EndpointLink;
import dev.stele.client.internal.link.Endpoints;
import dev.stele.client.internal.link.Route;
import dev.stele.client.internal.time.Timekeeper;
import io.grpc.SynchronizationContext;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches that go together: over one stream at a time, to one node or to whichever answers. When
 * the stream breaks they wait together, with a backoff, and go on at another node.
 *
 * <p>Everything here, and in the streams and watches of it, runs in one context: one task at a
 * time, in order, on whichever thread has just handed one in. Only {@link #execute} may be called
 * from elsewhere.
 */
final class Lane {
  /** A stream that held so long was a good one: the backoff begins anew. */
  static final long HELD_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

  private final Endpoints endpoints;
  private final History history;
  private final Timekeeper timekeeper;
  private final @Nullable EndpointLink only;
  private final SynchronizationContext context = new SynchronizationContext(this::fault);
  private final Set<Subscription> members = new LinkedHashSet<>();
  private @Nullable WatchStream stream;
  private @Nullable EndpointLink failedAt;
  private long openedNanos;
  private int waits;
  private boolean waiting;
  private boolean closed;

  Lane(Endpoints endpoints, History history, Timekeeper timekeeper, @Nullable EndpointLink only) {
    this.endpoints = endpoints;
    this.history = history;
    this.timekeeper = timekeeper;
    this.only = only;
  }

  /** Has {@code task} run in the context: at once, or behind what runs there. */
  void execute(Runnable task) {
    context.execute(task);
  }

  History history() {
    return history;
  }

  Timekeeper timekeeper() {
    return timekeeper;
  }

  boolean isCurrent(WatchStream candidate) {
    return stream == candidate;
  }

  boolean isClosed() {
    return closed;
  }

  /** Takes a watch on. */
  void join(Subscription watch) {
    members.add(watch);
    if (stream == null && !waiting) {
      open();
    } else {
      attach(watch);
    }
  }

  /** Puts a watch on the stream, if there is one and the watch is ready for it. */
  void attach(Subscription watch) {
    WatchStream open = stream;
    if (open != null && watch.isReadyToAttach() && members.contains(watch)) {
      open.carry(watch);
    }
  }

  /** A watch is over. */
  void leave(Subscription watch) {
    members.remove(watch);
    WatchStream open = stream;
    if (members.isEmpty() && open != null) {
      stream = null;
      open.end();
    }
  }

  private void open() {
    openedNanos = timekeeper.nanoTime();
    EndpointLink link = only != null ? only : endpoints.pick(Route.ANY, failedAt, openedNanos);
    WatchStream opened = new WatchStream(this, link);
    stream = opened;
    opened.start();
    List.copyOf(members).forEach(this::attach);
  }

  /** The stream is of no more use, for this reason. */
  void broken(WatchStream ended, SteleException reason) {
    if (stream != ended) {
      return;
    }
    stream = null;
    ended.cancel(String.valueOf(reason.getMessage()));
    long now = timekeeper.nanoTime();
    Course course = Course.on(reason);
    if (course == Course.ELSEWHERE || course == Course.LATER) {
      ended.link().failed(now);
      failedAt = ended.link();
      waits = now - openedNanos >= HELD_NANOS ? 0 : waits;
      long delayNanos = Subscription.retryAfterNanos(reason);
      reopen(delayNanos + Backoff.delayNanos(waits, timekeeper.random()), reason);
    }
    for (Subscription watch : List.copyOf(members)) {
      watch.streamBroken(reason, course);
    }
  }

  private void reopen(long delayNanos, SteleException reason) {
    waits++;
    waiting = true;
    LOG.atDebug()
        .addKeyValue("endpoint", failedAt)
        .addKeyValue("delayNanos", delayNanos)
        .addKeyValue("reason", reason.getMessage())
        .log("watches resume elsewhere");
    timekeeper.schedule(
        delayNanos,
        () ->
            execute(
                () -> {
                  waiting = false;
                  if (!members.isEmpty() && !closed) {
                    open();
                  }
                }));
  }

  /** Ends all watches. */
  void close() {
    closed = true;
    List.copyOf(members).forEach(Subscription::closeNow);
  }

  /** A fault of this client: better a watch that fails than one that is silent. */
  private void fault(Thread thread, Throwable failure) {
    LOG.atError().setCause(failure).log("watches fail by a fault of this client");
    List.copyOf(members).forEach(watch -> watch.fail(failure));
  }
}

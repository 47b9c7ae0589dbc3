// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.watch;

import dev.stele.client.Selector;
import dev.stele.client.Watch;
import dev.stele.client.WatchBuilder;
import dev.stele.client.WatchListener;
import dev.stele.client.error.LimitExceededException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.UnavailableException;
import dev.stele.client.internal.history.History;
import dev.stele.client.internal.link.EndpointLink;
import dev.stele.client.internal.link.Endpoints;
import dev.stele.client.internal.time.Timekeeper;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All watches of a client. Thread-safe. Nothing is connected before the first. */
public final class Watches implements AutoCloseable {
  /** Of one client; a node carries as many on one stream. */
  public static final int MAX_WATCHES = 10_000;

  private final Supplier<Endpoints> makeEndpoints;
  private final History history;
  private final Timekeeper timekeeper;
  private final Executor executor;
  private final Map<Road, Lane> lanes = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong incarnation = new AtomicLong();
  private @Nullable Endpoints endpoints;
  private boolean closed;

  /**
   * Watches on one road go together.
   *
   * @param only the one endpoint; null for whichever answers
   * @param stay whether a node without a leader will do: these are not torn along by those that
   *     look for another
   */
  private record Road(@Nullable EndpointLink only, boolean stay) {}

  /**
   * Watches with connections of their own.
   *
   * @param executor where listeners run; null for {@link ListenerThreads}
   */
  public Watches(
      Supplier<Endpoints> endpoints,
      History history,
      Timekeeper timekeeper,
      @Nullable Executor executor) {
    this.makeEndpoints = endpoints;
    this.history = history;
    this.timekeeper = timekeeper;
    this.executor = executor == null ? new ListenerThreads() : executor;
  }

  /** Begins a watch. */
  public WatchBuilder draft(Selector selector) {
    return new Draft(this, selector);
  }

  Watch start(WatchPlan plan, WatchListener listener) {
    Lane lane = lane(plan);
    Subscription watch =
        new Subscription(
            lane, plan, listener, this::nextIncarnation, executor, count::decrementAndGet);
    boolean tooMany = count.incrementAndGet() > MAX_WATCHES;
    lane.execute(
        () -> {
          if (tooMany) {
            watch.fail(
                new LimitExceededException(
                    Reason.LIMIT_REACHED,
                    "more than " + MAX_WATCHES + " watches of one client",
                    null,
                    null));
          } else {
            watch.start();
          }
        });
    return watch.handle();
  }

  private synchronized Lane lane(WatchPlan plan) {
    Endpoints all = endpoints;
    if (all == null) {
      all = makeEndpoints.get();
      endpoints = all;
    }
    EndpointLink only = plan.endpoint() == null ? null : all.at(plan.endpoint());
    Lane lane = lanes.get(new Road(only, plan.stay()));
    if (lane == null) {
      lane = new Lane(all, history, timekeeper, only);
      lanes.put(new Road(only, plan.stay()), lane);
      if (closed) {
        lane.execute(lane::close);
      }
    }
    return lane;
  }

  /** Grows with each stream, and from one process to the next as long as the wall clock does. */
  private long nextIncarnation() {
    return incarnation.updateAndGet(last -> Math.max(last + 1, timekeeper.wallMicros()));
  }

  static UnavailableException closedClient() {
    return new UnavailableException(Reason.NO_QUORUM, "the client is closed", null, null);
  }

  @Override
  public void close() {
    Endpoints all;
    synchronized (this) {
      closed = true;
      all = endpoints;
    }
    lanes.values().forEach(lane -> lane.execute(lane::close));
    if (all != null) {
      all.close();
    }
  }
}

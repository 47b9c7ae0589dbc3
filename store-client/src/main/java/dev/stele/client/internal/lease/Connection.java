// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.lease;

import dev.stele.client.LeaseLoss;
import dev.stele.client.error.LimitExceededException;
import dev.stele.client.error.Reason;
import dev.stele.client.error.UnavailableException;
import dev.stele.client.error.WrongEpochException;
import dev.stele.client.internal.call.Backoff;
import dev.stele.client.internal.failure.Failure;
import dev.stele.client.internal.history.History;
import dev.stele.client.internal.link.EndpointLink;
import dev.stele.client.internal.link.Endpoints;
import dev.stele.client.internal.link.Route;
import dev.stele.client.internal.time.Timekeeper;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one stream to the leader: finds the leader anew whenever it ends, is refused, or is silent.
 * All of it runs in the keeper's context. It has connections of its own, so that no large answer,
 * and no caller that blocks in one, holds renewals up.
 */
final class Connection {
  /** A stream that held so long was a good one: the backoff begins anew. */
  static final long HELD_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  private final Keeper keeper;
  private final Supplier<Endpoints> makeEndpoints;
  private final History history;
  private final Timekeeper timekeeper;
  private volatile @Nullable Endpoints endpoints;
  private @Nullable KeepAliveStream stream;
  private @Nullable EndpointLink failedAt;
  private long openedNanos;
  private int waits;
  private int hops;
  private boolean waiting;
  private volatile boolean closed;

  Connection(
      Keeper keeper, Supplier<Endpoints> makeEndpoints, History history, Timekeeper timekeeper) {
    this.keeper = keeper;
    this.makeEndpoints = makeEndpoints;
    this.history = history;
    this.timekeeper = timekeeper;
  }

  History history() {
    return history;
  }

  Timekeeper timekeeper() {
    return timekeeper;
  }

  Keeper keeper() {
    return keeper;
  }

  boolean isCurrent(KeepAliveStream candidate) {
    return stream == candidate;
  }

  boolean isOpen() {
    return stream != null;
  }

  /** Whether a batch would leave at once; opens a stream when there is none. */
  boolean isReady() {
    if (stream == null && !waiting && !closed) {
      open();
    }
    KeepAliveStream open = stream;
    return open != null && open.isReady();
  }

  void renew(List<Held> batch) {
    KeepAliveStream open = stream;
    if (open != null) {
      open.renew(batch);
    }
  }

  private Endpoints endpoints() {
    Endpoints all = endpoints;
    if (all == null) {
      all = makeEndpoints.get();
      endpoints = all;
    }
    return all;
  }

  private void open() {
    openedNanos = timekeeper.nanoTime();
    EndpointLink link = endpoints().pick(Route.LEADER, failedAt, openedNanos);
    KeepAliveStream opened = new KeepAliveStream(this, link);
    stream = opened;
    opened.start();
  }

  /** It answered, so it is the leader. */
  void worked(KeepAliveStream working, dev.stele.proto.v1.ResponseHeader header) {
    working.link().succeeded();
    endpoints().observe(working.link(), header);
    failedAt = null;
    hops = 0;
  }

  /** Looks whether something should have been heard by now. */
  void check(long now) {
    KeepAliveStream open = stream;
    if (open != null && open.isSilent(now)) {
      String message = "renewals are not answered (" + open.link() + ")";
      broken(
          open,
          new Failure(
              new UnavailableException(Reason.NO_QUORUM, message, null, null), true, true, "", 0));
    }
  }

  /** When to look again; {@code otherwise} when nothing is to be heard. */
  long nextCheckNanos(long otherwise) {
    KeepAliveStream open = stream;
    return open == null ? otherwise : open.silentAtNanos(otherwise);
  }

  /** The stream is of no more use, for this reason. */
  void broken(KeepAliveStream ended, Failure failure) {
    if (stream != ended) {
      return;
    }
    stream = null;
    String why = String.valueOf(failure.exception().getMessage());
    ended.cancel(why);
    if (closed) {
      return;
    }
    if (failure.exception() instanceof WrongEpochException) {
      // Leases of another history are nobody's: the store ended them when it was restored.
      keeper.loseAll(LeaseLoss.FENCED, why);
    }
    long now = timekeeper.nanoTime();
    if (failure.endpointFailed()) {
      ended.link().failed(now);
    }
    if (!failure.leaderEndpoint().isEmpty()) {
      endpoints().hint(failure.leaderEndpoint());
    }
    failedAt = ended.link();
    waits = now - openedNanos >= HELD_NANOS ? 0 : waits;
    reopen(delayNanos(ended.link(), failure, now), why);
  }

  /** None while another endpoint promises better, but only once around; then a backoff. */
  private long delayNanos(EndpointLink link, Failure failure, long now) {
    Endpoints all = endpoints();
    if (failure.retryAfterNanos() == 0
        && hops < all.size()
        && all.hasBetterThan(link, Route.LEADER, now)) {
      hops++;
      return 0;
    }
    hops = 0;
    long backoff = Backoff.delayNanos(waits, timekeeper.random());
    waits++;
    long asked =
        failure.exception() instanceof LimitExceededException limit
            ? limit.retryAfter().map(Duration::toNanos).orElse(0L)
            : 0;
    return backoff + asked;
  }

  private void reopen(long delayNanos, String why) {
    waiting = true;
    LOG.atDebug()
        .addKeyValue("endpoint", failedAt)
        .addKeyValue("delayNanos", delayNanos)
        .addKeyValue("reason", why)
        .log("renewals go on elsewhere");
    keeper.connectionBroke(why);
    if (delayNanos == 0) {
      keeper.execute(this::goOn);
    } else {
      timekeeper.schedule(delayNanos, () -> keeper.execute(this::goOn));
    }
  }

  private void goOn() {
    waiting = false;
    if (!closed && keeper.hasLeases()) {
      keeper.connectionChanged();
    }
  }

  /** Ends the stream, so that what was sent still arrives. */
  void end() {
    KeepAliveStream open = stream;
    if (open != null) {
      stream = null;
      open.end();
    }
  }

  void close() {
    closed = true;
    KeepAliveStream open = stream;
    stream = null;
    if (open != null) {
      open.cancel("the client is closed");
    }
  }

  /** Closes the connections, waiting for them. Any thread, behind {@link #close}. */
  void closeEndpoints() {
    closed = true;
    Endpoints all = endpoints;
    if (all != null) {
      all.close();
    }
  }
}

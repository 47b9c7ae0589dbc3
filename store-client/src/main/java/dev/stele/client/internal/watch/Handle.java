// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.watch;

import dev.stele.client.Watch;
import dev.stele.client.WatchListener;
import dev.stele.client.WatchState;
import dev.stele.client.WatchStatus;
import dev.stele.client.error.SteleException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch as its owner and its listener see it. The owner may call from any thread; what is said to
 * the listener goes through a {@link Mailbox}, and is put into it in the lane's context.
 */
final class Handle implements Watch {
  private static final Logger LOG = LoggerFactory.getLogger(Handle.class);

  private final Subscription watch;
  private final Lane lane;
  private final @Nullable String name;
  private final WatchListener listener;
  private final Mailbox mailbox;
  private final Reports reports = new Reports();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private volatile WatchStatus status =
      new WatchStatus(WatchState.CONNECTING, "", Optional.empty());
  private volatile long position;
  private volatile long handing;

  Handle(
      Subscription watch,
      Lane lane,
      @Nullable String name,
      WatchListener listener,
      Executor executor) {
    this.watch = watch;
    this.lane = lane;
    this.name = name;
    this.listener = listener;
    this.mailbox = new Mailbox(executor, this::listenerFailed);
  }

  void begin() {
    mailbox.post(() -> listener.onStart(this));
  }

  /**
   * Nothing up to {@code revision} is asked for; a watch from now learns it from its first node.
   */
  void beginsBehind(long revision) {
    if (position == 0) {
      position = Math.max(0, revision);
    }
  }

  /** Has it handed over, and after that {@code bytes} counted as consumed. */
  void deliver(Delivery delivery, long bytes) {
    mailbox.post(
        () -> {
          handing = delivery.through();
          delivery.to(listener);
          position = Math.max(position, delivery.through());
          if (bytes > 0) {
            lane.execute(() -> watch.consumed(bytes));
          }
        });
  }

  void become(WatchStatus now) {
    status = now;
    mailbox.postReplaceable(() -> listener.onStatus(now));
  }

  void reportRefused(SteleException problem) {
    mailbox.post(() -> listener.onReportRefused(problem));
  }

  void end(WatchStatus last, boolean dropOthers) {
    status = last;
    mailbox.postLast(() -> tellLast(last), dropOthers);
  }

  private void tellLast(WatchStatus last) {
    try {
      listener.onStatus(last);
    } finally {
      if (last.cause().isPresent()) {
        closed.completeExceptionally(last.cause().get());
      } else {
        closed.complete(null);
      }
    }
  }

  /** On the listener's thread. */
  private void listenerFailed(Throwable failure) {
    LOG.atError()
        .setCause(failure)
        .addKeyValue("watcher", name)
        .addKeyValue("position", position)
        .log("the listener of a watch threw");
    lane.execute(() -> watch.fail(failure));
  }

  Reports reports() {
    return reports;
  }

  @Override
  public WatchStatus status() {
    return status;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void applied(long revision) {
    checkReport(revision);
    reports.applied(revision);
    lane.execute(watch::sendReports);
  }

  @Override
  public void refused(long revision, String reason) {
    checkReport(revision);
    if (reason.isEmpty() || reason.length() > Reports.MAX_REASON) {
      throw new IllegalArgumentException(
          "a reason of "
              + reason.length()
              + " characters, 1 to "
              + Reports.MAX_REASON
              + " allowed");
    }
    reports.refused(revision, reason);
    lane.execute(watch::sendReports);
  }

  private void checkReport(long revision) {
    if (name == null) {
      throw new IllegalStateException("a watch without a name does not report");
    }
    long most = Math.max(position, handing);
    if (revision < 1 || revision > most) {
      throw new IllegalArgumentException(
          "a report of revision " + revision + ", 1 to " + most + " was handed over");
    }
  }

  @Override
  public CompletableFuture<Void> closed() {
    return closed.copy();
  }

  @Override
  public void close() {
    lane.execute(watch::closeNow);
  }
}

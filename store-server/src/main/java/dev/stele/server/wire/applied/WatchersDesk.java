// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.applied;

import dev.stele.proto.peer.v1.WatchersRequest;
import dev.stele.proto.peer.v1.WatchersResponse;
import dev.stele.server.core.model.Reason;
import dev.stele.server.port.Ticker;
import dev.stele.server.watch.Selector;
import dev.stele.server.watch.applied.WatcherRegistry;
import dev.stele.server.watch.applied.WatcherRegistry.Subscription;
import dev.stele.server.wire.call.Answer;
import dev.stele.server.wire.call.Budget;
import dev.stele.server.wire.call.Call;
import dev.stele.server.wire.error.Failure;
import dev.stele.server.wire.parse.WatchParser;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Tells other nodes of this one's named watchers. Who knows everything already is answered when
 * there is something new, or when half of its time is over, so that the answer is never late.
 */
public final class WatchersDesk {
  /** Questions that wait for something new. */
  static final int HELD_MAX_CALLS = 256;

  /**
   * What is new within this time is told at once: a thousand watchers that apply the same revision
   * are a few answers.
   */
  static final Duration GATHER = Duration.ofMillis(50);

  private final WatcherRegistry registry;
  private final Ticker ticker;
  private final Executor readers;
  private final ScheduledExecutorService timer;
  private final Budget held = new Budget(HELD_MAX_CALLS, Long.MAX_VALUE);

  /**
   * @param readers threads that may look through all watchers
   */
  public WatchersDesk(
      WatcherRegistry registry, Ticker ticker, Executor readers, ScheduledExecutorService timer) {
    this.registry = registry;
    this.ticker = ticker;
    this.readers = readers;
    this.timer = timer;
  }

  /** Answers another node. */
  public CompletableFuture<Answer<WatchersResponse>> watchers(Call call, WatchersRequest request) {
    Optional<Selector> selector =
        request.hasSelector()
            ? Optional.of(WatchParser.selector(request.getSelector(), "selector"))
            : Optional.empty();
    boolean follows = request.getSeenStart() == registry.start() && request.getSeenVersion() != 0;
    if (!follows) {
      return look(selector);
    }
    if (!held.tryTake(0)) {
      return Answer.now(
          Failure.of(
                  Reason.OVERLOADED,
                  HELD_MAX_CALLS + " questions for watchers wait, the most that may")
              .retryAfter(held.refuse(ticker.nanos())));
    }
    return news(call, request.getSeenVersion())
        .whenComplete((done, thrown) -> held.giveBack(0))
        .thenCompose(done -> look(selector));
  }

  /** Done when there is something new, when it is time to answer all the same, or never asked. */
  private CompletableFuture<Void> news(Call call, long seenVersion) {
    CompletableFuture<Void> news = new CompletableFuture<>();
    try {
      ScheduledFuture<?> end =
          timer.schedule(
              () -> news.complete(null), call.remainingNanos() / 2, TimeUnit.NANOSECONDS);
      Subscription subscription = registry.whenChanged(seenVersion, () -> completeSoon(news));
      CompletableFuture<Void> unused =
          news.whenComplete(
              (done, thrown) -> {
                end.cancel(false);
                subscription.close();
              });
      call.onCancel(() -> news.complete(null));
    } catch (RejectedExecutionException e) {
      // This node is stopping: what it has is what it says.
      news.complete(null);
    }
    return news;
  }

  private void completeSoon(CompletableFuture<Void> news) {
    try {
      ScheduledFuture<?> unused =
          timer.schedule(() -> news.complete(null), GATHER.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      news.complete(null);
    }
  }

  private CompletableFuture<Answer<WatchersResponse>> look(Optional<Selector> selector) {
    CompletableFuture<Answer<WatchersResponse>> answer = new CompletableFuture<>();
    try {
      readers.execute(
          () ->
              answer.complete(
                  new Answer.Given<>(
                      WatcherMessages.response(registry.snapshot(), registry.start(), selector))));
    } catch (RejectedExecutionException e) {
      answer.complete(
          new Answer.Failed<>(Failure.of(Reason.OVERLOADED, "too many reads are waiting")));
    }
    return answer;
  }
}
